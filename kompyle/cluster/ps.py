"""Say how each service of a project is, from one look at its objects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from kompyle.cluster.app import Part
from kompyle.cluster.containers import status_in, written
from kompyle.cluster.deployed import Deployed, resource, selector_of
from kompyle.cluster.event_log import moment
from kompyle.cluster.listing import listed, parallel
from kompyle.cluster.reachable import ports_of
from kompyle.cluster.readiness import readiness
from kompyle.cluster.signals import Signal, has_begun, pod_signals
from kompyle.cluster.status import Phase, condition, spec_of, status_of
from kompyle.cluster.transport import Api
from kompyle.cluster.waiting import AWAITED

Manifest = Mapping[str, Any]


class State(StrEnum):
    """How a service is, in one word."""

    RUNNING = "running"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    STARTING = "starting"
    FAILED = "failed"
    COMPLETED = "completed"
    SCHEDULED = "scheduled"
    STOPPED = "stopped"
    WAITING = "waiting"
    MISSING = "missing"


OVER = frozenset((State.COMPLETED, State.STOPPED))
"""States of services that nobody expects to run any more."""

_MOST = "500"
"""So many warnings are read at most."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one service is; ``since`` is when its oldest Pod, or else it, was made."""

    service: str
    workload: str
    state: State
    reason: str = ""
    message: str = ""
    ready: int = 0
    wanted: int = 0
    restarts: int = 0
    age: float | None = None
    ports: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The service as JSON has it."""
        return {
            "service": self.service,
            "workload": self.workload,
            "state": self.state.value,
            "reason": self.reason,
            "message": self.message,
            "ready": self.ready,
            "wanted": self.wanted,
            "restarts": self.restarts,
            "age_seconds": None if self.age is None else int(self.age),
            "ports": list(self.ports),
            "pods": list(self.pods),
        }


def standings(found: Deployed, parts: Iterable[Part]) -> list[Standing]:
    """Return how services are, with the addresses that lead to them."""
    api, namespace = found.place.api, found.place.namespace
    selector = selector_of(found.app.name)

    def listing(kind: str) -> list[dict[str, Any]]:
        return listed(api, resource(kind), namespace, selector) or []

    services, ingresses = parallel(listing, ("Service", "Ingress"), api.connections)
    now = _now(api)
    told = [
        _unstarted(part)
        if part.service in found.unstarted
        else standing(
            part,
            found.workloads.get(part.workload),
            found.pods_of(part),
            now,
            ports_of(part, services, ingresses),
        )
        for part in parts
    ]
    return _warned(found, told)


def _unstarted(part: Part) -> Standing:
    others = (name for name, how in part.waits.items() if how in AWAITED)
    told = f"for {', '.join(others)}"
    return Standing(part.service, part.workload, State.WAITING, message=told)


def _warned(found: Deployed, told: list[Standing]) -> list[Standing]:
    """Add the last warning to what does not start, and says itself not why."""
    if not any(map(_is_silent, told)):
        return told
    path = resource("Event").path(found.place.namespace)
    query = {"fieldSelector": "type!=Normal", "limit": _MOST}
    answer = found.place.api.call("GET", path, query.items())
    items = sorted(answer.body["items"], key=moment) if answer.is_done else ()
    last = {(item.get("involvedObject") or {}).get("uid", ""): item for item in items}
    return [
        _with_warning(found, item, last) if _is_silent(item) else item for item in told
    ]


def _is_silent(told: Standing) -> bool:
    return told.state is State.STARTING and not told.message


def _with_warning(
    found: Deployed, told: Standing, last: Mapping[str, Manifest]
) -> Standing:
    pods = found.pods_of(found.parts[told.service])
    objects = [pod for pod in pods if not has_begun(pod)]
    objects += [] if pods else [found.workloads[told.workload]]
    uids = (item["metadata"]["uid"] for item in objects)
    warning = next((last[uid] for uid in uids if uid in last), None)
    if warning is None:
        return told
    text = " ".join(warning.get("message", "").split())
    return replace(told, reason=warning.get("reason", ""), message=text)


def _now(api: Api) -> datetime:
    """Ask the server for the time: its objects were made by its clock."""
    return api.call("GET", "/version").at or datetime.now(UTC)


def standing(
    part: Part,
    workload: Manifest | None,
    pods: list[Manifest],
    now: datetime,
    ports: tuple[str, ...] = (),
) -> Standing:
    """Judge one service by its workload and the Pods that have its container."""
    if workload is None:
        told = "it is not in the namespace; `kompyle up` brings it back"
        return Standing(part.service, part.workload, State.MISSING, message=told)
    containers = [item for pod in pods if (item := status_in(pod, part.container))]
    state, reason, message = _state(part, workload, pods, now)
    is_job = workload["kind"] == "Job"
    ready = sum(bool(item.get("ready")) for item in containers)
    return Standing(
        part.service,
        part.workload,
        state,
        reason,
        " ".join(message.split()),
        status_of(workload).get("succeeded", 0) if is_job else ready,
        wanted(workload),
        sum(item.get("restartCount", 0) for item in containers),
        age([*pods, workload][0], now),
        ports,
        tuple(pod["metadata"]["name"] for pod in pods),
    )


def wanted(workload: Manifest) -> int:
    """Return how many Pods a workload is to have."""
    spec = spec_of(workload)
    match workload["kind"]:
        case "CronJob":
            return 0
        case "DaemonSet":
            return int(status_of(workload).get("desiredNumberScheduled", 0))
        case "Job":
            return int(spec.get("completions", 1))
        case _:
            return int(spec.get("replicas", 1))


def age(item: Manifest, now: datetime) -> float:
    created = datetime.fromisoformat(item["metadata"]["creationTimestamp"])
    return max(0.0, (now - created).total_seconds())


_Told = tuple[State, str, str]


def _state(
    part: Part, workload: Manifest, pods: list[Manifest], now: datetime
) -> _Told:
    judged = readiness(workload)
    kind = workload["kind"]
    if kind == "CronJob":
        return State.SCHEDULED, "", str(spec_of(workload).get("schedule", ""))
    if kind == "Job" and judged.phase is Phase.CURRENT:
        is_paused = judged.reason == "Suspended"
        return State.STOPPED if is_paused else State.COMPLETED, judged.reason, ""
    if kind != "Job" and not wanted(workload) and not pods:
        return State.STOPPED, "", "it has no Pods" if kind == "DaemonSet" else ""
    if signal := next(_ripe(part, pods, now), None):
        return State.FAILED, signal.reason, signal.message
    if judged.phase is Phase.FAILED:
        return State.FAILED, judged.reason, judged.message
    return _running(part, workload, pods, now)


def _ripe(part: Part, pods: Iterable[Manifest], now: datetime) -> Iterator[Signal]:
    """Yield what is wrong with a service's Pods, once it stands for long enough."""
    for pod in pods:
        others = {item["name"] for item in spec_of(pod)["containers"]}
        for signal in pod_signals(pod, _running_again(pod)):
            is_of_another = signal.container in others - {part.container}
            if not is_of_another and age(pod, now) >= signal.patience:
                yield signal


