"""What was applied, kept in the cluster: to list it, and to bring it back.

Each revision is a Secret of a type of its own, since it holds the objects whole; one
that is too large for a single Secret continues in others.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import App, object_name, restored, stored
from kompyle.cluster.listing import listed, parallel
from kompyle.cluster.outcome import Code
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import Answer, Api
from kompyle.errors import ClusterError

Manifest = dict[str, Any]

DEPLOYED, APPLIED, FAILED = "deployed", "applied", "failed"
"""All works; nobody has waited for it; something does not work."""

INCOMPLETE = "incomplete"
"""Some of its Secrets are missing: it is listed, and otherwise passed over."""

_TYPE = "kompyle.io/revision"
_PROJECT, _NUMBER = "kompyle.io/project-name", "kompyle.io/revision"
_STATUS, _OBJECTS, _PART = "kompyle.io/status", "kompyle.io/objects", "kompyle.io/part"
_PARTS, _NOTE = "kompyle.io/parts", "kompyle.io/note"
_KEPT = 10
_LARGEST = 700 * 1024
"""Bytes of one Secret before base64 adds a third; a server takes a mebibyte."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision; ``items`` are its Secrets, in order."""

    number: int
    status: str
    at: datetime
    objects: int
    note: str
    items: tuple[Manifest, ...]

    @property
    def data(self) -> bytes:
        return b"".join(base64.b64decode(item["data"]["set"]) for item in self.items)

    def app(self) -> App:
        """Return what was applied; :class:`ClusterError` says why it is unknown."""
        try:
            return restored(json.loads(gzip.decompress(self.data)))
        except _UNREADABLE as error:
            why = "some of its Secrets are missing"
            why = why if self.status == INCOMPLETE else str(error)
            fact = f"revision {self.number} cannot be read: {why}"
            raise ClusterError(f"{fact}; choose another one", Code.REFUSED) from error

    @property
    def is_readable(self) -> bool:
        try:
            return bool(self.app())
        except ClusterError:
            return False


_UNREADABLE = (
    *(EOFError, OSError, ValueError, LookupError, TypeError, AttributeError),
    zlib.error,
)


def revisions(api: Api, namespace: str, project: str) -> list[Revision] | None:
    """Return all revisions, oldest first; None where Secrets may not be listed."""
    selector = f"{_PROJECT}={object_name(project)},{_NUMBER}"
    found = listed(api, RESOURCES["v1", "Secret"], namespace, selector)
    if found is None:
        return None
    groups: dict[int, list[Manifest]] = {}
    for item in found:
        number = item["metadata"]["labels"][_NUMBER]
        if number.isdecimal():
            groups.setdefault(int(number), []).append(item)
    return [_revision(number, groups[number]) for number in sorted(groups)]


def _revision(number: int, items: Iterable[Manifest]) -> Revision:
    ordered = sorted(items, key=lambda item: int(_annotations(item).get(_PART, "0")))
    first = _annotations(ordered[0])
    is_whole = len(ordered) == int(first.get(_PARTS, len(ordered)))
    created = ordered[0]["metadata"]["creationTimestamp"]
    return Revision(
        number,
        first.get(_STATUS, "") if is_whole else INCOMPLETE,
        datetime.fromisoformat(created),
        int(first.get(_OBJECTS, "0")),
        first.get(_NOTE, ""),
        tuple(ordered),
    )


def _annotations(item: Mapping[str, Any]) -> Mapping[str, str]:
    return item["metadata"].get("annotations") or {}


def record(  # noqa: PLR0913 - what a revision says, all by name
    api: Api,
    namespace: str,
    app: App,
    known: Iterable[Revision],
    *,
    status: str,
    note: str = "",
    notice: Callable[[str], None],
) -> int | None:
    """Keep an App as the next revision, and drop the oldest ones.

    Return its number; None if it cannot be kept, which a notice tells.
    """
    before = list(known)
    number = before[-1].number + 1 if before else 1
    for item in _secrets(app, number, status, note):
        answer = _kept(api, namespace, item)
        if not answer.is_done:
            notice(f"revision {number} is not kept: {answer.message}")
            return None
    forget(api, namespace, _superfluous([*before], status))
    return number


