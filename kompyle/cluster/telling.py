"""Make events of what a run has to say."""

from dataclasses import dataclass, field

from kompyle.cluster.app import App
from kompyle.cluster.events import Event, Kind, Phase, Tell, silent
from kompyle.cluster.outcome import Failure, Outcome, Problem
from kompyle.cluster.planning import Change, Plan

RESUME = "to go on from there, run the same command again"


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of one run, in one namespace."""

    namespace: str
    tell: Tell = field(default=silent)

    def target(self, text: str) -> None:
        self._text(Kind.TARGET, Phase.LOGIN, text)

    def notice(self, text: str, phase: Phase = Phase.PLAN) -> None:
        self._text(Kind.NOTICE, phase, text)

    def _text(self, kind: Kind, phase: Phase, text: str) -> None:
        self.tell(Event(kind, phase, namespace=self.namespace, message=text))

    def plan(self, found: Plan, *, prunes: bool) -> None:
        """Say in one line what a plan will do."""
        counts = {
            change: sum(step.change is change for step in found.steps)
            for change in Change
        }
        said = [
            f"{count} unchanged"
            if change is Change.UNCHANGED
            else f"{count} to {change}"
            for change, count in counts.items()
            if count
        ]
        if found.extra:
            left = f"{len(found.extra)} left over"
            said.append(left if prunes else f"{left}, which stay")
        self.notice(", ".join(said) or "nothing to do")

    def steps(self, found: Plan, app: App) -> None:
        """Tell of each object what a plan would do with it."""
        for step in found.steps:
            service = app.service_of(step.manifest)
            place = Phase.PLAN, step.name, self.namespace, service
            self.tell(Event(Kind.OBJECT, *place, str(step.change)))

    def problem(self, found: Problem, phase: Phase = Phase.PLAN) -> None:
        details = {"place": found.place, "help": found.help}
        self.tell(
            Event(
                Kind.PROBLEM,
                phase,
                found.name,
                self.namespace,
                reason=found.reason,
                message=found.message,
                details=details,
            )
        )

    def failure(self, found: Failure) -> None:
        details = {
            "place": found.place,
            "pod": found.pod,
            "container": found.container,
            "events": list(found.events),
            "log": list(found.log),
            "help": found.help,
        }
        self.tell(
            Event(
                Kind.FAILURE,
                Phase.WAIT,
                found.workload,
                self.namespace,
                found.service,
                "failed",
                found.reason,
                found.message,
                details,
            )
        )

    def summary(self, outcome: Outcome, phase: Phase = Phase.DONE) -> None:
        counts = {str(what): len(names) for what, names in outcome.objects.items()}
        details = {
            "code": int(outcome.code),
            "revision": outcome.revision,
            "objects": counts,
            "seconds": round(outcome.seconds, 2),
        }
        self.tell(
            Event(
                Kind.SUMMARY,
                phase,
                namespace=self.namespace,
                status=outcome.code.name.lower(),
                details={k: value for k, value in details.items() if value is not None},
            )
        )
