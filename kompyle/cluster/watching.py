"""Know the objects of a namespace as they are now: listed once, then watched.

Each kind has a thread of its own.  Whoever may not watch looks every two seconds; who
may not even list learns so from ``hidden``.
"""

import json
import random
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from kompyle.cluster.answers import Meaning
from kompyle.cluster.listing import parallel
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.stream import Stream
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError

Manifest = dict[str, Any]

_GONE, _FORBIDDEN = 410, 403
_SILENCE = 75.0
"""Seconds without a word, after which a connection is taken for dead."""

_LONGEST, _MARGIN = 290, 20
"""Seconds that the server is asked to keep a watch, and how much they may vary."""

_POLL = 2.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind that is watched, with the selector that chooses among its objects.

    Where it may not be listed, those with these *names* are looked at, one by one.
    """

    api: str
    kind: str
    labels: str = ""
    fields: str = ""
    names: tuple[str, ...] = ()

    @property
    def query(self) -> dict[str, str]:
        found = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {key: text for key, text in found.items() if text}


class Watching:
    """The objects of some kinds in a namespace, kept up to date by threads."""

    def __init__(self, api: Api, namespace: str, subjects: Iterable[Subject]) -> None:
        self.hidden: set[str] = set()
        self._api = api
        self._namespace = namespace
        self._subjects = tuple(subjects)
        self._items: dict[str, dict[str, Manifest]] = {
            subject.kind: {} for subject in self._subjects
        }
        self._changed = threading.Condition()
        self._version = 0
        self._stop = threading.Event()
        self._streams: dict[str, Stream] = {}
        self._lost: ClusterError | None = None

    def __enter__(self) -> Self:
        ready = [threading.Event() for _ in self._subjects]
        for subject, event in zip(self._subjects, ready, strict=True):
            name = f"watch {subject.kind}"
            arguments = (subject, event)
            threading.Thread(
                target=self._follow, args=arguments, name=name, daemon=True
            ).start()
        for event in ready:
            event.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for stream in list(self._streams.values()):
            stream.close()

    def look(self) -> None:
        """List everything once, and follow nothing."""
        parallel(self._list, self._subjects, len(self._subjects))

    def items(self, kind: str) -> list[Manifest]:
        with self._changed:
            return list(self._items.get(kind, {}).values())

    def check(self) -> None:
        """Raise :class:`ClusterError` if the server lets us in no more."""
        if self._lost:
            raise self._lost

    def put(self, item: Mapping[str, Any]) -> None:
        """Take an object from the answer to a write: the watch may be behind it."""
        if item.get("kind") in self._items:
            self._store(item["kind"], dict(item))

    def wait(self, seen: int, seconds: float) -> int:
        """Sleep until something has changed since *seen*; return what to wait on."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, seconds)
            return self._version

    def _follow(self, subject: Subject, ready: threading.Event) -> None:
        pause = _FIRST_PAUSE
        version: str | None = None
        while not self._stop.is_set():
            if version is None:
                version = self._list(subject)
                if subject.names and subject.kind in self.hidden:
                    self._look_at_each(subject)
                ready.set()
                if version is None:
                    if subject.kind in self.hidden or self._stop.wait(pause):
                        return
                    pause = min(_POLL, 2 * pause)
                    continue
            before = version
            version = self._watch(subject, version)
            if version == before:
                self._stop.wait(pause)
                pause = min(_LONGEST_PAUSE, 2 * pause)
            else:
                pause = _FIRST_PAUSE

    def _list(self, subject: Subject) -> str | None:
        """Read all objects of a kind; return the version to watch from."""
        path = RESOURCES[subject.api, subject.kind].path(self._namespace)
        stream = self._open(subject, path, subject.query)
        if stream is None:
            return None
        text = b"".join(stream.chunks())
        stream.close()
        if stream.status == _FORBIDDEN:
            self.hidden.add(subject.kind)
        try:
            body = json.loads(text)
        except ValueError:
            return None  # cut off
        if stream.status >= 400:  # noqa: PLR2004 - HTTP's own border
            return None
        found = {item["metadata"]["uid"]: item for item in body.get("items") or ()}
        kind = {"apiVersion": subject.api, "kind": subject.kind}
        with self._changed:
            known = self._items[subject.kind]
            self._items[subject.kind] = {
                uid: _newer({**kind, **item}, known.get(uid))
                for uid, item in found.items()
            }
            self._note()
        return str(body["metadata"]["resourceVersion"])

    def _look_at_each(self, subject: Subject) -> None:
        """Get what may not be listed; it is hidden no more if that is allowed."""
        resource = RESOURCES[subject.api, subject.kind]
        for name in subject.names:
            with suppress(ClusterError):  # the run itself will tell
                answer = self._api.call("GET", resource.path(self._namespace, name))
                if answer.meaning is not Meaning.FORBIDDEN:
                    self.hidden.discard(subject.kind)
                if answer.is_done:
                    self._store(subject.kind, answer.body)

    def _watch(self, subject: Subject, version: str) -> str | None:
        """Follow a kind until the connection ends; None if it has to be listed anew."""
        path = RESOURCES[subject.api, subject.kind].path(self._namespace)
        seconds = _LONGEST + random.randint(0, _MARGIN)  # noqa: S311 - spreads load
        query = {
            **subject.query,
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(seconds),
        }
        stream = self._open(subject, path, query)
        if stream is None:
            return version
        if stream.status == _FORBIDDEN:
            stream.close()
            self._stop.wait(_POLL)
            return None
        if stream.status != 200:  # noqa: PLR2004
            stream.close()
            return None if stream.status == _GONE else version
        for event in _events(stream):
            if event["type"] == "ERROR":
                return None
            item = event["object"]
            version = item["metadata"]["resourceVersion"]
            self._take(subject, event["type"], item)
        return version

    def _open(
        self, subject: Subject, path: str, query: Mapping[str, str]
    ) -> Stream | None:
        try:
            stream = self._api.stream(path, query.items(), _SILENCE)
        except ConnectionError:
            return None
        except ClusterError as error:
            self._lost = error
            return None
        self._lost = None
        self._streams[subject.kind] = stream
        if self._stop.is_set():
            stream.close()
        return stream

    def _take(self, subject: Subject, change: str, item: Manifest) -> None:
        if change == "DELETED":
            with self._changed:
                self._items[subject.kind].pop(item["metadata"]["uid"], None)
                self._note()
        elif change != "BOOKMARK":
            kind = {"apiVersion": subject.api, "kind": subject.kind}
            self._store(subject.kind, {**kind, **item})

    def _store(self, kind: str, item: Manifest) -> None:
        item["metadata"].pop("managedFields", None)
        with self._changed:
            known = self._items[kind]
            uid = item["metadata"]["uid"]
            known[uid] = _newer(item, known.get(uid))
            self._note()

    def _note(self) -> None:
        self._version += 1
        self._changed.notify_all()


def _newer(item: Manifest, known: Manifest | None) -> Manifest:
    """Return the later one of two states of an object.

    Versions of one object can be compared: they only grow.
    """
    return known if known and _version(known) > _version(item) else item


def _version(item: Manifest) -> tuple[int, int]:
    metadata = item["metadata"]
    version = metadata["resourceVersion"]
    number = int(version) if version.isdecimal() else 0
    return metadata.get("generation", 0), number


def _events(stream: Stream) -> Iterator[Manifest]:
    for line in stream.lines():
        try:
            yield json.loads(line)
        except ValueError:
            return  # cut off
