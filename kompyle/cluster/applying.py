"""Carry a plan out: stage by stage, the same for all objects of a stage at once.

The parent of the set names the kinds of both the old and the new objects before the
first of them is written, so that whatever happens, a later run finds them all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kompyle.cluster import applyset
from kompyle.cluster.answers import Meaning
from kompyle.cluster.planning import Change, Plan, Step, parallel, parent_path
from kompyle.cluster.resources import place
from kompyle.cluster.stages import stage
from kompyle.cluster.transport import Answer, Api

Manifest = dict[str, Any]

KEPT = frozenset(
    (
        "CustomResourceDefinition",
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
    )
)
"""The kinds that hold data, or other objects: nothing deletes them unasked."""

_PARENT_MANAGER = "kompyle-applyset"


class What(StrEnum):
    """What became of one object."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    KEPT = "kept"
    FOREIGN = "foreign"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One object is done with; ``answer`` says why, where the server refused."""

    what: What
    name: str
    answer: Answer | None = None


OnEvent = Callable[[Event], None]


def _ignore(_event: Event) -> None:
    pass


@dataclass(slots=True)
class Applied:
    """All that was done, in the order in which it ended."""

    events: list[Event] = field(default_factory=list)
    on_event: OnEvent = _ignore

    def add(self, events: Iterable[Event]) -> None:
        for event in events:
            self.events.append(event)
            self.on_event(event)

    @property
    def failures(self) -> list[Event]:
        return [event for event in self.events if event.what is What.FAILED]

    def names(self, what: What) -> list[str]:
        return [event.name for event in self.events if event.what is what]


def carry_out(  # noqa: PLR0913 - what a run is, all by name
    api: Api,
    plan: Plan,
    *,
    name: str,
    version: str,
    prunes: bool = True,
    on_event: OnEvent = _ignore,
) -> Applied:
    """Apply what differs, then delete what is left over; stop at the first refusal.

    After a refusal nothing is pruned, and the parent keeps naming old and new kinds.
    """
    done = Applied(on_event=on_event)
    done.add(
        Event(What.UNCHANGED, step.name)
        for step in plan.steps
        if step.change is Change.UNCHANGED
    )
    if not plan.changes and not plan.extra:
        return done
    new = {applyset.group_kind(step.manifest) for step in plan.steps}
    old = {applyset.group_kind(item) for item in plan.extra}
    _write_parent(api, plan, name, version, new | old)
    for group in _stages(plan.changes):
        done.add(parallel(lambda step: _apply(api, step), group, api.connections))
        if done.failures:
            return done
    pruned = plan.extra if prunes else ()
    done.add(parallel(lambda item: _prune(api, item, plan), pruned, api.connections))
    has_left = not prunes or done.failures or done.names(What.KEPT)
    _write_parent(api, plan, name, version, new | (old if has_left else set()))
    return done


def _stages(steps: Iterable[Step]) -> list[list[Step]]:
    found: dict[int, list[Step]] = {}
    for step in steps:
        found.setdefault(stage(step.manifest), []).append(step)
    return [found[rank] for rank in sorted(found)]


def _apply(api: Api, step: Step) -> Event:
    answer = api.apply(step.path, step.manifest)
    if answer.meaning is not Meaning.DONE:
        return Event(What.FAILED, step.name, answer)
    what = What.CREATED if step.change is Change.CREATE else What.UPDATED
    return Event(what, step.name, answer)


def _prune(api: Api, item: Manifest, plan: Plan) -> Event:
    """Delete one object of an earlier run, unless it holds data or has an owner."""
    metadata = item["metadata"]
    name = f"{item['kind']}/{metadata['name']}"
    if item["kind"] in KEPT:
        return Event(What.KEPT, name)
    if metadata.get("ownerReferences"):
        return Event(What.FOREIGN, name)
    body = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
        "preconditions": {"uid": metadata["uid"]},
    }
    answer = api.call("DELETE", place(item, plan.namespace), body=body)
    gone = (Meaning.DONE, Meaning.NOT_FOUND)
    what = What.DELETED if answer.meaning in gone else What.FAILED
    return Event(what, name, answer)


def _write_parent(
    api: Api, plan: Plan, name: str, version: str, kinds: Iterable[applyset.GroupKind]
) -> None:
    namespaces = {
        step.manifest["metadata"].get("namespace") or plan.namespace
        for step in plan.steps
    }
    found = applyset.parent(
        name=name,
        namespace=plan.namespace,
        kinds=kinds,
        namespaces=namespaces,
        version=version,
        labels={"app.kubernetes.io/managed-by": applyset.TOOL},
    )
    path = parent_path(name, plan.namespace)
    api.apply(path, found, force=True, manager=_PARENT_MANAGER)
