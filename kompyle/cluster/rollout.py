"""Carry a plan out to the end: stage by stage, with waiting in between, then prune."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from kompyle.cluster.app import PROJECT, WORKLOADS, App
from kompyle.cluster.applying import Applying
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.choices import Choices
from kompyle.cluster.diagnosis import Diagnosis, is_scaling
from kompyle.cluster.events import Event
from kompyle.cluster.masking import Mask
from kompyle.cluster.outcome import Code, Failure, Problem
from kompyle.cluster.planning import Plan, Step
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.stages import WORKLOADS as RUNNING
from kompyle.cluster.stages import stage
from kompyle.cluster.target import Place
from kompyle.cluster.telling import Teller
from kompyle.cluster.verdicts import Judge
from kompyle.cluster.view import View
from kompyle.cluster.waiting import Verdict, Waiting
from kompyle.cluster.watching import Subject, Watching
from kompyle.errors import ClusterError
from kompyle.names import label_value
from kompyle.version import installed_version


@dataclass(slots=True)
class Rollout:
    """A plan on its way; at the end it knows how it went."""

    place: Place
    app: App
    plan: Plan
    choices: Choices
    teller: Teller
    cancel: Cancel
    code: Code = Code.DONE
    problems: tuple[Problem, ...] = ()
    failures: tuple[Failure, ...] = ()
    applying: Applying = field(init=False)

    def __post_init__(self) -> None:
        self.applying = Applying(
            self.place.api,
            self.app,
            self.plan,
            installed_version(),
            self.teller.tell,
            self.cancel,
        )

    def carry_out(self) -> Code:
        """Apply, wait, prune; stop at what goes wrong, and then delete nothing."""
        return self._ended(self._attempted(self._carry_out))

    def undo(self) -> Code:
        """Only delete what is left over; the parent goes on to name all kinds."""
        return self._ended(self._attempted(self.applying.prune))

    def _attempted(self, work: Callable[[], None]) -> Code:
        """Do it; return the code of a run that has problems."""
        try:
            work()
        except ClusterError as error:
            if not self.cancel.is_asked:
                self.applying.problems.append(lost(error, self.place.namespace))
            return Code(error.code)
        return Code.REFUSED

    def _carry_out(self) -> None:
        self.applying.begin()
        if self._is_over():
            return
        for rank, steps in _staged(self.plan.steps).items():
            self._run(steps) if rank == RUNNING else self.applying.apply(steps)
            if self._is_over():
                return
        prunes = self.choices.prunes and not self.plan.problems
        if prunes:
            self.applying.prune()
        if not self.cancel.is_asked:
            self.applying.end(has_pruned=prunes)

    def _is_over(self) -> bool:
        is_bad = self.code is not Code.DONE or bool(self.applying.problems)
        return is_bad or self.cancel.is_asked

    def _ended(self, code: Code) -> Code:
        """Tell the problems; the code is theirs, if there are some."""
        mask = Mask(self.app)
        found = (*self.plan.problems, *self.applying.problems)
        self.problems = tuple(map(mask.problem, found))
        for problem in self.problems:
            self.teller.problem(problem)
        if self.problems:
            self.code = code
        elif self.cancel.is_asked and self.code is Code.DONE:
            self.code = Code.INTERRUPTED
        return self.code

    def _run(self, steps: list[Step]) -> None:
        """Start the workloads; with waiting, in the order of their dependencies."""
        if not self.choices.waits:
            self.applying.apply(steps)
            return
        if not self.plan.changes and self._works_already(steps):
            return
        namespace = self.place.namespace
        with Watching(self.place.api, namespace, subjects(self.app)) as watching:
            for kind in sorted(watching.hidden):
                self.teller.notice(f"may not read {kind}: failures are told later")
            self.applying.taken = watching.put
            verdict = self._waiting(steps, watching).until_all_work()
            self._explain(verdict, View(watching))

    def _works_already(self, steps: list[Step]) -> bool:
        """Look once, where nothing was changed: mostly there is nothing to wait for."""
        needed = [item for item in subjects(self.app) if item.kind not in _OF_FAILURES]
        watching = Watching(self.place.api, self.place.namespace, needed)
        watching.look()
        return not watching.hidden and self._waiting(steps, watching).is_over()

    def _waiting(self, steps: list[Step], watching: Watching) -> Waiting:
        by_name = {step.name: step for step in steps}
        judge = Judge()
        judge.look_before(View(watching), by_name)

        def start(names: list[str]) -> bool:
            self.applying.apply(by_name[name] for name in names)
            return not self.applying.problems

        return Waiting(
            self.app,
            watching,
            tuple(by_name),
            start,
            self.choices.timeout,
            partial(is_scaling, self.place.api, self.place.namespace),
            self._tell,
            self.cancel,
            judge=judge,
        )

    def _tell(self, event: Event) -> None:
        """Pass an event on; what a container said at its end can hold a secret."""
        if event.status == "failed":
            event = replace(event, message=Mask(self.app).text(event.message))
        self.teller.tell(event)

    def _explain(self, verdict: Verdict, view: View) -> None:
        """Turn how the wait ended into a code, and say why what failed did."""
        if self.applying.problems or verdict.is_good:
            return
        if self.cancel.is_asked and not verdict.failed:
            self.code = Code.INTERRUPTED
            return
        api, namespace = self.place.api, self.place.namespace
        if verdict.late:  # a server that has gone would leave an old picture
            api.call("GET", RESOURCES["v1", "Namespace"].path(None, namespace))
        diagnosis = Diagnosis(api, self.app, namespace, view)
        found = diagnosis.failures(verdict.failed, verdict.late)
        self.failures = tuple(map(Mask(self.app).failure, found))
        for failure in self.failures:
            self.teller.failure(failure)
        self.code = Code.FAILED if verdict.failed else Code.TIMED_OUT


_OF_FAILURES = ("Event", "PersistentVolumeClaim")
"""What is read to say why something does not work; the rest says whether it does."""


def lost(error: ClusterError, namespace: str) -> Problem:
    """Tell of a cluster that does not answer any more."""
    way_out = "What was written stays; the same command goes on from there."
    return Problem(f"Namespace/{namespace}", "NoAnswer", str(error), help=way_out)


def _staged(steps: Iterable[Step]) -> dict[int, list[Step]]:
    """Group steps by stage, in the order of the stages."""
    found: dict[int, list[Step]] = {}
    for step in steps:
        found.setdefault(stage(step.manifest), []).append(step)
    return {rank: found[rank] for rank in sorted(found)}


def subjects(app: App) -> list[Subject]:
    """Return what to watch: the workloads, and all that tells how they are."""
    ours = f"{PROJECT}={label_value(app.name)}"
    kinds = {item["kind"] for item in app.manifests} & {*WORKLOADS}
    watched = [*kinds, "EndpointSlice", "PersistentVolumeClaim", "Pod"]
    watched += ["ReplicaSet"] if "Deployment" in kinds else []
    apis = {kind: api for api, kind in RESOURCES}
    names = {
        kind: tuple(i["metadata"]["name"] for i in app.manifests if i["kind"] == kind)
        for kind in kinds
    }
    found = [
        Subject(apis[kind], kind, labels=ours, names=names.get(kind, ()))
        for kind in sorted(watched)
    ]
    return [*found, Subject("v1", "Event", fields="type!=Normal")]
