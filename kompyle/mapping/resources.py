"""CPU and memory: requests and limits of the container."""

from typing import TYPE_CHECKING

from kompyle.compose.resources import Quantity, Resources
from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Manifest, origin
from kompyle.mapping.keys import Key, kept
from kompyle.mapping.plan import Plan

if TYPE_CHECKING:
    from kompyle.keypath import KeyPath

KEYS: dict[str, Key] = {
    "services.*.cpus": kept(),
    "services.*.mem_limit": kept(),
    "services.*.mem_reservation": kept(),
    "services.*.deploy.resources": kept(),
    "services.*.deploy.resources.limits": kept(),
    "services.*.deploy.resources.limits.cpus": kept(),
    "services.*.deploy.resources.limits.memory": kept(),
    "services.*.deploy.resources.reservations": kept(),
    "services.*.deploy.resources.reservations.cpus": kept(),
    "services.*.deploy.resources.reservations.memory": kept(),
}
_UNITS = (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))
_TWINS = {"cpus": "cpu", "mem_limit": "memory", "mem_reservation": "memory"}


def fragment(service: Service, _plan: Plan) -> Fragment:
    found = service.resources
    if found == Resources():
        return Fragment()
    limits = _amounts(found.cpu_limit, found.memory_limit)
    requests = _amounts(found.cpu_reservation, found.memory_reservation)
    return Fragment(container={"resources": {"limits": limits, "requests": requests}})


def _amounts(cpu: Quantity | None, memory: Quantity | None) -> Manifest | None:
    if not cpu and not memory:
        return None
    marks: dict[str, str | KeyPath | None] = {}
    if cpu:
        marks["cpu"] = cpu.path
    if memory:
        marks["memory"] = memory.path
    return {
        "cpu": _cpu(cpu.value) if cpu else None,
        "memory": byte_quantity(int(memory.value)) if memory else None,
        **origin((), **marks),
    }


def _cpu(number: float) -> str:
    """Write CPUs as Kubernetes does: whole ones, or thousandths.

    >>> _cpu(0.5), _cpu(2)
    ('500m', '2')
    """
    thousandths = max(1, round(number * 1000))
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
