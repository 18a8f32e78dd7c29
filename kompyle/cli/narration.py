"""Put events into the words that people read."""

import re
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kompyle.cluster.events import Event, Kind, Phase, What
from kompyle.cluster.outcome import Problem

if TYPE_CHECKING:
    from kompyle.console import Voice

_RED, _GREEN, _YELLOW, _BOLD = 31, 32, 33, 1
_ENDS = {
    "done": "works",
    "refused": "refused",
    "failed": "does not work",
    "timed_out": "is not ready in time",
    "rolled_back": "failed, and was rolled back",
    "no_cluster": "the cluster does not answer any more",
    "interrupted": "interrupted",
}
_OTHER_ENDS = {
    Phase.DELETE: {"done": "removed", "timed_out": "is not gone in time"},
    Phase.PLAN: {"done": "only planned"},
    Phase.APPLY: {"done": "applied"},
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_TOLD = frozenset(What) - {What.UNCHANGED}


def text(event: Event, voice: "Voice") -> str:
    """Return the lines of an event; none if it is not worth one."""
    return "\n".join(_TEXTS[event.kind](event, voice))


def _target(event: Event, _voice: "Voice") -> Iterator[str]:
    yield event.message


def _notice(event: Event, _voice: "Voice") -> Iterator[str]:
    yield event.message


def _object(event: Event, _voice: "Voice") -> Iterator[str]:
    is_plan = event.phase is Phase.PLAN
    if is_plan or event.status in _TOLD:
        yield f"{event.status} {event.name}"


def _workload(event: Event, voice: "Voice") -> Iterator[str]:
    name = event.service or event.name
    if event.status == "ready":
        yield f"{name}: {_painted('ready', _GREEN, voice)}"
    elif event.status == "failed":
        yield f"{name}: {_painted('failed', _RED, voice)}: {event.message}"
    else:
        yield f"{name}: waiting: {event.message or event.reason}"


def _problem(event: Event, voice: "Voice") -> Iterator[str]:
    place, help_ = event.details.get("place", ""), event.details.get("help", "")
    found = Problem(event.name, event.reason, event.message, place, help_)
    yield complaint(found, voice)


def complaint(found: Problem, voice: "Voice") -> str:
    """Return the lines of a problem: place, fact, way out."""
    before = f"{found.place}: " if found.place else ""
    word = _painted(f"error[{_code(found.reason)}]", _RED, voice)
    way_out = f"\n    {found.help}" if found.help else ""
    return f"{before}{word}: {found.name}: {found.message}{way_out}"


def _failure(event: Event, voice: "Voice") -> Iterator[str]:
    """Yield the failure screen: place and fact, warnings, log, a way out."""
    details = event.details
    before = f"{details['place']}: " if details.get("place") else ""
    word = _painted(f"error[{_code(event.reason)}]", _RED, voice)
    yield f"{before}{word}: {event.service or event.name}: {event.message}"
    for warning in details.get("events") or ():
        yield f"    event: {warning}"
    prefix = f"{event.service or details.get('container')}/{details.get('pod')}"
    for line in details.get("log") or ():
        yield f"    {prefix} | {line}"
    if details.get("help"):
        yield f"    {details['help']}"


def _code(reason: str) -> str:
    """Write a reason of the API as codes are written.

    >>> _code("Init:CrashLoopBackOff"), _code("already exists"), _code("OOMKilled")
    ('init-crash-loop-back-off', 'already-exists', 'oom-killed')
    """
    return "-".join(_WORD.findall(reason)).lower()


def _summary(event: Event, voice: "Voice") -> Iterator[str]:
    details = event.details
    counts = [f"{count} {what}" for what, count in details["objects"].items()]
    done = ", ".join(counts) or "nothing changed"
    color = _GREEN if event.status == "done" else _RED
    ends = _ENDS | _OTHER_ENDS.get(event.phase, {})
    end = _painted(ends[event.status], color, voice)
    revision = f", revision {details['revision']}" if "revision" in details else ""
    yield f"{end}; {done} in {details['seconds']:.1f} s{revision}"


_TEXTS: dict[Kind, Callable[[Event, "Voice"], Iterator[str]]] = {
    Kind.TARGET: _target,
    Kind.NOTICE: _notice,
    Kind.OBJECT: _object,
    Kind.WORKLOAD: _workload,
    Kind.PROBLEM: _problem,
    Kind.FAILURE: _failure,
    Kind.SUMMARY: _summary,
}


def _painted(word: str, color: int, voice: "Voice") -> str:
    return f"\x1b[{_BOLD};{color}m{word}\x1b[0m" if voice.is_colored else word


def say(found: str) -> None:
    if sys.stderr:
        sys.stderr.write(found)
        sys.stderr.flush()
