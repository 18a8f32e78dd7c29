"""Schedules that other tools read from labels: Swarm Cronjob and Ofelia."""

import re
from dataclasses import dataclass

from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath

_SWARM = "swarm.cronjob."
_FIELDS = re.compile(r"\S+")
_EVERY = re.compile(r"@every (?P<number>\d+)(?P<unit>[mh])")
_MACROS = frozenset(
    ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly")
)
_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression as Kubernetes knows it, and the labels that say so."""

    cron: str
    paths: tuple[KeyPath, ...]


def schedule(service: Service) -> Schedule | None:
    """Return when a service is to run; None for one that has no schedule."""
    for at, labels in _labelled(service):
        cron = labels.get(f"{_SWARM}schedule")
        if cron and labels.get(f"{_SWARM}enable") == "true":
            known = cron_expression(cron)
            paths = tuple((*at, name) for name in labels if name.startswith(_SWARM))
            if known:
                return Schedule(known, paths)
    return None


def _labelled(service: Service) -> list[tuple[KeyPath, dict[str, str]]]:
    deploy = service.node.get("deploy")
    own = (service.at("labels"), dict(service.labels))
    if not isinstance(deploy, YamlMap):
        return [own]
    return [(service.at("deploy", "labels"), texts(deploy, "labels")), own]


def cron_expression(text: str) -> str | None:
    """Translate the cron of Go's library: seconds go, ``@every`` becomes fields.

    >>> cron_expression("0 */5 * * * *"), cron_expression("@every 2h")
    ('*/5 * * * *', '0 */2 * * *')
    """
    if text in _MACROS:
        return text
    every = _EVERY.fullmatch(text)
    if every:
        number = int(every["number"])
        return f"*/{number} * * * *" if every["unit"] == "m" else f"0 */{number} * * *"
    fields = _FIELDS.findall(text)
    if len(fields) == _SECONDS:
        return " ".join(fields[1:])
    return text if len(fields) == _SECONDS - 1 else None
