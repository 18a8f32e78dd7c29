"""Carry a plan out to the end: stage by stage, with waiting in between, then prune."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kompyle.cluster.app import App, reference
from kompyle.cluster.applying import Applying
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.choices import Choices
from kompyle.cluster.events import Phase
from kompyle.cluster.masking import Mask
from kompyle.cluster.outcome import Code, Failure, Problem
from kompyle.cluster.planning import Plan, Step
from kompyle.cluster.settling import Settling, subjects
from kompyle.cluster.stages import WORKLOADS, Manifest, by_stage
from kompyle.cluster.target import Place
from kompyle.cluster.telling import Teller
from kompyle.cluster.view import View
from kompyle.cluster.waiting import Waiting
from kompyle.cluster.watching import Watching
from kompyle.errors import ClusterError
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
        """Apply, wait, prune; stop at what goes wrong, and then delete no more."""
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
        prunes = self.choices.prunes and not self.plan.problems
        for rank, steps in by_stage(self.plan.steps, _manifest).items():
            if rank == WORKLOADS:
                self._make_way(prunes=prunes)
            if self._is_over():
                return
            self._run(steps) if rank == WORKLOADS else self.applying.apply(steps)
            if self._is_over():
                return
        if prunes:
            self.applying.prune()
        if not self.cancel.is_asked:
            self.applying.end(has_pruned=prunes)

    def _make_way(self, *, prunes: bool) -> None:
        """Have nobody write to a volume beside those who take it over."""
        if prunes:
            self._wait_for_room()
            return
        for item in self.applying.in_the_way:
            fact = "is left over, and mounts a volume that others have now, too"
            way_out = "without --no-prune it ends before these start"
            self.teller.notice(f"{reference(item)} {fact}: {way_out}", Phase.APPLY)

    def _wait_for_room(self) -> None:
        names = ", ".join(sorted(map(reference, self.applying.in_the_way)))
        if names:
            told = f"first {names} has to end: others take over its volumes"
            self.teller.notice(told, Phase.APPLY)
            self.applying.give_way(self.choices.timeout)

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
            if not self.applying.problems:
                ended = self._settling.explained(verdict, View(watching))
                self.code, self.failures = ended

    def _works_already(self, steps: list[Step]) -> bool:
        """Look once, where nothing was changed: mostly there is nothing to wait for."""
        needed = [item for item in subjects(self.app) if item.kind not in _OF_FAILURES]
        watching = Watching(self.place.api, self.place.namespace, needed)
        watching.look()
        return not watching.hidden and self._waiting(steps, watching).is_over()

    def _waiting(self, steps: list[Step], watching: Watching) -> Waiting:
        by_name = {step.name: step for step in steps}

        def start(names: list[str]) -> bool:
            self.applying.apply(by_name[name] for name in names)
            return not self.applying.problems

        return self._settling.waiting(watching, by_name, start)

    @property
    def _settling(self) -> Settling:
        timeout = self.choices.timeout
        return Settling(self.place, self.app, self.teller, self.cancel, timeout)


def _manifest(step: Step) -> Manifest:
    return step.manifest


_OF_FAILURES = ("Event", "PersistentVolumeClaim")
"""What is read to say why something does not work; the rest says whether it does."""


def lost(error: ClusterError, namespace: str) -> Problem:
    """Tell of a cluster that does not answer any more."""
    way_out = "What was written stays; the same command goes on from there."
    return Problem(f"Namespace/{namespace}", "NoAnswer", str(error), help=way_out)
