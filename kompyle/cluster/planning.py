"""Plan a run before anything is written: what is there, and what would change.

Every object is applied on the server without effect (``dryRun``); one that the server
refuses stops the run while nothing has changed yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kompyle.cluster import applyset
from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import App, reference
from kompyle.cluster.applyset import Home
from kompyle.cluster.choices import Wishes
from kompyle.cluster.differences import clean
from kompyle.cluster.discovery import served
from kompyle.cluster.listing import parallel
from kompyle.cluster.members import Key, found_home, key_of, members_of
from kompyle.cluster.outcome import Problem
from kompyle.cluster.ownership import counted, is_ours, managers, owned, owner
from kompyle.cluster.readiness import readiness
from kompyle.cluster.recovery import Recovery, recovery
from kompyle.cluster.refusals import (
    barred,
    contested,
    foreign,
    immutable,
    lacks_its_role,
    refusal,
    unowned,
    unread,
)
from kompyle.cluster.resources import KEPT, place, plural
from kompyle.cluster.status import Phase
from kompyle.cluster.transport import Answer, Api

Manifest = dict[str, Any]

CREATED = 201
_FROM_LIVE = frozenset((Meaning.DONE, Meaning.CONFLICT, Meaning.IMMUTABLE))
"""What the server answers only about an object that is there."""


class Change(StrEnum):
    """What applying an object would do."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """One object of a plan: as it is to be, as it is, and as it would come out."""

    manifest: Manifest
    path: str
    change: Change
    live: Manifest | None = None
    answer: Answer | None = None
    problem: Problem | None = None
    notice: str = ""
    forces: bool = False
    adopts: bool = False

    @property
    def name(self) -> str:
        return reference(self.manifest)

    @property
    def recovery(self) -> Recovery:
        """How it is made anew, if it is."""
        return recovery(self.manifest["kind"]) or Recovery()

    @property
    def outcome(self) -> Manifest:
        """The object as it would come out; as it is written where nobody can tell."""
        is_told = self.answer is not None and self.answer.is_done
        return self.answer.body if self.answer and is_told else self.manifest


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a run, in the order of the manifests; ``extra`` is left over.

    ``hidden`` are kinds of the set that may not be listed: what is left over of them
    stays, and is to be found by whoever may.
    """

    home: Home
    steps: tuple[Step, ...]
    extra: tuple[Manifest, ...] = ()
    parent: Manifest | None = None
    notices: tuple[str, ...] = ()
    hidden: frozenset[applyset.GroupKind] = frozenset()

    @property
    def namespace(self) -> str:
        return self.home.namespace

    @property
    def refused(self) -> list[Step]:
        return [step for step in self.steps if step.change is Change.REFUSED]

    @property
    def problems(self) -> list[Problem]:
        return [step.problem for step in self.steps if step.problem]

    @property
    def changes(self) -> list[Step]:
        written = (Change.CREATE, Change.UPDATE, Change.REPLACE)
        return [step for step in self.steps if step.change in written]

    @property
    def superfluous(self) -> list[Manifest]:
        """What is left over and can go: no data, and nothing that others own."""
        rest = (item for item in self.extra if item["kind"] not in KEPT)
        return [item for item in rest if not item["metadata"].get("ownerReferences")]

    @property
    def warnings(self) -> list[str]:
        """What is to be told of the steps, each text once."""
        told = (step.notice for step in self.steps if step.notice)
        warned = (
            text for step in self.steps if step.answer for text in step.answer.warnings
        )
        return list(dict.fromkeys((*self.notices, *told, *warned)))


@dataclass(frozen=True, slots=True)
class _Planning:
    api: Api
    app: App
    home: Home
    wishes: Wishes
    members: Mapping[Key, Manifest]


def plan(api: Api, app: App, home: Home, wishes: Wishes | None = None) -> Plan:
    """Plan to apply an App as a set, whose objects bear its id."""
    parent, home = found_home(api, home)
    wanted = [applyset.marked(item, home.set_id) for item in app.manifests]
    known = applyset.kinds_of(parent) if parent else set()
    members, unlisted = members_of(api, wanted, known, home)
    planning = _Planning(api, app, home, wishes or Wishes(), members)
    steps = parallel(
        lambda item: _step(planning, item), wanted, api.connections, api.cancel
    )
    ours = {key_of(api, item, home.namespace) for item in wanted}
    left = (item for key, item in members.items() if key not in ours)
    extra = tuple(left) if app.is_whole else ()
    notices = tuple(
        f"may not list {plural(kind)}: none that are left over are deleted"
        for _, kind in sorted(unlisted)
    )
    hidden = frozenset(unlisted & known)
    return Plan(home, tuple(steps), extra, parent, notices, hidden)


def blind_plan(app: App, home: Home) -> Plan:
    """Plan for a namespace that is not there yet: everything is new."""
    wanted = [applyset.marked(item, home.set_id) for item in app.manifests]
    steps = [Step(item, place(item, home.namespace), Change.CREATE) for item in wanted]
    notice = f"there is no namespace {home.namespace} yet: the server was not asked"
    return Plan(home, tuple(steps), notices=(notice,))


