"""``stop_signal``: a hook sends it before Kubernetes sends TERM."""

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.plan import Plan

_MAIN = (
    "for main in $(ls /proc | grep '^[0-9]' | sort -n); do "
    "[ /proc/$main/ns/mnt -ef /proc/self/ns/mnt ] && break; done"
)
"""Finds the container's first process where the first of all is another's."""

_TERM = ("TERM", "15")
_KILL = ("KILL", "9")
_STOP = "kill -{signal} {main}; while kill -0 {main} 2>/dev/null; do sleep 0.2; done"


def signal_hook(service: Service, plan: Plan) -> list[str] | None:
    """Send a signal other than TERM before the container is stopped."""
    name = _signal_name(service)
    if name in (None, *_TERM):
        return None
    if name in _KILL and not _sees_others(service, plan):
        return None
    if not _sees_others(service, plan):
        return ["/bin/sh", "-c", _STOP.format(signal=name, main=1)]
    return ["/bin/sh", "-c", f"{_MAIN}; {_STOP.format(signal=name, main='$main')}"]


def signal_outcomes(service: Service, plan: Plan) -> list[Outcome]:
    path, name = service.at("stop_signal"), _signal_name(service)
    if name in _TERM:
        note = "it is what Kubernetes sends anyway"
        return [Outcome(path, Fate.IGNORED, note)]
    if name not in _KILL or _sees_others(service, plan):
        return []
    if not is_killed(service, plan):
        note = "Kubernetes sends TERM, and KILL when the time to stop is over"
        return [Outcome(path, Fate.LOST, note, "Write a short `stop_grace_period`.")]
    note = "Kubernetes sends TERM first, and KILL a moment later"
    found = [Outcome(path, Fate.ADAPTED, note)]
    if service.text("stop_grace_period"):
        note = "what is killed at once needs no time"
        grace = service.at("stop_grace_period")
        found.append(Outcome(grace, Fate.IGNORED, note))
    return found


def is_killed(service: Service, plan: Plan) -> bool:
    """Whether a short time stands for KILL, which no first process takes from within.

    The time counts for other hooks too, so these keep theirs.
    """
    if _signal_name(service) not in _KILL or _sees_others(service, plan):
        return False
    return not service.node.items_of("pre_stop")


def _sees_others(service: Service, plan: Plan) -> bool:
    """Whether the processes of other containers, or of the node, are visible."""
    members = [plan.services[name] for name in plan.pods[service.name].members]
    return any(member.value("init") or member.text("pid") for member in members)


def _signal_name(service: Service) -> str | None:
    text = service.text("stop_signal")
    return text.upper().removeprefix("SIG") if text else None
