"""Refuse what no server or container engine takes, at the line where it is written."""

import re
from collections.abc import Iterable, Iterator

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.mount_points import places

MOST = 2**31 - 1
"""The largest of most numbers in Kubernetes."""

_SIGNAL = re.compile(
    r"ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT"
    r"|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU"
    r"|XFSZ|RTMIN(?:\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?|0*[1-9][0-9]*"
)
"""What Docker takes for a signal on Linux: a name without SIG, or a number."""


def refused_values(services: Iterable[Service]) -> list[Outcome]:
    return [
        Outcome(path, Fate.LOST, note, way_out, "refused-value")
        for service in services
        for check in (_counts, _image, _folder, _signal, _at)
        for path, note, way_out in check(service)
    ]


_Found = Iterator[tuple[tuple[str | int, ...], str, str]]


def _counts(service: Service) -> _Found:
    if (service.replicas or 0) > MOST:
        is_scale = service.value("scale") is not None
        path = service.at(*(("scale",) if is_scale else ("deploy", "replicas")))
        note = f"{service.replicas} is more than the {MOST} Pods that can be asked for"
        yield path, note, "Write a smaller number."


def _image(service: Service) -> _Found:
    image = service.image or ""
    if image != image.strip():
        note = f"{image!r} is no name of an image: there is a space at one of its ends"
        yield service.at("image"), note, "Write `image: NAME`, or NAME:TAG."


def _folder(service: Service) -> _Found:
    folder = service.text("working_dir")
    if folder and not folder.startswith("/") and ":" not in folder:
        note = f"{folder!r} is no absolute path, and no container starts in it"
        yield service.at("working_dir"), note, f"Write `/{folder}`, or what is meant."


def _signal(service: Service) -> _Found:
    said = service.text("stop_signal") or ""
    name = said.upper().removeprefix("SIG")
    if said and not _SIGNAL.fullmatch(name):
        note = f"{said!r} is no signal, and no container is made that would stop by it"
        yield service.at("stop_signal"), note, "Write one such as SIGTERM or SIGQUIT."


def _at(service: Service) -> _Found:
    for place, path in places(service):
        if ":" in place:
            note = f"{place} has a colon, and nothing can be mounted at such a path"
            yield path, note, "Choose a target without one."
        if not place.strip("/"):
            note = "nothing can be mounted in place of the whole container"
            yield path, note, "Choose a folder in it."
