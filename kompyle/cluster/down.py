"""Remove what a project has in a cluster: in order, and no data unless told to."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kompyle.cluster import revisions
from kompyle.cluster.answers import UNSETTLED, Meaning
from kompyle.cluster.app import App, object_name, reference, service_label
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
from kompyle.cluster.deployed import selector_of
from kompyle.cluster.events import Event, Kind, Phase, Tell, What, silent
from kompyle.cluster.guard import Caller, guard
from kompyle.cluster.lease import lease
from kompyle.cluster.listing import listed, parallel
from kompyle.cluster.members import anywhere, found_home, hidden_project, members_of
from kompyle.cluster.namespaces import exists, made_by, removed, tenants
from kompyle.cluster.outcome import Code, Outcome, Problem
from kompyle.cluster.refusals import hidden, refusal
from kompyle.cluster.resources import KEPT, RESOURCES, by_group, place
from kompyle.cluster.stages import WORKLOADS, by_stage
from kompyle.cluster.target import Place, home_of
from kompyle.cluster.telling import RESUME, Teller
from kompyle.cluster.transport import Answer
from kompyle.errors import ClusterError
from kompyle.version import installed_version

Manifest = dict[str, Any]

_CLAIM = "PersistentVolumeClaim"
_DATA = frozenset(("PersistentVolume", _CLAIM))
_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove beside what can be made again; ``timeout`` is in seconds.

    ``confirm`` is asked whether what is named may go for good: claims, with their
    data, and what others have in a namespace that is deleted.
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
    _end: float = 0.0

    def __post_init__(self) -> None:
        self.teller = Teller(self.place.namespace, self.tell)

    def remove(self, caller: Caller) -> Outcome:
        """Remove the project; ClusterError where there is no way in."""
        self.teller.target(str(self.place))
        app = App(self.project, (), contexts=self.contexts)
        try:
            guard(self.place.api, app, caller)
            code = self._alone()
        except ClusterError:
            if not self.cancel.is_asked:
                raise
            code = Code.INTERRUPTED
        if code is Code.INTERRUPTED:
            self.teller.notice(RESUME, Phase.DELETE)
        outcome = self._outcome(code)
        self.teller.summary(outcome, Phase.DELETE)
        return outcome

    def _alone(self) -> Code:
        """Remove what there is, while nobody else deploys it."""
        api, namespace = self.place.api, self.place.namespace
        if not exists(api, namespace):
            self.teller.notice(f"there is no namespace {namespace}")
            return Code.DONE
        name = f"kompyle-{object_name(self.project)}"
        with lease(api, namespace, name, self.teller.notice, self.removal.timeout):
            self._end = time.monotonic() + self.removal.timeout
            code = self._removed()
        is_next = self.removal.namespace and code is Code.DONE
        return self._without_namespace() if is_next else code

    def _removed(self) -> Code:
        api = self.place.api
        found, home = found_home(api, home_of(self.project, self.place.namespace))
        if problem := self._foreign(found, home):
            return self._refuse([problem])
        # Without a parent nobody knows which kinds there are, so all are looked for.
        known = kinds_of(found) if found else anywhere()
        members, unlisted = members_of(api, (), known, home)
        if unlisted and (found or not known - unlisted):
            return self._refuse([hidden(kind) for _, kind in sorted(unlisted)])
        items = list(members.values())
        if not items:
            self.teller.notice(f"nothing of {self.project} is there")
        if problem := self._unconfirmed(items, home):
            return self._refuse([problem])
        return self._take_apart(items, home)

    def _unconfirmed(self, items: Iterable[Manifest], home: Home) -> Problem | None:
        """Ask whether what nobody can bring back may go; if not, say so."""
        data = {reference(item) for item in items if item["kind"] in _DATA}
        with_volumes = data if self.removal.volumes else set()
        rest = self._in_namespace(items, home) - with_volumes
        for option, names in (("-v", with_volumes), ("--delete-namespace", rest)):
            told = sorted(names)
            if not told or self.removal.confirm(told):
                continue
            fact = f"with {option} these are deleted, and their data is lost: "
            way_out = "Say --yes if that is what you want; nothing was removed."
            listing = ", ".join(told)
            return Problem(told[0], "DataLoss", fact + listing, help=way_out)
        return None

    def _in_namespace(self, items: Iterable[Manifest], home: Home) -> set[str]:
        """Name what goes with the namespace, if that goes, and else would stay."""
        api, namespace = self.place.api, home.namespace
        if not self.removal.namespace or not made_by(api, namespace, self.project):
            return set()
        foreign = (item for item in items if self._fate(item) is What.FOREIGN)
        return tenants(api, home).union(map(reference, foreign))

    def _foreign(self, found: Manifest | None, home: Home) -> Problem | None:
        if found is None:
            return hidden_project(self.place.api, home)
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
        connections = self.place.api.connections
        for rank, group in reversed(by_stage(items, dict).items()):
            parallel(self._delete, group, connections, self.cancel)
            if self.problems:
                return self._refuse(self.problems)
            if self.cancel.is_asked:
                return Code.INTERRUPTED
            if rank == WORKLOADS and not self._is_gone(("Pod",)):
                return self._unfinished()
        self._forget(home)
        if self.problems:
            return self._refuse(self.problems)
        rest = ("Pod", _CLAIM) if self.removal.volumes else ("Pod",)
        return Code.DONE if self._is_gone(rest) else self._unfinished()

    def _unfinished(self) -> Code:
        return Code.INTERRUPTED if self.cancel.is_asked else Code.TIMED_OUT

    def _fate(self, item: Manifest) -> What:
        kind = item["kind"]
        if kind in KEPT and not (kind in _DATA and self.removal.volumes):
            return What.KEPT
        return What.FOREIGN if item["metadata"].get("ownerReferences") else What.DELETED

    def _delete(self, item: Manifest) -> None:
        fate = self._fate(item)
        if fate is What.DELETED:
            api = self.place.api
            path = place(item, self.place.namespace, api.resources)
            answer = api.delete(path, item["metadata"]["uid"])
            if not self._is_settled(item, answer):
                return
        self._note(fate, item)

    def _is_gone(self, kinds: Iterable[str]) -> bool:
        """Wait until nothing of some *kinds* is left; whether that came in time."""
        return not self.removal.waits or all(map(self._has_gone, kinds))

    def _has_gone(self, kind: str) -> bool:
        told = False
        while left := self._left(kind):
            names = ", ".join(sorted(item["metadata"]["name"] for item in left))
            if not told:
                self.teller.notice(f"waiting for {names} to end", Phase.DELETE)
                told = True
            if time.monotonic() > self._end or self.cancel.wait(_PAUSE):
                self.teller.notice(f"not ended yet: {names}", Phase.DELETE)
                return False
        return True

    def _left(self, kind: str) -> list[Manifest]:
        """List the project's Pods, or what was deleted of another kind."""
        api, namespace = self.place.api, self.place.namespace
        selector = selector_of(self.project)
        found = listed(api, RESOURCES["v1", kind], namespace, selector) or []
        deleted = self.objects.get(What.DELETED, [])
        return [item for item in found if kind == "Pod" or reference(item) in deleted]

    def _forget(self, home: Home) -> None:
        """Delete the revisions, and the parent unless there is something left."""
        api, namespace = self.place.api, self.place.namespace
        known = revisions.revisions(api, namespace, self.project)
        if known is None:
            self.teller.notice("may not list Secrets: revisions stay", Phase.DELETE)
        for item, answer in revisions.forget(api, namespace, known or ()):
            self._is_settled(item, answer)
        path = RESOURCES["v1", home.kind].path(namespace, home.name)
        found = api.call("GET", path)
        left = self.objects.get(What.KEPT, []) + self.objects.get(What.FOREIGN, [])
        names = {name.partition("/")[0] for name in left}
        kinds = {kind for kind in by_group(api.resources) if kind[1] in names}
        rest = parent(
            home,
            kinds=kinds,
            namespaces=(),
            version=installed_version(),
            project=self.project,
        )
        if found.is_done and left:
            found = api.apply(path, rest, force=True, manager=PARENT_MANAGER)
        elif found.is_done:
            found = api.delete(path, found.body["metadata"]["uid"])
        self._is_settled(rest, found)

    def _without_namespace(self) -> Code:
        """Delete the namespace, if a run of the project has made it."""
        namespace = self.place.namespace
        answer = removed(self.place.api, namespace, self.project)
        if answer is None:
            text = f"namespace {namespace} stays: it was not made by `up`"
            self.teller.notice(text, Phase.DELETE)
        elif not self._is_settled(
            {"kind": "Namespace", "metadata": {"name": namespace}}, answer
        ):
            return self._refuse(self.problems)
        return Code.DONE

    def _note(self, what: What, item: Manifest) -> None:
        self.objects.setdefault(what, []).append(reference(item))
        at = Phase.DELETE, reference(item), self.place.namespace
        self.tell(Event(Kind.OBJECT, *at, service_label(item), what))

    def _is_settled(self, item: Manifest, answer: Answer) -> bool:
        """Whether it is done; what is not is a problem, unless the run only stops."""
        is_done = answer.is_done or answer.meaning is Meaning.NOT_FOUND
        is_cut = self.cancel.is_asked and answer.meaning in UNSETTLED
        if not (is_done or is_cut):
            found = refusal(reference(item), answer, lambda _field: "", "")
            self.problems.append(found)
        return is_done

    def _refuse(self, problems: list[Problem]) -> Code:
        self.problems = problems
        for problem in problems:
            self.teller.problem(problem, Phase.DELETE)
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
