"""Schedules that Swarm Cronjob reads from labels; Ofelia's are told of only."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kompyle.compose import duration
from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.listening import image_name

_SWARM = "swarm.cronjob."
_SCHEDULE = f"{_SWARM}schedule"
_REPLICAS = f"{_SWARM}replicas"
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
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_SHORTEST = 10**9
_BEYOND_HOURS = re.compile(r"[^nuµμmsh0-9.]")
"""Units that Go does not have: its longest is the hour."""


_SCHEDULER = "swarm-cronjob"
_AREAS = (
    "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc"
    "|Europe|Indian|Mexico|Pacific|US"
)
_ZONE = re.compile(rf"(?:{_AREAS})(?:/[A-Z][A-Za-z0-9_+-]*){{1,2}}|UTC|GMT")
"""Names of time zones that every server knows; whether the town is one, it tells."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone of schedules, and the variable that says so."""

    name: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression as Kubernetes knows it, and the labels that say so.

    ``count`` tells how many Pods run each time, where the label at ``count_path`` does.
    """

    cron: str
    paths: tuple[KeyPath, ...]
    count: int | None = None
    count_path: KeyPath = ()


def schedule(service: Service) -> Schedule | None:
    """Return when a service is to run; None for one that has no schedule."""
    for at, labels in _labelled(service):
        if _SCHEDULE not in labels or labels.get(f"{_SWARM}enable") not in _TRUE:
            continue
        known = cron_expression(labels[_SCHEDULE])
        if known:
            names = [name for name in labels if name.startswith(_SWARM)]
            paths = tuple((*at, name) for name in names if name != _REPLICAS)
            return Schedule(known, paths, _count(labels), (*at, _REPLICAS))
    return None


def zone(services: Iterable[Service]) -> Zone | None:
    """Return the time zone in which Swarm Cronjob reads schedules, if one is said."""
    said = next(filter(None, map(_said_zone, services)), None)
    return said if said and _ZONE.fullmatch(said.name) else None


def _unknown_zone(service: Service) -> list[Outcome]:
    """Tell of a time zone that CronJobs do not take."""
    said = _said_zone(service)
    if said is None or _ZONE.fullmatch(said.name):
        return []
    note = f"CronJobs take no time zone {said.name!r}, so they run in the cluster's"
    way_out = "Name it by its area and town, as in `Europe/Paris`."
    return [Outcome(said.path, Fate.ADAPTED, note, way_out)]


def _said_zone(service: Service) -> Zone | None:
    image = service.image or ""
    if _SCHEDULER not in image or image_name(image) != _SCHEDULER:
        return None
    name = (service.environment.get("TZ") or "").removeprefix(":")
    return Zone(name, service.at("environment", "TZ")) if name else None


def _count(labels: Mapping[str, str]) -> int | None:
    text = labels.get(_REPLICAS, "")
    return int(text) if _COUNT.fullmatch(text) else None


def unread(service: Service) -> list[Outcome]:
    """Tell of labels with schedules, and of time zones, that no CronJob has."""
    outcomes = _unknown_zone(service)
    for at, labels in _labelled(service):
        if labels.get(f"{_SWARM}enable") in _TRUE and _SCHEDULE in labels:
            outcomes += _unlike_cron((*at, _SCHEDULE), labels[_SCHEDULE])
            outcomes += _uncounted((*at, _REPLICAS), labels)
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


def _uncounted(path: KeyPath, labels: Mapping[str, str]) -> list[Outcome]:
    if _REPLICAS not in labels or _count(labels):
        return []
    note = f"{labels[_REPLICAS]!r} is no number of Pods, so one runs at a time"
    return [Outcome(path, Fate.LOST, note, "Write a number, as in `3`.")]


def _labelled(service: Service) -> list[tuple[KeyPath, Mapping[str, str]]]:
    deploy = service.node.get("deploy")
    own = (service.at("labels"), service.labels)
    if not isinstance(deploy, YamlMap):
        return [own]
    return [(service.at("deploy", "labels"), texts(deploy, "labels")), own]


def cron_expression(text: str) -> str | None:
    """Translate the cron of Go's library; None for what no CronJob can do.

    >>> cron_expression("0 */5 * * * *"), cron_expression("@every 1h30m")
    ('*/5 * * * *', '@every 1h30m')
    """
    if text in _MACROS or _is_span(text):
        return text
    fields = text.split()
    if len(fields) > _FIELDS and _SECOND.fullmatch(fields[0]):
        fields = fields[1:]
    is_known = len(fields) == _FIELDS and all(map(_FIELD.fullmatch, fields))
    return " ".join(fields) if is_known else None


def _is_span(text: str) -> bool:
    """Whether it is a span that servers take, which have this library themselves."""
    span = text.removeprefix(_EVERY)
    if span == text or _BEYOND_HOURS.search(span):
        return False
    try:
        return duration.parse(span) >= _SHORTEST
    except ValueError:
        return False
