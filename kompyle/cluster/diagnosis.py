"""Say why a workload does not work: the sign, the last warnings, what it printed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kompyle.cluster.app import App, Part
from kompyle.cluster.event_log import moment
from kompyle.cluster.listing import parallel
from kompyle.cluster.logs import read
from kompyle.cluster.outcome import Failure
from kompyle.cluster.readiness import is_bound_on_first_use
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.signals import Signal
from kompyle.cluster.status import Status, spec_of, status_of
from kompyle.cluster.transport import Api
from kompyle.cluster.view import View

Manifest = Mapping[str, Any]

_LINES = 20
_WARNINGS = 3
_SILENCE = 5.0
"""Seconds that a node gets to show a log: one that is gone does not answer at all."""

_SUGGESTIONS = {
    "Claim": "Name a storage class with --storage-class, or make the default one work.",
    "Config": "Check that the Secret or ConfigMap, and the key in it, exist.",
    "Crash": "Read what it printed; `kompyle logs {service}` has more.",
    "ImageName": "Correct `image:`.",
    "ImagePull": "Check the name and tag of `image:`, that it was pushed, and that the "
    "cluster may pull it.",
    "Job": "Read what it printed; `kompyle up` runs it again.",
    "Mount": "Check that the volume exists, and that no other node holds it.",
    "Refused": "The namespace does not allow such a Pod: see its quota, and its Pod "
    "Security level.",
    "Rollout": "`kompyle events` tells what happened.",
    "Schedule": "Give the service smaller reservations, or the cluster a larger node.",
    "Start": "Check `command:` and `entrypoint:`.",
    "Late": "Check the healthcheck; give it more time with --timeout.",
}
_BY_REASON = {
    "ContainerCannotRun": _SUGGESTIONS["Start"],
    "OOMKilled": "Raise its memory limit, `mem_limit` or "
    "`deploy.resources.limits.memory`, or have it need less.",
    "StartError": _SUGGESTIONS["Start"],
}
"""For crashes of which no log tells: what never ran, or was ended from outside."""

_TO_BUILD = (
    "It has `build:`: say `kompyle up --build`, and have `image:` begin with a "
    "registry that the cluster pulls from."
)
_NODE = "volume.kubernetes.io/selected-node"
"""The scheduler's mark on a claim that has to get its volume now, on that node."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Looks for causes in a namespace; the View is of the moment of the failure."""

    api: Api
    app: App
    namespace: str
    view: View

    def failures(
        self, failed: Mapping[str, Signal], late: Mapping[str, Status]
    ) -> tuple[Failure, ...]:
        """Tell of all that went wrong, what others wait for first."""
        work = [partial(self.failed, name, sign) for name, sign in failed.items()]
        work += [partial(self.late, name, status) for name, status in late.items()]
        found = parallel(lambda tell: tell(), work, self.api.connections)
        return _ordered(found, self.app)

    def failed(self, name: str, signal: Signal) -> Failure:
        """Tell of a workload that has failed, as a sign of it says."""
        workload = self.view.workload(name) or {}
        pod = self._pod(workload, signal.pod)
        container = signal.container or self._container(name, pod)
        service = self._service(name, container)
        return Failure(
            service=service,
            workload=name,
            reason=signal.reason,
            message=signal.message or signal.reason,
            place=self._place(service, name),
            pod=pod["metadata"]["name"] if pod else "",
            container=container,
            events=tuple(self._warnings(workload)),
            log=tuple(self._log(pod, container)),
            help=suggestion(signal, self.app.parts.get(service), service or name),
        )

    def late(self, name: str, status: Status) -> Failure:
        """Tell of a workload that did not work in time."""
        workload = self.view.workload(name) or {}
        warnings = self._warnings(workload)
        code, message = "Late", status.message or "it is not ready"
        for claim in self.view.unbound(workload) if workload else ():
            if not self._is_bound_later(claim):
                code, message = "Claim", _unbound(claim)
        found = self.failed(name, Signal(code, status.reason, message, 0.0))
        unhealthy = [text for text in warnings if text.startswith("Unhealthy")]
        told = f"{message}; {unhealthy[-1]}" if unhealthy else message
        reason = status.reason or "TimedOut"
        return replace(found, reason=reason, message=f"not ready in time: {told}")

    def _is_bound_later(self, claim: Manifest) -> bool:
        """Whether a claim waits for its Pod, and not the Pod for the claim."""
        has_node = _NODE in (claim["metadata"].get("annotations") or {})
        name = "" if has_node else spec_of(claim).get("storageClassName", "")
        path = RESOURCES["storage.k8s.io/v1", "StorageClass"].path(None, name)
        answer = self.api.call("GET", path) if name else None
        classes = [answer.body] if answer and answer.is_done else []
        return is_bound_on_first_use(claim, classes)

    def _pod(self, workload: Manifest, name: str) -> Manifest | None:
        """Return the Pod of that name, or the last one that is not ready."""
        pods = self.view.pods(workload) if workload else []
        for pod in pods:
            if pod["metadata"]["name"] == name:
                return pod
        return pods[-1] if pods else None

    def _container(self, name: str, pod: Manifest | None) -> str:
        """Name the container that most likely is to blame."""
        status = status_of(pod or {})
        for kind in ("initContainerStatuses", "containerStatuses"):
            for found in status.get(kind) or ():
                ended = (found.get("state") or {}).get("terminated") or {}
                is_done = ended.get("exitCode") == 0
                if not found.get("ready") and not is_done:
                    return str(found["name"])
        parts = self.app.services_of(name)
        return parts[0].container if parts else ""

    def _service(self, name: str, container: str) -> str:
        parts = self.app.services_of(name)
        named = [part.service for part in parts if part.container == container]
        return next(iter([*named, *(part.service for part in parts)]), "")

    def _place(self, service: str, workload: str) -> str:
        part = self.app.parts.get(service)
        return part.place if part else self.app.place_of(workload)

    def _warnings(self, workload: Manifest) -> list[str]:
        """Return the last warnings, each text once."""
        if not workload:
            return []
        events = sorted(self.view.events(workload), key=moment)
        texts = (
            f"{event.get('reason', '')}: {_line(event.get('message', ''))}"
            for event in events
        )
        return list(dict.fromkeys(texts))[-_WARNINGS:]

    def _log(self, pod: Manifest | None, container: str) -> list[str]:
        """Return the last lines of a container: of its last end, if it restarts."""
        if pod is None or not container:
            return []
        is_previous = _has_restarted(pod, container)
        for previous in (True, False) if is_previous else (False,):
            text = self._tail(pod, container, previous=previous)
            if text is None:
                break
            if text:
                return text.splitlines()[-_LINES:]
        return []

    def _tail(self, pod: Manifest, container: str, *, previous: bool) -> str | None:
        path = RESOURCES["v1", "Pod"].path(self.namespace, pod["metadata"]["name"])
        query = {
            "container": container,
            "tailLines": str(_LINES),
            "previous": str(previous).lower(),
        }
        return read(self.api, f"{path}/log", query, _SILENCE)