def _kept(api: Api, namespace: str, item: Manifest) -> Answer:
    """Make a Secret; one that is there may be ours, if an answer was lost."""
    path = RESOURCES["v1", "Secret"].path(namespace)
    answer = api.call("POST", path, body=item)
    if answer.meaning is not Meaning.RACE:
        return answer
    found = api.call("GET", f"{path}/{item['metadata']['name']}")
    is_ours = found.is_done and found.body.get("data") == item["data"]
    return found if is_ours else answer


def _superfluous(before: list[Revision], status: str) -> list[Revision]:
    """Return the oldest revisions, but not the last that worked."""
    old = before[: max(0, len(before) + 1 - _KEPT)]
    good = [item.number for item in before if item.status in {DEPLOYED, APPLIED}]
    is_needed = status == FAILED and good
    return [item for item in old if not (is_needed and item.number == good[-1])]


def forget(
    api: Api, namespace: str, old: Iterable[Revision]
) -> list[tuple[Manifest, Answer]]:
    """Delete revisions; return what became of each of their Secrets."""
    items = [item for revision in old for item in revision.items]
    path = RESOURCES["v1", "Secret"].path(namespace)

    def delete(item: Manifest) -> tuple[Manifest, Answer]:
        metadata = item["metadata"]
        return item, api.delete(f"{path}/{metadata['name']}", metadata["uid"])

    return parallel(delete, items, api.connections)


def _secrets(app: App, number: int, status: str, note: str) -> Iterator[Manifest]:
    text = json.dumps(stored(app), separators=(",", ":")).encode()
    data = gzip.compress(text, mtime=0)
    project = object_name(app.name)
    starts = range(0, len(data), _LARGEST)
    for part, at in enumerate(starts):
        name = f"kompyle.{project}.v{number}" + (f".{part}" if part else "")
        chunk = base64.b64encode(data[at : at + _LARGEST]).decode()
        yield {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": _TYPE,
            "metadata": {
                "name": name,
                "labels": {_PROJECT: project, _NUMBER: str(number)},
                "annotations": {
                    _STATUS: status,
                    _OBJECTS: str(len(app.manifests)),
                    _PART: str(part),
                    _PARTS: str(len(starts)),
                    _NOTE: note,
                },
            },
            "data": {"set": chunk},
        }


def last_good(known: Iterable[Revision]) -> Revision | None:
    """Return the newest revision that is not known to fail."""
    return newest(found for found in known if found.status in {DEPLOYED, APPLIED})


def newest(known: Iterable[Revision]) -> Revision | None:
    """Return the newest revision that can be read."""
    return next((found for found in [*known][::-1] if found.is_readable), None)


def unlisted(namespace: str) -> ClusterError:
    """Say why nobody knows of revisions."""
    fact = f"you may not list Secrets in {namespace}, which hold revisions"
    return ClusterError(fact, Code.REFUSED)


def wanted(api: Api, namespace: str, project: str, number: int | None) -> Revision:
    """Return the revision of that number, or the last good one that is another.

    Raises :class:`ClusterError` if there is none.
    """
    known = revisions(api, namespace, project)
    if known is None:
        raise unlisted(namespace)
    numbers = ", ".join(str(found.number) for found in known) or "there are none"
    if number is None:
        found = last_good(item for item in known if item.data != known[-1].data)
        if found is None:
            fact = f"there is no earlier revision of {project} that worked"
            raise ClusterError(
                f"{fact} in namespace {namespace}: {numbers}", Code.REFUSED
            )
        return found
    for found in known:
        if found.number == number:
            return found
    fact = f"there is no revision {number} of {project} in namespace {namespace}"
    raise ClusterError(f"{fact}: {numbers}", Code.REFUSED)


def merged(before: App | None, now: App) -> App:
    """Add to a part of a project what was applied of the rest of it before."""
    if before is None or now.is_whole:
        return now
    names = {_key(item) for item in now.manifests}
    rest = (item for item in before.manifests if _key(item) not in names)
    parts = {**before.parts, **now.parts}
    manifests = (*now.manifests, *rest)
    return replace(now, manifests=manifests, parts=parts, is_whole=True)


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["kind"], item["metadata"]["name"]
