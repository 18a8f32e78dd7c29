"""Start workloads in the order of their dependencies, and wait until all work.

A workload starts as soon as what it depends on works, whatever others do meanwhile.
The first that fails ends the wait, a few seconds later: others may say more.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kompyle.cluster.app import App
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.endpoints import unreached
from kompyle.cluster.events import Event, Kind, Phase, Tell, silent
from kompyle.cluster.signals import Signal
from kompyle.cluster.status import Phase as Progress
from kompyle.cluster.status import Status, progressing
from kompyle.cluster.verdicts import Judge, Judgement
from kompyle.cluster.view import View
from kompyle.cluster.watching import Watching

AWAITED = frozenset(("service_healthy", "service_completed_successfully"))
"""Conditions for which a workload is not even written before they hold."""

_COLLECT = 3.0
"""Seconds after the first failure in which others are listened to."""

_ASK = 5.0
"""Seconds for which an answer about a Pod that finds no node is good."""

_LOOK, _BREATH = 0.5, 0.1
"""Seconds to wait for news at most, and to let news gather."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a wait ended; ``failed`` and ``late`` are workloads that do not work."""

    failed: Mapping[str, Signal] = field(default_factory=dict)
    late: Mapping[str, Status] = field(default_factory=dict)
    unstarted: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not (self.failed or self.late or self.unstarted)


@dataclass(slots=True)
class Deadline:
    """When to wait no longer: at its ``end``, or soon after a failure that stays."""

    end: float
    _failing: float | None = None

    def has_passed(self, now: float, *, fails: bool) -> bool:
        """Tell at each look, at which something may fail that did not before."""
        if not fails:
            self._failing = None
        elif self._failing is None:
            self._failing = now
        since = float("inf") if self._failing is None else self._failing
        return now >= min(self.end, since + _COLLECT)


@dataclass(slots=True)
class Waiting:
    """What is waited for: workloads, named as in ``Deployment/web``."""

    app: App
    watching: Watching
    workloads: tuple[str, ...]
    start: Callable[[list[str]], bool]
    """Writes workloads; says whether that went well."""

    timeout: float
    is_scaling: Callable[[str], bool] = lambda _pod: False
    """Tells whether the cluster is growing for a Pod."""

    tell: Tell = silent
    cancel: Cancel = field(default_factory=Cancel)
    clock: Callable[[], float] = time.monotonic
    judge: Judge = field(default_factory=Judge)
    _told: dict[str, tuple[str, str]] = field(default_factory=dict)
    _deadline: Deadline = field(default_factory=lambda: Deadline(0.0))
    _growing: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def until_all_work(self) -> Verdict:
        """Start and wait; return what is not as it should be at the end."""
        self._deadline = Deadline(self.clock() + self.timeout)
        waits = awaited(self.app, self.workloads)
        left = dict.fromkeys(self.workloads)
        seen = 0
        while True:
            found = self._judged(View(self.watching), left)
            startable = [] if _failed(found) else _startable(left, waits, found)
            for name in startable:
                del left[name]
            if startable and not self.start(startable):
                return Verdict(unstarted=tuple(left))
            if not startable:
                if verdict := self._verdict(found, tuple(left)):
                    return verdict
                self.cancel.wait(_BREATH)
                seen = self.watching.wait(seen, _LOOK)

    def is_over(self) -> bool:
        """Whether all work already, at the first look."""
        view = View(self.watching)
        found = {name: self.judge.judge(view, name) for name in self.workloads}
        found = {name: _reached(view, name, item) for name, item in found.items()}
        if not all(item.is_current for item in found.values()):
            return False
        for name, item in found.items():
            self._report(name, item.status)
        return True

    def _verdict(
        self, found: Mapping[str, Judgement], left: tuple[str, ...]
    ) -> Verdict | None:
        """Say how the wait ended, if it did."""
        failed = _failed(found)
        if not (failed or left) and all(item.is_current for item in found.values()):
            return Verdict()
        has_passed = self._deadline.has_passed(self.clock(), fails=bool(failed))
        if not (self.cancel.is_asked or has_passed):
            return None
        late = {
            name: item.status
            for name, item in found.items()
            if not (failed or item.is_current)
        }
        return Verdict(failed, late, left)

    def _judged(self, view: View, left: Iterable[str]) -> dict[str, Judgement]:
        """Judge all that has been started, and tell what has changed."""
        unstarted = set(left)
        found = {
            name: self._checked(self.judge.judge(view, name))
            for name in self.workloads
            if name not in unstarted
        }
        found = _forgiven(self.app, found)
        found = {name: _reached(view, name, item) for name, item in found.items()}
        for name, item in found.items():
            self._report(name, item.status)
        return found

    def _checked(self, found: Judgement) -> Judgement:
        """Be patient with a Pod that a new node is made for."""
        signal = found.signal
        if signal and signal.code == "Schedule" and self._is_growing(signal.pod):
            return Judgement(progressing("ScalingUp", "the cluster gets a new node"))
        return found

    def _is_growing(self, pod: str) -> bool:
        """Ask now and then whether the cluster is growing for a Pod."""
        now = self.clock()
        asked, answer = self._growing.get(pod, (float("-inf"), False))
        if now - asked >= _ASK:
            answer = self.is_scaling(pod)
            self._growing[pod] = now, answer
        return answer

    def _report(self, name: str, status: Status) -> None:
        now = status.phase.value, status.message
        if self._told.get(name) == now:
            return
        self._told[name] = now
        services = ", ".join(part.service for part in self.app.services_of(name))
        self.tell(
            Event(
                Kind.WORKLOAD,
                Phase.WAIT,
                name,
                service=services,
                status="ready" if status.phase is Progress.CURRENT else now[0],
                reason=status.reason,
                message=status.message,
            )
        )


