"""CPU and memory of a service: ``deploy.resources`` and the older keys."""

from dataclasses import dataclass

from kompyle.compose.source import YamlMap, YamlNode, find
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of CPUs or of bytes, and the key that says so."""

    path: KeyPath
    value: float


@dataclass(frozen=True, slots=True)
class Resources:
    cpu_limit: Quantity | None = None
    memory_limit: Quantity | None = None
    cpu_reservation: Quantity | None = None
    memory_reservation: Quantity | None = None


_PERIOD = 100_000
_SHARES = 1024
_KEYS = frozenset(
    ("deploy", "cpus", "cpu_quota", "cpu_shares", "mem_limit", "mem_reservation")
)


def resources(service: YamlMap, path: KeyPath) -> Resources:
    """Decode the limits; where both spellings stand, they agree (checks.py)."""

    def first(*keys: str) -> Quantity | None:
        for key in keys:
            steps = tuple(key.split("."))
            number = _number(find(service, steps))
            if number and number > 0:
                return Quantity((*path, *steps), number)
        return None

    if not _KEYS & service.entries.keys():
        return Resources()
    limits, reserved = "deploy.resources.limits", "deploy.resources.reservations"
    return Resources(
        cpu_limit=first(f"{limits}.cpus", "cpus") or _quota(service, path),
        memory_limit=first(f"{limits}.memory", "mem_limit"),
        cpu_reservation=first(f"{reserved}.cpus") or _shares(service, path),
        memory_reservation=first(f"{reserved}.memory", "mem_reservation"),
    )


def _quota(service: YamlMap, path: KeyPath) -> Quantity | None:
    """Read the CFS quota: so many microseconds of CPU in each period."""
    quota, period = service.value("cpu_quota"), service.value("cpu_period")
    if not isinstance(quota, int) or quota <= 0:
        return None
    length = period if isinstance(period, int) and period > 0 else _PERIOD
    return Quantity((*path, "cpu_quota"), quota / length)


def _shares(service: YamlMap, path: KeyPath) -> Quantity | None:
    """Read relative weights as Kubernetes writes requests: 1024 for a CPU."""
    shares = service.value("cpu_shares")
    if not isinstance(shares, int) or shares <= 0:
        return None
    return Quantity((*path, "cpu_shares"), shares / _SHARES)


def _number(node: YamlNode | None) -> float | None:
    value = getattr(node, "value", None)
    if isinstance(value, str):
        return int(value)
    return value if isinstance(value, int | float) else None
