"""What an answer of the API server means: done, try again, refused, and why."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

Status = Mapping[str, Any]


class Meaning(StrEnum):
    """What to do about an answer."""

    DONE = "done"
    RETRY = "retry"
    CONFLICT = "conflict"
    IMMUTABLE = "immutable"
    INVALID = "invalid"
    DENIED = "denied"
    FORBIDDEN = "forbidden"
    ANONYMOUS = "anonymous"
    EXPIRED = "expired"
    NO_NAMESPACE = "no namespace"
    NOT_FOUND = "not found"
    NOT_SERVED = "not served"
    TERMINATING = "terminating"
    RACE = "race"
    STALE = "stale"
    FAILED = "failed"


UNSETTLED = frozenset((Meaning.RACE, Meaning.RETRY))
"""What asking again later can change: no word against an object."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that another manager owns."""

    field: str
    manager: str


_IMMUTABLE = re.compile(
    r"field is immutable|may not change once set|spec is immutable after creation"
    r"|updates to statefulset spec for fields other than"
)
_SCHEMA_ERROR = re.compile(
    r"failed to create typed patch object|failed to convert new object"
    r"|duplicate entries for key|expected string|field not declared in schema"
)
_TRANSIENT = re.compile(
    r"etcdserver: (?:leader changed|request timed out)|failed calling webhook"
    r"|connection refused|connection reset|context deadline exceeded"
)
_DENIED = re.compile(r"exceeded quota|violates PodSecurity|denied the request")
_BUSY = frozenset((429, 503, 504))
_MANAGER = re.compile(r'conflict with "(?P<name>[^"]*)"')


def meaning(status: int, body: Status | str) -> Meaning:
    """Classify an answer by its HTTP status and what it says."""
    text = str(body.get("message", "")) if isinstance(body, Mapping) else str(body)
    if status < 400:  # noqa: PLR2004 - HTTP's own border
        return Meaning.DONE
    if status in _BUSY:
        return Meaning.RETRY
    rule = _RULES.get(status)
    if rule:
        return rule(text, body)
    if status >= 500:  # noqa: PLR2004
        return _server_error(text)
    return Meaning.INVALID


def _server_error(text: str) -> Meaning:
    """Tell a fault of the object, which stays, from one of the server."""
    if _SCHEMA_ERROR.search(text):
        return Meaning.INVALID
    return Meaning.RETRY if _TRANSIENT.search(text) else Meaning.FAILED


def _unauthorized(_text: str, _body: Status | str) -> Meaning:
    return Meaning.EXPIRED


def _forbidden(text: str, _body: Status | str) -> Meaning:
    if 'User "system:anonymous"' in text:
        return Meaning.ANONYMOUS
    if "because it is being terminated" in text:
        return Meaning.TERMINATING
    return Meaning.DENIED if _DENIED.search(text) else Meaning.FORBIDDEN


def _not_found(text: str, body: Status | str) -> Meaning:
    if isinstance(body, str):
        return Meaning.NOT_SERVED
    return Meaning.NO_NAMESPACE if text.startswith("namespaces ") else Meaning.NOT_FOUND


def _conflict(text: str, body: Status | str) -> Meaning:
    if conflicts(body):
        return Meaning.CONFLICT
    if "on resourcequotas" in text:
        return Meaning.RETRY
    if "object has been modified" in text:
        return Meaning.STALE
    return Meaning.RACE


def _unprocessable(text: str, body: Status | str) -> Meaning:
    told = "\n".join((text, *(cause.get("message", "") for cause in causes(body))))
    return Meaning.IMMUTABLE if _IMMUTABLE.search(told) else Meaning.INVALID


_RULES = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
    409: _conflict,
    422: _unprocessable,
}


def causes(body: Status | str) -> list[Mapping[str, str]]:
    """Return the single complaints of an answer."""
    details = {} if isinstance(body, str) else body.get("details") or {}
    return list(details.get("causes") or ())


def conflicts(body: Status | str) -> list[FieldConflict]:
    """Return the fields of an answer that belong to others."""
    found = []
    for cause in causes(body):
        if cause.get("reason") == "FieldManagerConflict":
            match = _MANAGER.search(cause.get("message", ""))
            manager = match["name"] if match else "another manager"
            found.append(FieldConflict(cause.get("field", ""), manager))
    return found


def parsed(data: bytes, kind: str) -> Status | str:
    """Read the body of an answer by its Content-Type; what is no object is a text.

    >>> parsed(b'{"a": 1}', "application/json"), parsed(b'{"a": 1}', "text/plain")
    ({'a': 1}, '{"a": 1}')
    """
    text = data.decode("utf-8", "replace")
    if "json" not in kind:
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict) else text


def warning(header: str) -> str:
    """Return what a Warning header says: ``299 - "text"``."""
    return header.split(" ", 2)[-1].strip('"').replace('\\"', '"')


def date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except ValueError:
        return None
