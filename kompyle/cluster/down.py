"""Remove what a project has in a cluster: in order, and no data unless told to."""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from kompyle.cluster import revisions
from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import PROJECT, App, object_name, reference, service_label
from kompyle.cluster.applying import PARENT_MANAGER
from kompyle.cluster.applyset import (
    TOOL,
    Home,
    kinds_of,
    parent,
    project_of,
    tool_of,
)
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.events import Event, Kind, Phase, Tell, What, silent
from kompyle.cluster.guard import Caller, guard
from kompyle.cluster.lease import lease
from kompyle.cluster.listing import listed, parallel
from kompyle.cluster.members import members_of
from kompyle.cluster.namespaces import exists, removed
from kompyle.cluster.outcome import Code, Outcome, Problem
from kompyle.cluster.planning import found_home
from kompyle.cluster.refusals import hidden, refusal
from kompyle.cluster.resources import KEPT, RESOURCES, by_group, place
from kompyle.cluster.stages import WORKLOADS, stage
from kompyle.cluster.target import Place, home_of
from kompyle.cluster.telling import Teller
from kompyle.cluster.transport import Answer
from kompyle.names import label_value
from kompyle.version import installed_version

Manifest = dict[str, Any]

_CLAIM = "PersistentVolumeClaim"
_DATA = frozenset(("PersistentVolume", _CLAIM))
_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove beside what can be made again; ``timeout`` is in seconds.

    ``confirm`` is asked whether the claims named may be deleted, with their data.
    """

    volumes: bool = False
    namespace: bool = False
    waits: bool = True
    timeout: float = 120.0
    confirm: Callable[[list[str]], bool] = lambda _names: False


@dataclass(slots=True)
class Down:
    """The removal of one project from a place."""

    place: Place
    project: str
    removal: Removal
    tell: Tell = silent
    cancel: Cancel = field(default_factory=Cancel)
    contexts: tuple[str, ...] = ()
    objects: dict[What, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    teller: Teller = field(init=False)
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.teller = Teller(self.place.namespace, self.tell)

    def remove(self, caller: Caller) -> Outcome:
        """Remove the project; ClusterError where there is no way in."""
        api, namespace = self.place.api, self.place.namespace
        self.teller.target(str(self.place))
        guard(api, App(self.project, (), contexts=self.contexts), caller)
        name = f"kompyle-{object_name(self.project)}"
        timeout = self.removal.timeout
        is_there = exists(api, namespace)
        alone = lease(api, namespace, name, self.teller.notice, timeout)
        with alone if is_there else nullcontext():
            code = self._removed() if is_there else Code.DONE
        if not is_there:
            self.teller.notice(f"there is no namespace {namespace}")
        elif self.removal.namespace and code is Code.DONE:
            self._remove_namespace()
        outcome = self._outcome(code)
        self.teller.summary(outcome, Phase.DELETE)
        return outcome

    def _removed(self) -> Code:
        api = self.place.api
        found, home = found_home(api, home_of(self.project, self.place.namespace))
        if problem := self._foreign(found, home):
            return self._refuse([problem])
        # Without a parent nobody knows which kinds there are, so all are looked for.
        known = kinds_of(found) if found else set(by_group(RESOURCES))
        members, unlisted = members_of(api, (), known, home)
        if found and unlisted:
            return self._refuse([hidden(kind) for _, kind in sorted(unlisted)])
        items = list(members.values())
        if not items:
            self.teller.notice(f"nothing of {self.project} is there")
        claims = [item for item in items if item["kind"] in _DATA]
        names = sorted(reference(item) for item in claims)
        if names and self.removal.volumes and not self.removal.confirm(names):
            listing = ", ".join(names)
            fact = f"with -v these are deleted, and their data is lost: {listing}"
            way_out = "Say --yes if that is what you want; nothing was removed."
            return self._refuse([Problem(names[0], "DataLoss", fact, help=way_out)])
        return self._take_apart(items, home)

    def _foreign(self, found: Manifest | None, home: Home) -> Problem | None:
        if found is None:
            return None
        name = f"{home.kind}/{home.name}"
        if tool_of(found) != TOOL:
            fact = f"the objects are managed by {tool_of(found) or 'nobody'}"
            way_out = "Let it remove them, or take them back: kompyle handover kompyle."
            return Problem(name, "ForeignSet", fact, help=way_out)
        project = project_of(found)
        if project and project != self.project:
            fact = f"this is the project {project!r}"
            return Problem(name, "NameTaken", fact, help=f"Say -p {project}.")
        return None

    def _take_apart(self, items: Iterable[Manifest], home: Home) -> Code:
        """Delete stage by stage, the last first; what runs is to end in between."""
        groups: dict[int, list[Manifest]] = {}
        for item in items:
            groups.setdefault(stage(item), []).append(item)
        for rank in sorted(groups, reverse=True):
            parallel(self._delete, groups[rank], self.place.api.connections)
            if self.problems:
                return self._refuse(self.problems)
            if rank == WORKLOADS and not self._is_gone(("Pod",)):
                return self._unfinished()
        self._forget(home)
        rest = ("Pod", _CLAIM) if self.removal.volumes else ("Pod",)
        return Code.DONE if self._is_gone(rest) else self._unfinished()

    def _unfinished(self) -> Code:
        return Code.INTERRUPTED if self.cancel.is_asked else Code.TIMED_OUT

    def _delete(self, item: Manifest) -> None:
        kind, metadata = item["kind"], item["metadata"]
        is_kept = kind in KEPT and not (kind in _DATA and self.removal.volumes)
        if is_kept:
            self._note(What.KEPT, item)
            return
        if metadata.get("ownerReferences"):
            self._note(What.FOREIGN, item)
            return
        api = self.place.api
        path = place(item, self.place.namespace, api.resources)
        answer = api.delete(path, metadata["uid"])
        if answer.is_done or answer.meaning is Meaning.NOT_FOUND:
            self._note(What.DELETED, item)
        else:
            self._complain(item, answer)

    def _is_gone(self, kinds: Iterable[str]) -> bool:
        """Wait until nothing of some *kinds* is left; whether that came in time."""
        return not self.removal.waits or all(map(self._has_gone, kinds))

    def _has_gone(self, kind: str) -> bool:
        end = self._started + self.removal.timeout
        told = False
        while left := self._left(kind):
            names = ", ".join(sorted(item["metadata"]["name"] for item in left))
            if not told:
                self.teller.notice(f"waiting for {names} to end", Phase.DELETE)
                told = True
            if time.monotonic() > end or self.cancel.wait(_PAUSE):
                self.teller.notice(f"not ended yet: {names}", Phase.DELETE)
                return False
        return True

    def _left(self, kind: str) -> list[Manifest]:
        """List the project's Pods, or what was deleted of another kind."""
        api, namespace = self.place.api, self.place.namespace
        selector = f"{PROJECT}={label_value(self.project)}"
        found = listed(api, RESOURCES["v1", kind], namespace, selector) or []
        deleted = self.objects.get(What.DELETED, [])
        return [item for item in found if kind == "Pod" or reference(item) in deleted]

    def _forget(self, home: Home) -> None:
        """Delete the revisions, and the parent unless there is something left."""
        api, namespace = self.place.api, self.place.namespace
        known = revisions.revisions(api, namespace, self.project)
        revisions.forget(api, namespace, known or ())
        path = RESOURCES["v1", home.kind].path(namespace, home.name)
        found = api.call("GET", path)
        left = self.objects.get(What.KEPT, []) + self.objects.get(What.FOREIGN, [])
        if not found.is_done:
            return
        if not left:
            api.delete(path, found.body["metadata"]["uid"])
            return
        names = {name.partition("/")[0] for name in left}
        kinds = {kind for kind in by_group(api.resources) if kind[1] in names}
        rest = parent(
            home,
            kinds=kinds,
            namespaces=(),
            version=installed_version(),
            project=self.project,
        )
        api.apply(path, rest, force=True, manager=PARENT_MANAGER)

    def _remove_namespace(self) -> None:
        if not removed(self.place.api, self.place.namespace, self.project):
            text = f"namespace {self.place.namespace} stays: it was not made by `up`"
            self.teller.notice(text, Phase.DELETE)

    def _note(self, what: What, item: Manifest) -> None:
        self.objects.setdefault(what, []).append(reference(item))
        at = Phase.DELETE, reference(item), self.place.namespace
        self.tell(Event(Kind.OBJECT, *at, service_label(item), what))

    def _complain(self, item: Manifest, answer: Answer) -> None:
        problem = refusal(reference(item), answer, lambda _field: "", "")
        self.problems.append(problem)

    def _refuse(self, problems: list[Problem]) -> Code:
        self.problems = problems
        for problem in problems:
            self.teller.problem(problem)
        return Code.REFUSED

    def _outcome(self, code: Code) -> Outcome:
        return Outcome(
            code,
            self.project,
            self.place.namespace,
            {what: tuple(sorted(names)) for what, names in self.objects.items()},
            tuple(self.problems),
            seconds=time.monotonic() - self._started,
        )
