"""CPU and memory: requests and limits of the container."""

from collections.abc import Container, Iterator
from dataclasses import fields

from kompyle.compose.resources import Quantity, Resources
from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, kept
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.cpus": kept(),
    "services.*.mem_limit": kept(),
    "services.*.mem_reservation": kept(),
    "services.*.cpu_shares": adapted("1024 shares are a request of one CPU"),
    "services.*.cpu_quota": adapted("quota and period are a limit of CPUs"),
    "services.*.cpu_period": adapted("quota and period are a limit of CPUs"),
    "services.*.deploy.resources": kept(),
    "services.*.deploy.resources.limits": kept(),
    "services.*.deploy.resources.limits.cpus": kept(),
    "services.*.deploy.resources.limits.memory": kept(),
    "services.*.deploy.resources.reservations": kept(),
    "services.*.deploy.resources.reservations.cpus": kept(),
    "services.*.deploy.resources.reservations.memory": kept(),
}
_STEPS = tuple(tuple(pattern.split(".")[2:]) for pattern in KEYS)
_UNITS = (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))
_LIMITS = ("deploy", "resources", "limits")
_RESERVED = ("deploy", "resources", "reservations")
TWINS: dict[KeyPath, str] = {
    (*_LIMITS, "cpus"): "cpus",
    (*_LIMITS, "memory"): "mem_limit",
    (*_RESERVED, "memory"): "mem_reservation",
}
"""The older spelling of a limit; where both stand, they agree."""


def fragment(service: Service, _plan: Plan) -> Fragment:
    found = service.resources
    limits = _amounts(found.cpu_limit, found.memory_limit)
    requests = _amounts(
        _reserved(found.cpu_reservation, found.cpu_limit),
        _reserved(found.memory_reservation, found.memory_limit),
    )
    used = {
        path for field in fields(found) for path in _paths(getattr(found, field.name))
    }
    container = {"resources": {"limits": limits, "requests": requests}}
    outcomes = [*_unused(service, used), *_cut(found)]
    return Fragment(
        container=container if limits or requests else {}, outcomes=tuple(outcomes)
    )


def _unused(service: Service, used: Container[KeyPath]) -> Iterator[Outcome]:
    """Account for the keys that decide on nothing."""
    for steps in _STEPS:
        value = service.value(*steps)
        if value is None or service.at(*steps) in used:
            continue
        note = "another key decides on the same"
        if str(value).startswith("-"):
            note = "a number below zero limits nothing"
        elif steps == ("cpu_period",):
            note = "a period without a quota limits nothing"
        yield Outcome(service.at(*steps), Fate.IGNORED, note)


def _reserved(request: Quantity | None, limit: Quantity | None) -> Quantity | None:
    """Reserve nothing where only a limit is said: Kubernetes would reserve all of it.

    Then what runs side by side on one machine might find no place on a node as large.
    """
    if request is None and limit:
        return Quantity(limit.path, 0)
    return _at_most(request, limit)


def _at_most(request: Quantity | None, limit: Quantity | None) -> Quantity | None:
    """Keep a request below its limit, as the server demands."""
    if request and limit and request.value > limit.value:
        return Quantity(request.path, limit.value)
    return request


def _cut(found: Resources) -> Iterator[Outcome]:
    for request, limit in (
        (found.cpu_reservation, found.cpu_limit),
        (found.memory_reservation, found.memory_limit),
    ):
        if request and _at_most(request, limit) != request:
            note = "Kubernetes takes no request above the limit, so it is cut to that"
            yield Outcome(request.path, Fate.ADAPTED, note)


def _amounts(cpu: Quantity | None, memory: Quantity | None) -> Manifest | None:
    if not cpu and not memory:
        return None
    return {
        "cpu": _cpu(cpu.value) if cpu else None,
        "memory": byte_quantity(int(memory.value)) if memory else None,
        **origins_of(cpu=_paths(cpu), memory=_paths(memory)),
    }


def _paths(quantity: Quantity | None) -> list[KeyPath]:
    """Name every key that a quantity comes from: both spellings, and the period."""
    if quantity is None:
        return []
    if quantity.path[-1] == "cpu_quota":
        return [quantity.path, (*quantity.path[:-1], "cpu_period")]
    service, steps = quantity.path[:2], quantity.path[2:]
    twin = TWINS.get(steps)
    return [quantity.path, (*service, twin)] if twin else [quantity.path]


def _cpu(number: float) -> str:
    """Write CPUs as Kubernetes does: whole ones, or thousandths.

    >>> _cpu(0.5), _cpu(2), _cpu(0.0001), _cpu(0)
    ('500m', '2', '1m', '0')
    """
    thousandths = max(1, round(number * 1000)) if number else 0
    whole, rest = divmod(thousandths, 1000)
    return f"{thousandths}m" if rest else str(whole)


def byte_quantity(number: int) -> str:
    """Write bytes in the largest unit that divides them.

    >>> byte_quantity(536870912), byte_quantity(1500)
    ('512Mi', '1500')
    """
    for unit, size in _UNITS:
        if number and number % size == 0:
            return f"{number // size}{unit}"
    return str(number)
