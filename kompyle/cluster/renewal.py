"""Change workloads that run already, and wait until they work again."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kompyle.cluster.cancel import Cancel
from kompyle.cluster.deployed import Deployed
from kompyle.cluster.events import Event, Kind, Phase, Tell, What, silent
from kompyle.cluster.guard import Caller, guard
from kompyle.cluster.listing import parallel
from kompyle.cluster.outcome import Code, Failure, Outcome, Problem
from kompyle.cluster.refusals import refusal
from kompyle.cluster.settling import Settling, subjects
from kompyle.cluster.telling import Teller
from kompyle.cluster.transport import Answer
from kompyle.cluster.view import View
from kompyle.cluster.watching import Watching

Changes = Mapping[str, Callable[[], Answer]]
"""What to do to each workload; the answer is the workload as it is then."""


@dataclass(slots=True)
class Renewal:
    """A change of workloads; ``timeout`` is None if nobody waits."""

    found: Deployed
    what: What
    timeout: float | None
    tell: Tell = silent
    cancel: Cancel = field(default_factory=Cancel)
    teller: Teller = field(init=False)
    _done: list[str] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.teller = Teller(self.found.place.namespace, self.tell)

    def carry_out(
        self, changes: Changes, caller: Caller, notices: Iterable[str] = ()
    ) -> Outcome:
        """Change all, each as soon as what it depends on works; then wait."""
        started = time.monotonic()
        self.teller.target(str(self.found.place))
        guard(self.found.place.api, self.found.app, caller)
        for text in notices:
            self.teller.notice(text)
        code, failures = Code.DONE, tuple[Failure, ...]()
        if self.timeout is None:
            self._change(changes, list(changes))
        elif changes:
            code, failures = self._waited(changes, self.timeout)
        return self._ended(code, failures, time.monotonic() - started)

    def refuse(self, problems: Iterable[Problem]) -> Outcome:
        """Tell what speaks against it, and change nothing."""
        for problem in problems:
            self._problems.append(problem)
            self.teller.problem(problem)
        return self._ended(Code.REFUSED, (), 0.0)

    def _ended(
        self, code: Code, failures: tuple[Failure, ...], seconds: float
    ) -> Outcome:
        outcome = Outcome(
            Code.REFUSED if self._problems else code,
            self.found.app.name,
            self.found.place.namespace,
            {self.what: tuple(sorted(self._done))},
            tuple(self._problems),
            failures,
            seconds=seconds,
        )
        is_watched = self.timeout is not None
        self.teller.summary(outcome, Phase.DONE if is_watched else Phase.APPLY)
        return outcome

    def _change(self, changes: Changes, names: list[str]) -> list[Answer]:
        """Change some workloads at once; tell what became of each."""
        connections = self.found.place.api.connections
        answers = parallel(lambda name: changes[name](), names, connections)
        for name, answer in zip(names, answers, strict=True):
            if answer.is_done:
                self._done.append(name)
                self._tell(name)
            else:
                place = self.found.app.place_of(name)
                problem = refusal(name, answer, self.found.app.origin, place)
                self._problems.append(problem)
                self.teller.problem(problem, Phase.APPLY)
        return answers

    def _tell(self, name: str) -> None:
        namespace = self.found.place.namespace
        services = ", ".join(part.service for part in self.found.app.services_of(name))
        at = Phase.APPLY, name, namespace, services
        self.tell(Event(Kind.OBJECT, *at, status=self.what))

    def _waited(
        self, changes: Changes, timeout: float
    ) -> tuple[Code, tuple[Failure, ...]]:
        place, app = self.found.place, self.found.app
        live = replace(app, manifests=tuple(map(dict, self.found.workloads.values())))
        with Watching(place.api, place.namespace, subjects(live)) as watching:

            def start(names: list[str]) -> bool:
                for answer in self._change(changes, names):
                    if answer.is_done:
                        watching.put(answer.body)
                return not self._problems

            settling = Settling(place, app, self.teller, self.cancel, timeout)
            verdict = settling.waiting(watching, changes, start).until_all_work()
            if self._problems:
                return Code.REFUSED, ()
            return settling.explained(verdict, View(watching))
