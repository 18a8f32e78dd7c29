"""Carry a plan out: the same for all objects of a stage at once.

The parent of the set names the kinds of both the old and the new objects before the
first of them is written, so that whatever happens, a later run finds them all.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kompyle.cluster import applyset
from kompyle.cluster.adoption import adopt
from kompyle.cluster.answers import UNSETTLED, Meaning
from kompyle.cluster.app import App, reference
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.events import Event, Kind, Phase, Tell, What, silent
from kompyle.cluster.listing import parallel
from kompyle.cluster.mounted import claims_of, template
from kompyle.cluster.outcome import Problem
from kompyle.cluster.planning import CREATED, Change, Plan, Step
from kompyle.cluster.refusals import held, lingering, refusal
from kompyle.cluster.resources import KEPT, RESOURCES, place
from kompyle.cluster.status import spec_of
from kompyle.cluster.transport import Answer, Api

Manifest = dict[str, Any]

PARENT_MANAGER = "kompyle-applyset"
_DONE = {
    Change.CREATE: What.CREATED,
    Change.UPDATE: What.UPDATED,
    Change.REPLACE: What.REPLACED,
}
_TRIES, _LAST_TRIES, _PAUSE = 60, 8, 0.5
"""How often to look whether an object that is being deleted has gone: usually, and
when the run is to stop; the pause is in seconds."""

_GRACE = 30
"""Seconds that a Pod has to end, where it says nothing."""


@dataclass(slots=True)
class Applying:
    """A plan that is being carried out, and what became of its objects so far."""

    api: Api
    app: App
    plan: Plan
    version: str
    tell: Tell = silent
    cancel: Cancel = field(default_factory=Cancel)
    objects: dict[What, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    made: list[Manifest] = field(default_factory=list)
    """What was not there before, as the server has made it."""
    taken: Callable[[Manifest], None] = lambda _item: None
    """Is given each object as the server has it after a write."""

    def begin(self) -> None:
        """Note what stays, and have the parent name all kinds, old and new."""
        for step in self.plan.steps:
            if step.change is Change.UNCHANGED:
                self._note(What.UNCHANGED, step.manifest, Phase.APPLY)
        if self.plan.changes or self.plan.superfluous:
            self._write_parent(self._all_kinds)

    def apply(self, steps: Iterable[Step]) -> None:
        """Write those of the steps that change something, all at once."""
        changed = [step for step in steps if step.change in _DONE]
        parallel(self._apply, changed, self.api.connections, self.cancel)

    def give_way(self, limit: float) -> None:
        """Delete what is left over and holds volumes that others take over.

        Two that write to one volume spoil it: the Pods have to end before others start.
        They get the time that they ask for, but no more than *limit* seconds.
        """
        work = partial(self._give_way, limit=limit)
        parallel(work, self.in_the_way, self.api.connections, self.cancel)

    @property
    def in_the_way(self) -> list[Manifest]:
        """What is left over and mounts a claim that others mount from now on."""
        taken = {
            name for step in self.plan.changes for name in claims_of(step.manifest)
        }
        return [
            item
            for item in self.plan.superfluous
            if not taken.isdisjoint(claims_of(item))
        ]

    def prune(self) -> None:
        """Delete what is left over, but no data, and nothing of others."""
        gone = set(self.objects.get(What.DELETED, ()))
        left = [item for item in self.plan.extra if reference(item) not in gone]
        parallel(self._prune, left, self.api.connections, self.cancel)

    def end(self, *, has_pruned: bool) -> None:
        """Have the parent name what is there now; all it named if some is left."""
        if not (self.plan.changes or self.plan.superfluous):
            return
        is_known = has_pruned and self.app.is_whole and not self.problems
        self._write_parent(self._left_kinds if is_known else self._all_kinds)

    @property
    def _new_kinds(self) -> set[applyset.GroupKind]:
        return {applyset.group_kind(step.manifest) for step in self.plan.steps}

    @property
    def _all_kinds(self) -> set[applyset.GroupKind]:
        """What the set may have, before, now and later."""
        named = applyset.kinds_of(self.plan.parent) if self.plan.parent else set()
        extra = {applyset.group_kind(item) for item in self.plan.extra}
        return self._new_kinds | named | extra | self.plan.hidden

    @property
    def _left_kinds(self) -> set[applyset.GroupKind]:
        """What the set has once all that is superfluous has been deleted."""
        gone = set(self.objects.get(What.DELETED, ()))
        left = (item for item in self.plan.extra if reference(item) not in gone)
        return self._new_kinds | set(map(applyset.group_kind, left)) | self.plan.hidden

    def _apply(self, step: Step) -> None:
        if self.cancel.is_asked:
            return
        if step.change is Change.REPLACE and not self._removed(step):
            return
        answer = self._applied(step)
        if answer.is_done and step.adopts:
            answer = adopt(self.api, step.path, step.manifest, answer)
        if answer.is_done:
            self.taken(answer.body)
            if step.change is Change.CREATE and answer.status == CREATED:
                self.made.append(answer.body)
            self._note(_DONE[step.change], step.manifest, Phase.APPLY)
        else:
            self._refuse(step.manifest, answer, Phase.APPLY)

    def _applied(self, step: Step) -> Answer:
        """Apply an object, when one of its name that is being deleted has gone."""
        answer = self.api.apply(step.path, step.manifest, force=step.forces)
        tries = 0
        while answer.meaning is Meaning.RACE and tries < _TRIES:
            if self.cancel.wait(_PAUSE):
                break
            answer = self.api.apply(step.path, step.manifest, force=step.forces)
            tries += 1
        return answer

    def _removed(self, step: Step) -> bool:
        """Delete an object that is made anew; return whether it has gone.

        It is not left half-way: when the run is to stop, it has some seconds more.
        """
        metadata = (step.live or {})["metadata"]
        if "deletionTimestamp" in metadata:
            answer = self.api.call("GET", step.path)
        else:
            way = step.recovery.propagation
            answer = self.api.delete(step.path, metadata["uid"], way)
        late = held(step.name, self.app.place_of(step.name))
        return self._vanished(step.manifest, step.path, answer, _TRIES, late)

    def _give_way(self, item: Manifest, limit: float) -> None:
        """Delete one workload, and wait until its Pods have ended, too."""
        path = place(item, self.plan.namespace, self.api.resources)
        answer = self.api.delete(path, item["metadata"]["uid"], "Foreground")
        if answer.is_done:
            self._note(What.DELETED, item, Phase.APPLY)
        late = lingering(reference(item))
        grace = spec_of(template(item)).get("terminationGracePeriodSeconds", _GRACE)
        seconds = min(limit, grace + _GRACE)
        self._vanished(item, path, answer, int(seconds / _PAUSE), late)

    def _vanished(
        self, item: Manifest, path: str, answer: Answer, tries: int, late: Problem
    ) -> bool:
        """Wait until an object has gone, after the *answer* to its deletion.

        *late* is what there is to say if it does not go.
        """
        while answer.is_done and tries:
            time.sleep(_PAUSE)
            answer = self.api.call("GET", path)
            tries = min(tries - 1, _LAST_TRIES) if self.cancel.is_asked else tries - 1
        if answer.meaning is Meaning.NOT_FOUND:
            return True
        if not answer.is_done:
            self._refuse(item, answer, Phase.APPLY)
        elif not self.cancel.is_asked:
            self._fail(item, late, Phase.APPLY)
        return False

    def _prune(self, item: Manifest) -> None:
        """Delete one object of an earlier run, unless it holds data or has an owner."""
        metadata = item["metadata"]
        if self.cancel.is_asked or "deletionTimestamp" in metadata:
            return
        if item["kind"] in KEPT:
            self._note(What.KEPT, item, Phase.PRUNE)
        elif metadata.get("ownerReferences"):
            self._note(What.FOREIGN, item, Phase.PRUNE)
        else:
            path = place(item, self.plan.namespace, self.api.resources)
            answer = self.api.delete(path, metadata["uid"])
            if answer.is_done or answer.meaning is Meaning.NOT_FOUND:
                self._note(What.DELETED, item, Phase.PRUNE)
            else:
                self._refuse(item, answer, Phase.PRUNE)

    def _note(
        self, what: What, item: Mapping[str, Any], phase: Phase, message: str = ""
    ) -> None:
        name = reference(item)
        self.objects.setdefault(what, []).append(name)
        at = phase, name, self.plan.namespace, self.app.service_of(item)
        self.tell(Event(Kind.OBJECT, *at, what, message=message))

    def _refuse(self, item: Mapping[str, Any], answer: Answer, phase: Phase) -> None:
        """Note a refusal, unless it only was not asked again since the run stops."""
        if self.cancel.is_asked and answer.meaning in UNSETTLED:
            return
        name = reference(item)
        problem = refusal(name, answer, self.app.origin, self.app.place_of(name))
        self._fail(item, problem, phase)

    def _fail(self, item: Mapping[str, Any], problem: Problem, phase: Phase) -> None:
        self.problems.append(problem)
        self._note(What.FAILED, item, phase, problem.message)

    def _write_parent(self, kinds: Iterable[applyset.GroupKind]) -> None:
        namespaces = {
            step.manifest["metadata"].get("namespace") or self.plan.namespace
            for step in self.plan.steps
        }
        home = self.plan.home
        found = applyset.parent(
            home,
            kinds=kinds,
            namespaces=namespaces,
            version=self.version,
            project=self.app.name,
        )
        path = RESOURCES["v1", home.kind].path(home.namespace, home.name)
        answer = self.api.apply(path, found, force=True, manager=PARENT_MANAGER)
        if not answer.is_done:
            self._refuse(found, answer, Phase.APPLY)