def _step(planning: _Planning, manifest: Manifest) -> Step:
    """Plan one object; what is not of the set is looked at only if it is not new."""
    path = place(manifest, planning.home.namespace, planning.api.resources)
    live = planning.members.get(key_of(planning.api, manifest, planning.home.namespace))
    step = Step(manifest, path, Change.CREATE, live, forces=planning.wishes.forces)
    if live is None:
        step = replace(step, answer=_dry_run(planning, step))
        if step.answer and step.answer.status == CREATED:
            return step
        found = planning.api.call("GET", path)
        if not found.is_done:
            return _unseen(planning, step, found)
        live = found.body
    problem, adopts = _claimed(planning, manifest, live)
    if problem:
        return replace(step, change=Change.REFUSED, live=live, problem=problem)
    if "deletionTimestamp" in live["metadata"]:
        notice = f"{step.name} is being deleted: it is made again once it has gone"
        return replace(step, change=Change.REPLACE, live=live, notice=notice)
    wanted, forces = counted(manifest, live), adopts or step.forces
    is_asked = wanted is manifest and forces == step.forces
    answer = step.answer if is_asked else None
    step = Step(wanted, path, Change.UPDATE, live, answer, forces=forces, adopts=adopts)
    return _tried(planning, step)


def _unseen(planning: _Planning, step: Step, found: Answer) -> Step:
    """Plan an object that cannot be looked at: whose it is, is not guessed."""
    is_there = step.answer is not None and step.answer.meaning in _FROM_LIVE
    if not is_there:
        return _tried(planning, step)
    if found.meaning is Meaning.NOT_FOUND:  # it has gone in between
        return _tried(planning, replace(step, answer=None))
    told = unread(step.name, found, _service_place(planning.app, step.manifest))
    return replace(step, change=Change.REFUSED, problem=told)


def _dry_run(planning: _Planning, step: Step) -> Answer:
    return planning.api.apply(step.path, step.manifest, dry_run=True, force=step.forces)


def _claimed(
    planning: _Planning, manifest: Manifest, live: Manifest
) -> tuple[Problem | None, bool]:
    """Say whether a live object is not ours to change, or else whether to adopt it."""
    if is_ours(live, planning.home.set_id):
        return None, False
    name, place = reference(manifest), _service_place(planning.app, manifest)
    hidden = planning.home.hidden
    if hidden and is_ours(live, hidden.set_id):
        return barred(hidden), False
    other = owner(live, planning.home.set_id)
    if other and not planning.wishes.adopts_owned:
        return foreign(name, place, other), False
    if not (planning.wishes.adopts or planning.wishes.adopts_owned):
        return unowned(name, place, managers(live)), False
    return None, True


def _tried(planning: _Planning, step: Step) -> Step:
    """Apply an object without effect, and read from the answer what it would do."""
    answer = step.answer or _dry_run(planning, step)
    step = replace(step, answer=answer)
    if answer.meaning is Meaning.CONFLICT:
        return _conflicting(planning, step, answer)
    if answer.meaning is Meaning.IMMUTABLE:
        return _unchangeable(planning, step, answer)
    if lacks_its_role(step.manifest, planning.app, answer):
        return replace(step, answer=None)
    if not answer.is_done:
        place = _service_place(planning.app, step.manifest)
        told = refusal(step.name, answer, planning.app.origin, place)
        if answer.meaning is Meaning.NOT_SERVED:
            told = replace(told, help=_served_instead(planning.api, step.manifest))
        return replace(step, change=Change.REFUSED, problem=told)
    if step.live and _is_same(step.live, answer.body):
        has_failed = readiness(step.live).phase is Phase.FAILED
        is_to_run = has_failed and step.manifest["kind"] == "Job"
        return replace(step, change=Change.REPLACE if is_to_run else Change.UNCHANGED)
    return step


def _served_instead(api: Api, manifest: Manifest) -> str:
    """Say which versions of an object's API the server has."""
    group, _ = applyset.group_kind(manifest)
    found = ", ".join(served(api, group))
    has = f"it has {found}" if found else "it has nothing of this API"
    return f"See --kubernetes-version: {has}."


def _is_same(live: Manifest, planned: Manifest) -> bool:
    """Whether nothing changes: neither values, nor which of them are ours.

    A value that was the server's default is ours only when we have applied it; what
    nobody owns anybody may change without a word.
    """
    return clean(live) == clean(planned) and owned(live) == owned(planned)


def _conflicting(planning: _Planning, step: Step, answer: Answer) -> Step:
    """Give way to who scales, take back what we scaled; or refuse."""
    app = planning.app
    found = contested(step.name, step.manifest, step.live or {}, answer, app.origin)
    if isinstance(found, Problem):
        return replace(step, change=Change.REFUSED, problem=found)
    again = replace(
        step,
        manifest=found.manifest,
        notice=found.notice,
        forces=found.forces,
        answer=None,
    )
    return _tried(planning, again)


def _unchangeable(planning: _Planning, step: Step, answer: Answer) -> Step:
    """Have an object made anew, where that costs nothing or was asked for."""
    way = recovery(step.manifest["kind"])
    if step.live and way and (way.is_automatic or planning.wishes.recreates):
        notice = f"{step.name} is made anew: {way.cost}" if way.cost else ""
        return replace(step, change=Change.REPLACE, notice=notice)
    place = _service_place(planning.app, step.manifest)
    told = immutable(step.name, answer, way, planning.app.origin, place)
    return replace(step, change=Change.REFUSED, problem=told)


def _service_place(app: App, manifest: Manifest) -> str:
    """Return where the service of an object, or the object itself, was written."""
    return app.place_of(reference(manifest)) or app.origin(f"{reference(manifest)}:")