def suggestion(signal: Signal, part: Part | None, service: str) -> str:
    """Say what to look at, by what a sign tells of a service."""
    if signal.code == "ImagePull" and part and part.is_built:
        return _TO_BUILD
    usual = _SUGGESTIONS.get(signal.code, "").format(service=service)
    return _BY_REASON.get(signal.reason.removeprefix("Init:"), usual)


def _unbound(claim: Manifest) -> str:
    name = claim["metadata"]["name"]
    chosen = spec_of(claim).get("storageClassName")
    of = f"storage class {chosen}" if chosen else "any storage class"
    return f"the claim {name} gets no volume of {of}"


def _has_restarted(pod: Manifest, container: str) -> bool:
    """Whether the container of now is not the one that ended."""
    for found in _statuses(pod):
        if found["name"] == container:
            is_ended = "terminated" in (found.get("state") or {})
            return not is_ended and bool(found.get("restartCount"))
    return False


def _statuses(pod: Manifest) -> Iterator[Manifest]:
    for kind in ("initContainerStatuses", "containerStatuses"):
        yield from status_of(pod).get(kind) or ()


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def is_scaling(api: Api, namespace: str, pod: str) -> bool:
    """Whether the cluster has said that it makes a node for a Pod."""
    fields = f"involvedObject.name={pod},reason=TriggeredScaleUp"
    path = RESOURCES["v1", "Event"].path(namespace)
    answer = api.call("GET", path, {"fieldSelector": fields}.items())
    return answer.is_done and bool(answer.body.get("items"))


def _ordered(failures: Iterable[Failure], app: App) -> tuple[Failure, ...]:
    """Put causes before effects: what others wait for comes first."""
    waited = {service for part in app.parts.values() for service in part.waits}
    return tuple(sorted(failures, key=lambda found: found.service not in waited))
