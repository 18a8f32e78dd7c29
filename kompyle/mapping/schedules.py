"""Schedules that Swarm Cronjob reads from labels; Ofelia's are told of only."""

import re
from dataclasses import dataclass

from kompyle.compose import duration
from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

_SWARM = "swarm.cronjob."
_SCHEDULE = f"{_SWARM}schedule"
_TRUE = frozenset(("1", "t", "T", "true", "True", "TRUE"))
_OFELIA_JOB = re.compile(r"ofelia\.job-[a-z-]+\.[^.]+\.schedule")
_OFELIA = "Kompyle makes no CronJobs of Ofelia's labels"
_OFELIA_WAY_OUT = (
    f"Make it a service with the labels {_SWARM}enable and {_SCHEDULE}, or a CronJob."
)
_EVERY = "@every "
_MACROS = frozenset(
    f"@{word}"
    for word in (
        "yearly",
        "annually",
        "monthly",
        "weekly",
        "daily",
        "midnight",
        "hourly",
    )
)
_FIELDS = 5
_FIELD = re.compile(r"[0-9A-Za-z*/,?-]+")
_SECOND = re.compile(r"[0-9]{1,2}")
_HOUR = 60
_DAY = 24


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression as Kubernetes knows it, and the labels that say so."""

    cron: str
    paths: tuple[KeyPath, ...]


def schedule(service: Service) -> Schedule | None:
    """Return when a service is to run; None for one that has no schedule."""
    for at, labels in _labelled(service):
        known = cron_expression(labels.get(_SCHEDULE, ""))
        if known and labels.get(f"{_SWARM}enable") in _TRUE:
            paths = tuple((*at, name) for name in labels if name.startswith(_SWARM))
            return Schedule(known, paths)
    return None


def unread(service: Service) -> list[Outcome]:
    """Tell of the labels with schedules of which no CronJob is made."""
    outcomes = []
    for at, labels in _labelled(service):
        if labels.get(f"{_SWARM}enable") in _TRUE and _SCHEDULE in labels:
            outcomes += _unlike_cron((*at, _SCHEDULE), labels[_SCHEDULE])
        outcomes += [
            Outcome((*at, name), Fate.LOST, _OFELIA, _OFELIA_WAY_OUT)
            for name in labels
            if _OFELIA_JOB.fullmatch(name)
        ]
    return outcomes


def _unlike_cron(path: KeyPath, text: str) -> list[Outcome]:
    if cron_expression(text):
        return []
    note = f"{text!r} is no schedule that a CronJob can have, so none is made"
    way_out = "Write minute, hour, day, month and weekday, as in `0 3 * * *`."
    return [Outcome(path, Fate.LOST, note, way_out)]


def _labelled(service: Service) -> list[tuple[KeyPath, dict[str, str]]]:
    deploy = service.node.get("deploy")
    own = (service.at("labels"), dict(service.labels))
    if not isinstance(deploy, YamlMap):
        return [own]
    return [(service.at("deploy", "labels"), texts(deploy, "labels")), own]


def cron_expression(text: str) -> str | None:
    """Translate the cron of Go's library; None for what no CronJob can do.

    >>> cron_expression("0 */5 * * * *"), cron_expression("@every 2h")
    ('*/5 * * * *', '0 */2 * * *')
    """
    if text in _MACROS:
        return text
    if text.startswith(_EVERY):
        return _every(text.removeprefix(_EVERY))
    fields = text.split()
    if len(fields) > _FIELDS and _SECOND.fullmatch(fields[0]):
        fields = fields[1:]
    is_known = len(fields) == _FIELDS and all(map(_FIELD.fullmatch, fields))
    return " ".join(fields) if is_known else None


def _every(text: str) -> str | None:
    """Translate a span that divides an hour or a day: cron starts anew with each."""
    try:
        minutes, rest = divmod(duration.parse(text), 60 * 10**9)
    except ValueError:
        return None
    if rest or minutes < 1 or (_HOUR % minutes and minutes % _HOUR):
        return None
    if minutes < _HOUR:
        return f"*/{minutes} * * * *"
    hours = minutes // _HOUR
    if hours == _DAY:
        return "@daily"
    return None if _DAY % hours else f"0 */{hours} * * *"
