"""Deploy: plan everything, apply what differs, wait until it works, say why if not."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from kompyle.cluster import revisions
from kompyle.cluster.app import App, object_name
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.choices import Choices
from kompyle.cluster.events import Phase, Tell, silent
from kompyle.cluster.going_back import gone_back
from kompyle.cluster.guard import Caller, guard
from kompyle.cluster.lease import lease
from kompyle.cluster.masking import Mask
from kompyle.cluster.namespaces import created, exists, removed
from kompyle.cluster.objections import objections
from kompyle.cluster.outcome import Code, Outcome, Problem
from kompyle.cluster.planning import Plan, blind_plan, plan
from kompyle.cluster.revisions import Revision
from kompyle.cluster.rollout import Rollout
from kompyle.cluster.target import Place, home_of
from kompyle.cluster.telling import RESUME, Teller
from kompyle.errors import ClusterError


@dataclass(slots=True)
class Up:
    """One deployment of an App to a place; ``note`` goes into its revision."""

    place: Place
    app: App
    choices: Choices
    tell: Tell = silent
    cancel: Cancel = field(default_factory=Cancel)
    note: str = ""
    teller: Teller = field(init=False)
    _started: float = field(default_factory=time.monotonic)
    _made_namespace: bool = False

    def __post_init__(self) -> None:
        self.teller = Teller(self.place.namespace, self.tell)

    def deploy(self, caller: Caller) -> Outcome:
        """Deploy; ClusterError is raised only where nothing could be begun."""
        self.teller.target(str(self.place))
        try:
            outcome = self._attempted(caller)
        except ClusterError:
            if not self.cancel.is_asked:
                raise
            outcome = self._outcome(Code.INTERRUPTED)
        if outcome.code is Code.INTERRUPTED:
            self.teller.notice(RESUME, Phase.DONE)
        outcome = replace(outcome, seconds=time.monotonic() - self._started)
        self.teller.summary(outcome, self._last_phase)
        return outcome

    def _attempted(self, caller: Caller) -> Outcome:
        guard(self.place.api, self.app, caller)
        problem = self._without_namespace()
        if self.cancel.is_asked:
            return self._outcome(Code.INTERRUPTED)
        if problem:
            return self._refused([problem])
        with self._alone():
            return self._deployed()

    @property
    def _last_phase(self) -> Phase:
        """What the run came to: whether all works, it knows only if it has waited."""
        if self.choices.dry_run:
            return Phase.PLAN
        return Phase.DONE if self.choices.waits else Phase.APPLY

    def _alone(self) -> AbstractContextManager[None]:
        """Hold the lease of the project, unless nothing will be written."""
        if self.choices.dry_run:
            return nullcontext()
        name = f"kompyle-{object_name(self.app.name)}"
        api, namespace = self.place.api, self.place.namespace
        return lease(api, namespace, name, self.teller.notice, self.choices.timeout)

    def _without_namespace(self) -> Problem | None:
        """Make the namespace, if it is missing and may be made; or say why not."""
        api, namespace = self.place.api, self.place.namespace
        if self.choices.dry_run or exists(api, namespace):
            return None
        if not self.choices.creates_namespace:
            fact = f"there is no namespace {namespace}"
            way_out = f"Create it; `--namespace {namespace}` does so, too."
            return Problem(f"Namespace/{namespace}", "NoNamespace", fact, help=way_out)
        problem = created(api, namespace, self.app.name)
        self._made_namespace = problem is None
        return problem

    def planned(self) -> Plan:
        """Ask the server what would change."""
        api, namespace = self.place.api, self.place.namespace
        home = home_of(self.app.name, namespace)
        if self.choices.dry_run and not exists(api, namespace):
            return blind_plan(self.app, home)
        return plan(api, self.app, home, self.choices.wishes)

    def _deployed(self) -> Outcome:
        found = self.planned()
        if self.cancel.is_asked:
            return self._outcome(Code.INTERRUPTED)
        mask = Mask(self.app)
        for text in found.warnings:
            self.teller.notice(mask.text(text))
        if told := objections(self.place.api, found, self.app, self.choices):
            return self._refused(told)
        self.teller.plan(found, prunes=self.choices.prunes)
        if self.choices.dry_run:
            self.teller.steps(found, self.app)
            return self._outcome(Code.DONE)
        return self._rolled_out(found)

    def _refused(self, problems: list[Problem]) -> Outcome:
        """Tell why nothing is done; a namespace made for this goes again."""
        mask = Mask(self.app)
        told = tuple(map(mask.problem, problems))
        for problem in told:
            self.teller.problem(problem)
        if self._made_namespace:
            removed(self.place.api, self.place.namespace, self.app.name)
        return replace(self._outcome(Code.REFUSED), problems=told)

    def _rolled_out(self, found: Plan) -> Outcome:
        known = revisions.revisions(self.place.api, self.place.namespace, self.app.name)
        if known is None and self.choices.atomic:
            return self._refused([_NO_WAY_BACK])
        rollout = Rollout(
            self.place, self.app, found, self.choices, self.teller, self.cancel
        )
        code = rollout.carry_out()
        if self.choices.atomic and code in _BAD:
            return self._returned(rollout, known or [])
        number = self._recorded(rollout, known)
        return replace(self._outcome(code, rollout), revision=number)

    def _returned(self, rollout: Rollout, known: list[Revision]) -> Outcome:
        """Go back, and keep what came back as a revision of its own."""
        number = self._record(known, revisions.FAILED)
        good = revisions.last_good(known)
        code, problems = gone_back(rollout, good)
        if code is Code.ROLLED_BACK:
            number = self._record_again(good) if good else None
        outcome = self._outcome(code, rollout)
        problems = (*outcome.problems, *problems)
        return replace(outcome, problems=problems, revision=number)

    def _recorded(self, rollout: Rollout, known: list[Revision] | None) -> int | None:
        """Keep what was applied as a revision; return its number, or the last one's."""
        last = known[-1] if known else None
        if rollout.code is Code.INTERRUPTED:
            return last.number if last else None
        status = revisions.FAILED
        if rollout.code is Code.DONE:
            status = self._good
        is_same = not (rollout.plan.changes or rollout.plan.superfluous)
        if last and is_same and (last.status == status or not self.choices.waits):
            return last.number
        return self._record(known, status)

    @property
    def _good(self) -> str:
        """The status of a revision that was deployed without trouble."""
        return revisions.DEPLOYED if self.choices.waits else revisions.APPLIED

    def _record(self, known: list[Revision] | None, status: str) -> int | None:
        if known is None:
            self.teller.notice("may not list Secrets: no revision is kept")
            return None
        last = None if self.app.is_whole else revisions.newest(known)
        whole = revisions.merged(last.app() if last else None, self.app)
        api, namespace = self.place.api, self.place.namespace
        with self._sparing():
            return revisions.record(
                api,
                namespace,
                whole,
                known,
                status=status,
                note=self.note,
                notice=self.teller.notice,
            )
        return None

    def _record_again(self, good: Revision) -> int | None:
        """Keep a revision that came back as the newest one: it is what runs now."""
        api, namespace = self.place.api, self.place.namespace
        note = f"rollback to {good.number}"
        with self._sparing():
            known = revisions.revisions(api, namespace, self.app.name) or ()
            return revisions.record(
                api,
                namespace,
                good.app(),
                known,
                status=self._good,
                note=note,
                notice=self.teller.notice,
            )
        return None

    @contextmanager
    def _sparing(self) -> Iterator[None]:
        """Let a revision that cannot be kept spoil nothing of what was deployed."""
        try:
            yield
        except ClusterError as error:
            self.teller.notice(f"no revision is kept: {error}")

    def _outcome(self, code: Code, rollout: Rollout | None = None) -> Outcome:
        objects = rollout.applying.objects if rollout else {}
        return Outcome(
            code,
            self.app.name,
            self.place.namespace,
            {what: tuple(sorted(names)) for what, names in objects.items()},
            rollout.problems if rollout else (),
            rollout.failures if rollout else (),
        )


_BAD = frozenset((Code.REFUSED, Code.FAILED, Code.TIMED_OUT, Code.NO_CLUSTER))
_NO_WAY_BACK = Problem(
    "Secret",
    "NoRevisions",
    "may not list Secrets: there is no revision that --atomic can go back to",
    help="Ask for this right; `kompyle up --print-rbac` prints the Role. "
    "Or leave --atomic out.",
)
