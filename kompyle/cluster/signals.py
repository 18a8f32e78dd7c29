"""Signs that something does not work, read from what the server tells of it.

A sign is a failure when it has stood for its ``patience``, in seconds: what may pass
by itself gets more of it.  Times are our own; clocks of clusters may differ.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kompyle.cluster.readiness import is_refusal
from kompyle.cluster.status import condition, spec_of, status_of

Manifest = Mapping[str, Any]

AT_ONCE = 0.0
_FINAL_PULL = re.compile(
    r"not found|manifest unknown|unauthorized|denied|no match for platform"
    r"|does not exist|invalid reference",
    re.IGNORECASE,
)
_PULLS = frozenset(("ErrImagePull", "ImagePullBackOff"))
_PULL_STEPS = re.compile(
    r"^rpc error: code = \w+ desc = "
    r'|^Back-off pulling image "[^"]*": ErrImagePull: '
    r'|failed to pull and unpack image "[^"]*": |failed to do request: Head "[^"]*": '
)
_REFERENCE = re.compile(r'failed to resolve reference "([^"]*)": (?:\1: )?')
_FINAL_PULL_PATIENCE, _PULL_PATIENCE = 3.0, 60.0
_WAITING = {
    "InvalidImageName": ("ImageName", AT_ONCE),
    "ErrImageNeverPull": ("ImagePull", AT_ONCE),
    "CreateContainerConfigError": ("Config", 15.0),
    "CreateContainerError": ("Start", 10.0),
    "RunContainerError": ("Start", 10.0),
    "StartError": ("Start", 10.0),
}
"""The code and the patience of each reason for which a container waits."""

_CRASHES, _COMMAND_CRASHES = 3, 2
"""So many restarts are a failure; fewer where the command cannot even be run."""

_NO_COMMAND = frozenset((126, 127, 128))
_SIGNALS = {132: "SIGILL", 134: "SIGABRT", 137: "SIGKILL", 139: "SIGSEGV"}
_UNSCHEDULABLE = 30.0
_WEBHOOK = "failed calling webhook"
_NO_CLASS = re.compile(r"storageclass\S* \S+ not found")
_NO_SOURCE = re.compile(
    r'(?:secret|configmap) "[^"]*" not found|references non-existent \w+ key'
)
_EVENTS = {
    "FailedAttachVolume": ("Mount", 120.0),
    "FailedBinding": ("Claim", 15.0),
    "FailedCreate": ("Refused", AT_ONCE),
    "FailedCreatePodSandBox": ("Start", 30.0),
    "FailedMount": ("Mount", 120.0),
    "NotTriggerScaleUp": ("Schedule", AT_ONCE),
    "ProvisioningFailed": ("Claim", 60.0),
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign; ``code`` groups reasons of one cause, ``reason`` is the API's word."""

    code: str
    reason: str
    message: str
    patience: float
    pod: str = ""
    container: str = ""

    @property
    def is_worth_telling(self) -> bool:
        """Whether it is told at once, though it may still pass."""
        return self.code == "ImagePull"

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same while the sign stands."""
        return self.code, self.pod, self.container


def pod_signals(pod: Manifest, known: Mapping[str, int]) -> Iterator[Signal]:
    """Yield what is wrong with a Pod, and with each of its containers.

    *known* are the restarts of containers that are no news, by name.
    """
    name = pod["metadata"]["name"]
    scheduled = condition(pod, "PodScheduled")
    if (scheduled.get("status"), scheduled.get("reason")) == ("False", "Unschedulable"):
        told = scheduled.get("message", "")
        yield Signal("Schedule", "Unschedulable", told, _UNSCHEDULABLE, name)
    status = status_of(pod)
    for prefix, kind in (("Init:", "initContainerStatuses"), ("", "containerStatuses")):
        for container in status.get(kind) or ():
            before = known.get(container["name"], 0)
            if found := _container_signal(container, prefix, name, before):
                yield found


def _container_signal(
    container: Manifest, prefix: str, pod: str, known: int
) -> Signal | None:
    waiting = (container.get("state") or {}).get("waiting") or {}
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    name = container["name"]
    if reason in _PULLS:
        is_final = _FINAL_PULL.search(message)
        patience = _FINAL_PULL_PATIENCE if is_final else _PULL_PATIENCE
        told = _brief(message) or "the image cannot be pulled"
        # A kubelet alternates between two words for it; one is enough.
        return Signal("ImagePull", f"{prefix}ErrImagePull", told, patience, pod, name)
    if crash := _crash(container, known):
        reason, message = crash
        return Signal("Crash", prefix + reason, message, AT_ONCE, pod, name)
    if reason in _WAITING:
        code, patience = _WAITING[reason]
        return Signal(code, prefix + reason, message, patience, pod, name)
    return None


def _brief(message: str) -> str:
    """Return the cause that a container runtime gives, without its steps to there.

    >>> _brief('failed to resolve reference "docker.io/a:1": docker.io/a:1: not found')
    'cannot pull docker.io/a:1: not found'
    """
    text = _PULL_STEPS.sub("", message)
    return _REFERENCE.sub(r"cannot pull \1: ", text)


def _crash(container: Manifest, known: int) -> tuple[str, str] | None:
    """Say how a container ends again and again; None if it does not.

    A kubelet seldom says CrashLoopBackOff in the first minutes: restarts are counted,
    and those that were *known* before do not count unless it says so.
    """
    state = container.get("state") or {}
    last = container.get("lastState") or {}
    ended = state.get("terminated") or last.get("terminated")
    restarts = container.get("restartCount", 0)
    if not ended:
        return None
    code = ended.get("exitCode", 0)
    most = _COMMAND_CRASHES if code in _NO_COMMAND else _CRASHES
    is_held = (state.get("waiting") or {}).get("reason") == "CrashLoopBackOff"
    if restarts - (0 if is_held else known) < most:
        return None
    if "running" in state and container.get("ready"):
        return None
    return _ending(ended, code, restarts)


def _ending(ended: Manifest, code: int, restarts: int) -> tuple[str, str]:
    times = f"and was restarted {restarts} times"
    if ended.get("reason") == "OOMKilled":
        return "OOMKilled", f"it needed more memory than its limit, {times}"
    if message := ended.get("message"):
        return ended.get("reason", "Error"), f"{message.strip()} ({times})"
    if code == 0:
        return "Completed", f"it ended by itself {times}"
    signal = f" ({_SIGNALS[code]})" if code in _SIGNALS else ""
    return "CrashLoop", f"it ended with exit code {code}{signal}, {times}"


def event_signal(event: Manifest) -> Signal | None:
    """Return what an event says of the object that it is about."""
    reason, message = event.get("reason", ""), event.get("message", "")
    if reason not in _EVENTS:
        return None
    code, patience = _EVENTS[reason]
    if reason == "FailedCreate" and not is_refusal(message):
        patience = 60.0 if _WEBHOOK in message else 120.0
    if _NO_CLASS.search(message):
        patience = _EVENTS["FailedBinding"][1]
    if reason == "FailedMount" and _NO_SOURCE.search(message):
        code, patience = _WAITING["CreateContainerConfigError"]
    involved = event.get("involvedObject") or {}
    pod = involved.get("name", "") if involved.get("kind") == "Pod" else ""
    return Signal(code, reason, message, patience, pod)


def has_begun(pod: Manifest) -> bool:
    """Whether a container of a Pod has started: what kept it from that is over."""
    status = status_of(pod)
    kinds = ("initContainerStatuses", "containerStatuses")
    found = [item for kind in kinds for item in status.get(kind) or ()]
    return any(
        item.get("lastState")
        or {"running", "terminated"} & set(item.get("state") or ())
        for item in found
    )


def is_settled(
    pod: Manifest, running: float, seconds: float, known: Mapping[str, int]
) -> bool:
    """Whether a Pod that is ready can be trusted to stay so.

    Without a check a container is ready when it has started, even if it ends a moment
    later: so it has to run for some *seconds*, and for longer when it has restarted
    since it had *known* restarts.  *running* is how long it has been seen to run.
    """
    checked = {item["name"] for item in containers(pod) if "readinessProbe" in item}
    for container in status_of(pod).get("containerStatuses") or ():
        again = container.get("restartCount", 0)
        if again > known.get(container["name"], 0) and running < _AFTER_RESTART:
            return False
        if container["name"] not in checked and running < seconds:
            return False
    return True


_AFTER_RESTART = 12.0
"""Seconds: longer than a kubelet waits before the second restart."""


def containers(pod: Manifest) -> list[Manifest]:
    return list(spec_of(pod).get("containers") or ())


def restarts(pod: Manifest) -> dict[str, int]:
    """Return how often each container of a Pod was started again."""
    status = status_of(pod)
    return {
        item["name"]: item.get("restartCount", 0)
        for kind in ("initContainerStatuses", "containerStatuses")
        for item in status.get(kind) or ()
    }
