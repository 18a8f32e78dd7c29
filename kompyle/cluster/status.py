"""The status of an object: how far it is, and how to read it from the object."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Manifest = Mapping[str, Any]


class Phase(StrEnum):
    """How far an object is."""

    CURRENT = "current"
    IN_PROGRESS = "in progress"
    FAILED = "failed"
    TERMINATING = "terminating"


@dataclass(frozen=True, slots=True)
class Status:
    """The phase of an object, and why; ``reason`` is the API's own word."""

    phase: Phase
    reason: str = ""
    message: str = ""


Check = Callable[[Manifest], Status | None]
"""Says what keeps an object from being ready; None if it finds nothing."""


def status_of(item: Manifest) -> Manifest:
    return item.get("status") or {}


def spec_of(item: Manifest) -> Manifest:
    return item.get("spec") or {}


def condition(item: Manifest, name: str) -> Manifest:
    listed = status_of(item).get("conditions") or ()
    return next((found for found in listed if found.get("type") == name), {})


def holds(item: Manifest, name: str, value: str = "True") -> bool:
    return condition(item, name).get("status") == value


def told_by(found: Manifest, phase: Phase) -> Status:
    return Status(phase, found.get("reason", ""), found.get("message", ""))


def progressing(reason: str, message: str) -> Status:
    return Status(Phase.IN_PROGRESS, reason, message)


def missing(wanted: int, counts: Iterable[tuple[int, str]]) -> Status | None:
    """Return the first count that is below what is *wanted*."""
    for count, what in counts:
        if count < wanted:
            return progressing("Replicas", f"{count} of {wanted} {what}")
    return None
