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


def resources(service: YamlMap, path: KeyPath) -> Resources:
    """Decode the limits; where both spellings stand, they agree (checks.py)."""

    def first(*keys: str) -> Quantity | None:
        for key in keys:
            steps = tuple(key.split("."))
            number = _number(find(service, steps))
            if number:
                return Quantity((*path, *steps), number)
        return None

    if not {"deploy", "cpus", "mem_limit", "mem_reservation"} & service.entries.keys():
        return Resources()
    limits, reserved = "deploy.resources.limits", "deploy.resources.reservations"
    return Resources(
        cpu_limit=first(f"{limits}.cpus", "cpus"),
        memory_limit=first(f"{limits}.memory", "mem_limit"),
        cpu_reservation=first(f"{reserved}.cpus"),
        memory_reservation=first(f"{reserved}.memory", "mem_reservation"),
    )


def _number(node: YamlNode | None) -> float | None:
    value = getattr(node, "value", None)
    if isinstance(value, str):
        return int(value)
    return value if isinstance(value, int | float) else None
