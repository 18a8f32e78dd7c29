"""Judge workloads: which work, which are on their way, and which have failed."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kompyle.cluster.app import reference
from kompyle.cluster.readiness import readiness
from kompyle.cluster.signals import (
    AT_ONCE,
    Signal,
    event_signal,
    has_begun,
    is_settled,
    pod_signals,
    restarts,
)
from kompyle.cluster.status import (
    Phase,
    Status,
    condition,
    progressing,
    spec_of,
    status_of,
)
from kompyle.cluster.view import View

Manifest = Mapping[str, Any]

_SETTLE = 2.0
"""Seconds that a container without a check has to run before it is trusted."""

_UNSEEN = 5.0
"""Seconds for a workload whose Pods are not seen: to stay available for as long.

Where nothing may be watched, the server is asked every two seconds only.
"""

_WORTH_TELLING = 30.0
"""Seconds that a sign stands before it is told, where it may still pass."""

_CURRENT = Status(Phase.CURRENT)
_SETTLING = progressing("Settling", "it has started; it has to keep running")
_ORDINARY = frozenset(("ContainerCreating", "PodInitializing"))
"""Reasons for which every container waits at first."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far a workload is, and the sign that it has failed, if it has."""

    status: Status
    signal: Signal | None = None

    @property
    def is_current(self) -> bool:
        return self.status.phase is Phase.CURRENT


class Judge:
    """Judges workloads again and again, and remembers what stands since when."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[tuple[str, ...], float] = {}
        self._running: dict[tuple[str, int], float] = {}
        self._available: dict[str, tuple[Any, float]] = {}
        self._restarts: dict[str, dict[str, int]] = {}
        self._pulls: dict[tuple[str, str], Signal] = {}
        self._old_events: dict[str, Any] = {}

    def look_before(self, view: View, references: Iterable[str]) -> None:
        """Take note of what is there before a run, which is not of its doing.

        A Pod that never started again has settled; a warning that was given is old.
        """
        for name in references:
            workload = view.workload(name)
            if workload is None:
                continue
            for pod in view.pods(workload):
                uid = pod["metadata"]["uid"]
                self._restarts[uid] = restarts(pod)
                if not any(self._restarts[uid].values()):
                    self._running[uid, 0] = float("-inf")
            for event in view.events(workload):
                self._old_events[event["metadata"]["uid"]] = event.get("count")

    def judge(self, view: View, name: str) -> Judgement:
        """Judge one workload, named as in ``Deployment/web``."""
        workload = view.workload(name)
        if workload is None:
            return Judgement(progressing("NotSeen", "it is not there yet"))
        status = readiness(workload)
        if status.phase is not Phase.CURRENT:
            self._available.pop(name, None)
        if status.phase is Phase.FAILED:
            code = workload["kind"] if workload["kind"] == "Job" else "Rollout"
            found = Signal(code, status.reason, status.message, AT_ONCE)
            return Judgement(status, self._better(view, workload) or found)
        if status.reason == "LatestGenerationNotObserved":
            return Judgement(status)
        pods = view.pods(workload)
        if status.phase is Phase.CURRENT:
            return Judgement(self._settled(workload, pods))
        ripe, old = self._standing(name, self._signals(view, workload, pods))
        if ripe:
            return Judgement(Status(Phase.FAILED, ripe.reason, ripe.message), ripe)
        told = progressing(old.reason, old.message) if old else _described(status, pods)
        return Judgement(told)

    def _better(self, view: View, workload: Manifest) -> Signal | None:
        """Return what a failed workload's Pods say of it, if they say more."""
        found = self._signals(view, workload, view.pods(workload))
        return next(found, None) if workload["kind"] != "Job" else None

    def _signals(
        self, view: View, workload: Manifest, pods: Sequence[Manifest]
    ) -> Iterator[Signal]:
        for pod in pods:
            for signal in pod_signals(
                pod, self._restarts.get(pod["metadata"]["uid"], {})
            ):
                if workload["kind"] == "Job" and signal.code == "Crash":
                    continue  # its own tries are counted
                yield self._remembered(signal)
        for event in view.events(workload):
            is_old = self._old_events.get(event["metadata"]["uid"], -1)
            found = event_signal(event)
            if found is None or is_old == event.get("count"):
                continue
            if not _is_over(found, workload, pods):
                yield found

    def _remembered(self, signal: Signal) -> Signal:
        """Let a back-off that tells no cause keep the cause that was told before."""
        if signal.code != "ImagePull":
            return signal
        place = signal.pod, signal.container
        if ": " in signal.message:
            self._pulls[place] = signal
        before = self._pulls.get(place, signal)
        return replace(signal, message=before.message, patience=before.patience)

    def _standing(
        self, name: str, signals: Iterable[Signal]
    ) -> tuple[Signal | None, Signal | None]:
        """Return the first sign that is a failure by now, or one that is worth telling.

        What passed is forgotten.
        """
        now = self._clock()
        found = {(name, *signal.key): signal for signal in signals}
        for key in [key for key in self._since if key[0] == name and key not in found]:
            del self._since[key]
        stood = {
            signal: now - self._since.setdefault(key, now)
            for key, signal in found.items()
        }
        ripe = (signal for signal, age in stood.items() if age >= signal.patience)
        old = (
            signal
            for signal, age in stood.items()
            if signal.is_worth_telling or age >= _WORTH_TELLING
        )
        return next(ripe, None), next(old, None)

    def _settled(self, workload: Manifest, pods: Sequence[Manifest]) -> Status:
        if workload["kind"] in {"Job", "CronJob"}:
            return _CURRENT
        now = self._clock()
        if not pods and _has_pods(workload):
            return self._staying(workload, now)
        for pod in pods:
            uid = pod["metadata"]["uid"]
            known = self._restarts.get(uid, {})
            times = uid, sum(restarts(pod).values())
            running = now - self._running.setdefault(times, now)
            if not is_settled(pod, running, _SETTLE, known):
                return _SETTLING
        return _CURRENT

    def _staying(self, workload: Manifest, now: float) -> Status:
        """Trust a workload whose Pods are not seen, if it stays available."""
        name = reference(workload)
        since = condition(workload, "Available").get("lastTransitionTime")
        if self._available.setdefault(name, (since, now))[0] != since:
            self._available[name] = since, now  # it was not, between two looks
        is_trusted = now - self._available[name][1] >= _UNSEEN
        return _CURRENT if is_trusted else _SETTLING


def _has_pods(workload: Manifest) -> bool:
    """Whether a workload says itself that it has Pods."""
    counts = ("replicas", "currentNumberScheduled")
    return any(status_of(workload).get(count) for count in counts)


def _is_over(signal: Signal, workload: Manifest, pods: Sequence[Manifest]) -> bool:
    """Whether what a warning told of has passed: warnings stay, whatever happens."""
    if signal.code == "Refused":
        spec = spec_of(workload)
        return len(pods) >= int(spec.get("replicas", spec.get("parallelism", 1)))
    return any(pod["metadata"]["name"] == signal.pod and has_begun(pod) for pod in pods)


def _described(status: Status, pods: Iterable[Manifest]) -> Status:
    """Say of a workload what its first Pod that is not ready waits for."""
    for pod in pods:
        found = pod.get("status") or {}
        kinds = ("initContainerStatuses", "containerStatuses")
        for container in (item for kind in kinds for item in found.get(kind) or ()):
            waiting = (container.get("state") or {}).get("waiting") or {}
            reason = waiting.get("reason", "")
            if reason and reason not in _ORDINARY:
                return progressing(reason, waiting.get("message", ""))
    return status
