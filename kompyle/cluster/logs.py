"""What the containers of services have printed, in the order of time."""

import heapq
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kompyle.cluster.app import Part
from kompyle.cluster.containers import container_id, has_container, is_running
from kompyle.cluster.deployed import refused, resource
from kompyle.cluster.listing import parallel
from kompyle.cluster.status import spec_of
from kompyle.cluster.stream import Stream
from kompyle.cluster.target import Place
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError

Manifest = Mapping[str, Any]

_FORBIDDEN, _BORDER, _FAULT = 403, 400, 500
_SILENCE = 300.0
"""Seconds without a line, after which the connection is opened anew."""

_STAMP = re.compile(
    r"(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<part>\d+))?(?P<zone>\S+)"
)
_GONE = "unable to retrieve container logs"
"""So a node answers, as if it were a log, that it has that log no more."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A container of a Pod that prints for a service; perhaps one that prepares it.

    Where none runs at the moment, its last run is the previous one already.
    """

    service: str
    pod: str
    uid: str
    container: str
    is_main: bool = True
    is_running: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``stamp`` is the node's time in UTC, with nine decimals."""

    source: Source
    stamp: str
    text: str


@dataclass(frozen=True, slots=True)
class Range:
    """Which lines are wanted: the last ones, those since; None is all."""

    tail: int | None = None
    seconds: int | None = None
    since: str = ""
    previous: bool = False

    def query(self, source: Source) -> dict[str, str]:
        is_previous = self.previous and source.is_running
        found = {
            "tailLines": "" if self.tail is None else str(self.tail),
            "sinceSeconds": "" if self.seconds is None else str(self.seconds),
            "sinceTime": self.since,
            "previous": "true" if is_previous else "",
        }
        return {key: text for key, text in found.items() if text}


def sources(parts: Iterable[Part], pods: Iterable[Manifest]) -> list[Source]:
    """Return the containers that print for services, in the order of these.

    One that has not started yet speaks through those that prepare it.
    """
    listing = list(pods)
    return [
        Source(
            part.service,
            metadata["name"],
            metadata["uid"],
            name,
            is_main,
            is_running(pod, name),
        )
        for part in parts
        for pod in listing
        if has_container(pod, part)
        for metadata in (pod["metadata"],)
        for name, is_main in _containers(pod, part)
    ]


def _containers(pod: Manifest, part: Part) -> Iterator[tuple[str, bool]]:
    if not container_id(pod, part.container):
        for item in spec_of(pod).get("initContainers") or ():
            if item.get("restartPolicy") != "Always":
                yield item["name"], False
    yield part.container, True


class Logs:
    """Reads logs in a namespace; ``say`` is told why some cannot be read, once each.

    ``is_cut`` is whether lines are missing that there are.
    """

    def __init__(self, place: Place, say: Say) -> None:
        self.is_cut = False
        self._place = place
        self._say = say
        self._said: set[str] = set()

    def merged(self, found: Iterable[Source], wanted: Range) -> Iterator[Line]:
        """Yield the lines of all sources, oldest first."""
        listing = list(found)

        def opened(source: Source) -> Stream | None:
            return self.stream(source, wanted, follows=False)

        streams = parallel(opened, listing, self._place.api.connections)
        pairs = zip(listing, streams, strict=True)
        each = [self._whole(source, stream) for source, stream in pairs if stream]
        return heapq.merge(*each, key=lambda line: line.stamp)

    def _whole(self, source: Source, stream: Stream) -> Iterator[Line]:
        yield from self.lines(source, stream)
        if stream.fault:
            self.is_cut = True
            self._note(f"{source.service}: its log is cut off here: {stream.fault}")

    def stream(self, source: Source, wanted: Range, *, follows: bool) -> Stream | None:
        """Open the log of a container; None if there is none to read."""
        path = resource("Pod").path(self._place.namespace, source.pod)
        query = {"container": source.container, "timestamps": "true"}
        query |= wanted.query(source)
        if follows:
            query["follow"] = "true"
        try:
            found = self._place.api.stream(f"{path}/log", query.items(), _SILENCE)
        except ConnectionError as error:
            self.is_cut = True
            self._note(f"{source.service}: {source.pod} cannot be read: {error}")
            return None
        if found.status < _BORDER:
            return found
        told = _told(found)
        self.is_cut |= found.status >= _FAULT
        if found.status == _FORBIDDEN:
            raise refused(f"you may not read logs: {told}")
        self._note(f"{source.service}: {told}")
        return None

    def lines(self, source: Source, stream: Stream) -> Iterator[Line]:
        """Read lines; one without a time is of the time of the one before it."""
        before = ""
        for data in stream.lines():
            text = data.decode("utf-8", "surrogateescape")
            if text.startswith(_GONE):
                self._note(f"{source.service}: the node has that log no more")
                continue
            stamp, _, rest = text.partition(" ")
            moment = utc(stamp)
            before = moment or before
            yield Line(source, before, rest if moment else text)

    def _note(self, text: str) -> None:
        sense = re.sub(r"\d+", "", text)  # each try has ports of its own
        if sense not in self._said:
            self._said.add(sense)
            self._say(text)


def read(api: Api, path: str, query: Mapping[str, str], silence: float) -> str | None:
    """Return a log as far as it comes, tried once; "" if there is none.

    None is that nobody answers.
    """
    try:
        stream = api.stream(path, query.items(), silence)
    except (ConnectionError, ClusterError):
        return None
    data = b"".join(stream.chunks())
    stream.close()
    if stream.status >= _FAULT:
        return None
    text = data.decode("utf-8", "replace")
    return "" if stream.status >= _BORDER or text.startswith(_GONE) else text


def utc(stamp: str) -> str:
    """Write a time such that texts are in the order of times; "" if it is none.

    >>> utc("2026-01-02T03:04:05.5Z"), utc("2026-01-02T03:04:05+01:00")
    ('2026-01-02T03:04:05.500000000Z', '2026-01-02T02:04:05.000000000Z')
    """
    found = _STAMP.fullmatch(stamp)
    if not found:
        return ""
    second = found["second"]
    if found["zone"] != "Z":
        moment = datetime.fromisoformat(second + found["zone"]).astimezone(UTC)
        second = moment.isoformat()[:19]
    return f"{second}.{(found['part'] or '')[:9]:0<9}Z"


def _told(stream: Stream) -> str:
    """Return what the server says instead of a log."""
    text = b"".join(stream.chunks()).decode("utf-8", "replace")
    stream.close()
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.strip()