def awaited(app: App, workloads: Iterable[str]) -> dict[str, set[str]]:
    """Return the workloads that have to work before each may start.

    Only a condition counts that is more than to have started.
    """
    known = set(workloads)
    found: dict[str, set[str]] = {name: set() for name in known}
    for part in app.parts.values():
        for service, condition in part.waits.items():
            other = app.parts.get(service)
            if other is None or condition not in AWAITED:
                continue
            if {part.workload, other.workload} <= known:
                found[part.workload].add(other.workload)
    return {name: others - {name} for name, others in found.items()}


def _startable(
    left: Iterable[str],
    waits: Mapping[str, set[str]],
    found: Mapping[str, Judgement],
) -> list[str]:
    """Return what may start now; everything, should all wait for each other."""
    working = {name for name, item in found.items() if item.is_current}
    ready = [name for name in left if waits[name] <= working]
    is_stuck = not ready and len(working) == len(found)
    return list(left) if is_stuck else ready


def _failed(found: Mapping[str, Judgement]) -> dict[str, Signal]:
    return {name: item.signal for name, item in found.items() if item.signal}


def _forgiven(app: App, found: Mapping[str, Judgement]) -> dict[str, Judgement]:
    """Take a crash for a wait while something that the service needs is not there.

    So many an app waits for its database: it ends, and is started again.
    """
    working = {name for name, item in found.items() if item.is_current}
    forgiven = dict(found)
    for name, item in found.items():
        if item.signal is None or item.signal.code != "Crash":
            continue
        needed = {
            app.parts[service].workload
            for part in app.services_of(name)
            for service in part.waits
            if service in app.parts
        }
        others = {
            other
            for other in needed - {name} - working
            if other in found and found[other].signal is None
        }
        if others:
            told = f"it ends and is restarted, while {min(others)} is not ready"
            forgiven[name] = Judgement(progressing(item.signal.reason, told))
    return forgiven


def _reached(view: View, name: str, found: Judgement) -> Judgement:
    """Hold back what works until its Service leads to it."""
    workload = view.workload(name)
    if not found.is_current or workload is None:
        return found
    service = unreached(view, workload)
    if service is None:
        return found
    return Judgement(
        progressing("NoEndpoints", f"the Service {service} does not lead to it yet")
    )