def _running_again(pod: Manifest) -> dict[str, int]:
    """Return the restarts of containers that run now: they may be of long ago."""
    found = status_of(pod).get("containerStatuses") or ()
    running = (item for item in found if "running" in (item.get("state") or {}))
    return {item["name"]: item.get("restartCount", 0) for item in running}


def _running(
    part: Part, workload: Manifest, pods: list[Manifest], now: datetime
) -> _Told:
    """Say how far the containers of a service are."""
    for pod in pods:
        found = status_in(pod, part.container)
        if found.get("ready"):
            continue
        if _is_unhealthy(pod, part, found, now):
            return State.UNHEALTHY, "", condition(pod, "Ready").get("message", "")
        return State.STARTING, *_awaited(pod, found)
    if len(pods) < wanted(workload):
        failing = condition(workload, "ReplicaFailure")
        return State.STARTING, failing.get("reason", ""), failing.get("message", "")
    is_checked = all("readinessProbe" in written(pod, part.container) for pod in pods)
    return State.HEALTHY if is_checked and pods else State.RUNNING, "", ""


def _awaited(pod: Manifest, found: Manifest) -> tuple[str, str]:
    """Say what a container waits for: it, or one that comes before it."""
    before = status_of(pod).get("initContainerStatuses") or ()
    for item in (*before, found):
        state = item.get("state") or {}
        for kind in ("waiting", "terminated"):
            told = state.get(kind) or {}
            if told.get("reason") and told.get("exitCode") != 0:
                return told["reason"], told.get("message", "")
    scheduled = condition(pod, "PodScheduled")
    is_waiting = scheduled.get("status") == "False"
    return (scheduled["reason"], scheduled["message"]) if is_waiting else ("", "")


def _is_unhealthy(pod: Manifest, part: Part, found: Manifest, now: datetime) -> bool:
    """Whether a container has run for longer than its check may fail."""
    probe = written(pod, part.container).get("readinessProbe")
    since = ((found.get("state") or {}).get("running") or {}).get("startedAt")
    if not probe or not since or not found.get("started"):
        return False
    allowed = probe.get("initialDelaySeconds", 0)
    allowed += probe.get("periodSeconds", 10) * probe.get("failureThreshold", 3)
    running = (now - datetime.fromisoformat(since)).total_seconds()
    return bool(running > allowed)
