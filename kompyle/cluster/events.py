"""What happens during a run, told as it happens to whoever wants to know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an event is about."""

    TARGET = "target"
    NOTICE = "notice"
    OBJECT = "object"
    WORKLOAD = "workload"
    PROBLEM = "problem"
    FAILURE = "failure"
    SUMMARY = "summary"


class Phase(StrEnum):
    """How far a run is."""

    LOGIN = "login"
    PLAN = "plan"
    APPLY = "apply"
    WAIT = "wait"
    PRUNE = "prune"
    ROLLBACK = "rollback"
    DELETE = "delete"
    DONE = "done"


class What(StrEnum):
    """What became of an object."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    RESTARTED = "restarted"
    SCALED = "scaled"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    KEPT = "kept"
    FOREIGN = "foreign"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``schemas/events.json`` describes it as JSON.

    ``name`` is an object, as in ``Deployment/web``; ``status`` what became of it or
    how far it is; ``reason`` one word of the API's, ``message`` what people read.
    """

    kind: Kind
    phase: Phase
    name: str = ""
    namespace: str = ""
    service: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def data(self) -> dict[str, Any]:
        """The event as JSON has it: what it has nothing to say of is left out."""
        kind, _, name = self.name.partition("/")
        entity = _told({"kind": kind, "namespace": self.namespace, "name": name})
        found = {
            "ts": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "type": self.kind.value,
            "phase": self.phase.value,
            "object": entity or "",
            "service": self.service,
            "status": str(self.status),
            "reason": self.reason,
            "message": self.message,
        }
        return _told({**found, **self.details})


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value != ""}


Tell = Callable[[Event], None]


def silent(_event: Event) -> None:
    """Tell nobody."""
