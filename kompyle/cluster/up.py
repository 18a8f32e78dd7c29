"""Deploy: plan everything, apply what differs, wait until it works, say why if not."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from kompyle.cluster import revisions
from kompyle.cluster.app import App, object_name
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.choices import Choices, Wishes
from kompyle.cluster.events import Phase, Tell, silent
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
from kompyle.cluster.telling import Teller


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
        guard(self.place.api, self.app, caller)
        if problem := self._without_namespace():
            outcome = self._refused([problem])
        else:
            with self._alone():
                outcome = self._deployed()
        outcome = replace(outcome, seconds=time.monotonic() - self._started)
        self.teller.summary(outcome, self._last_phase)
        return outcome

    @property
    def _last_phase(self) -> Phase:
        return Phase.PLAN if self.choices.dry_run else Phase.DONE

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
        rollout = self._rollout(self.app, found, self.choices)
        code = rollout.carry_out()
        if self.choices.atomic and code in _BAD:
            return self._returned(rollout, known)
        number = self._recorded(rollout, known)
        return replace(self._outcome(code, rollout), revision=number)

    def _rollout(self, app: App, found: Plan, choices: Choices) -> Rollout:
        return Rollout(self.place, app, found, choices, self.teller, self.cancel)

    def _returned(self, rollout: Rollout, known: list[Revision] | None) -> Outcome:
        """Bring the last good revision back, or remove what a first run made."""
        good = revisions.last_good(known or ())
        to = f"revision {good.number}" if good else "what was there before: nothing"
        self.teller.notice(f"going back to {to}", Phase.ROLLBACK)
        self._record(known, revisions.FAILED)
        before = good.app() if good else App(self.app.name, ())
        wishes = Wishes(forces=True, recreates=True)
        choices = replace(self.choices, prunes=True, wishes=wishes)
        home = home_of(self.app.name, self.place.namespace)
        back = self._rollout(
            before, plan(self.place.api, before, home, wishes), choices
        )
        code = back.carry_out()
        outcome = self._outcome(rollout.code, rollout)
        if code is not Code.DONE:
            return replace(outcome, problems=(*outcome.problems, *back.problems))
        number = good.number if good else None
        return replace(outcome, code=Code.ROLLED_BACK, revision=number)

    def _recorded(self, rollout: Rollout, known: list[Revision] | None) -> int | None:
        """Keep what was applied as a revision; return its number, or the last one's."""
        last = known[-1] if known else None
        if rollout.code is Code.INTERRUPTED:
            return last.number if last else None
        status = revisions.FAILED
        if rollout.code is Code.DONE:
            status = revisions.DEPLOYED if self.choices.waits else revisions.APPLIED
        is_same = not (rollout.plan.changes or rollout.plan.superfluous)
        if last and is_same and (last.status == status or not self.choices.waits):
            return last.number
        return self._record(known, status)

    def _record(self, known: list[Revision] | None, status: str) -> int | None:
        if known is None:
            self.teller.notice("may not list Secrets: no revision is kept")
            return None
        last = None if self.app.is_whole else revisions.newest(known)
        whole = revisions.merged(last.app() if last else None, self.app)
        return revisions.record(
            self.place.api,
            self.place.namespace,
            whole,
            known,
            status=status,
            note=self.note,
            notice=self.teller.notice,
        )

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


_BAD = frozenset((Code.REFUSED, Code.FAILED, Code.TIMED_OUT))
