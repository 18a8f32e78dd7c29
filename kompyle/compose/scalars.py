"""What a plain YAML scalar means: the core types of YAML 1.2 and Go's additions.

PyYAML reads YAML 1.1 (``on`` is true, ``22:22`` is 1342); Compose files do not.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from kompyle.compose.source import Scalar, Timestamp

TAG = "tag:yaml.org,2002:"

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{
        f"{sign}.{word}": float("inf")
        for sign in ("", "+")
        for word in ("inf", "Inf", "INF")
    },
    **{f"-.{word}": float("-inf") for word in ("inf", "Inf", "INF")},
    "-0": -0.0,
    "-0.0": -0.0,
}
_NUMERIC_START = frozenset("0123456789+-.")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)"
    r"|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIME = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"(?:(?P<t>[Tt ])(?P<hour>\d\d?):(?P<minute>\d\d?):(?P<second>\d\d?)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?P<zone>Z|[-+]\d\d:\d\d)?)?",
    re.ASCII,
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_INT64 = range(-(2**63), 2**64)
_MOST_DIGITS = 4300
"""Of a decimal number that Python reads; what is longer is a float or a text."""


def resolve(text: str) -> Scalar:
    """Give a plain scalar its type.

    >>> [resolve(text) for text in ("on", "0o17", "1_000", "22:22", "1e3", "~")]
    ['on', 15, 1000, '22:22', 1000.0, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMERIC_START else text


@lru_cache(maxsize=4096)
def _number(text: str) -> Scalar:
    for read in (_timestamp, _integer, _float):
        value = read(text)
        if value is not None:
            return value
    return text


def tagged(text: str, tag: str, *, is_plain: bool) -> Scalar:
    """Give a scalar the type that its tag demands; ValueError when it cannot be.

    Tags of other vocabularies leave the text as it is.
    """
    kind = tag.removeprefix(TAG)
    if kind == "binary":
        return _binary(text)
    if kind not in _ACCEPTS:
        return text
    value = resolve(text) if is_plain or kind != "null" else text
    if kind == "float" and type(value) is int:
        return float(value)
    if not _ACCEPTS[kind](value):
        raise ValueError(f"{text!r} is not of the type that its tag !!{kind} demands")
    return value


_ACCEPTS: dict[str, Callable[[Scalar], bool]] = {
    "int": lambda value: type(value) is int,
    "float": lambda value: type(value) is float,
    "bool": lambda value: type(value) is bool,
    "null": lambda value: value is None,
    "timestamp": lambda value: type(value) is Timestamp,
}


def _binary(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except binascii.Error as error:
        raise ValueError(f"{text!r} is not base64: {error}") from error


def _integer(text: str) -> Scalar:
    match = _INTEGER.fullmatch(text.replace("_", ""))
    if not match:
        return None
    kind = match.lastgroup or "dec"
    if len(match[kind]) > _MOST_DIGITS:
        return None
    value = int(match[kind], _BASES[kind]) * (-1 if match["sign"] == "-" else 1)
    return value if value in _INT64 else None


def _float(text: str) -> Scalar:
    digits = text.replace("_", "")
    if not _FLOAT.fullmatch(digits):
        return None
    value = float(digits)
    return value if value not in (float("inf"), float("-inf")) else None


def _timestamp(text: str) -> Timestamp | None:
    match = _TIME.fullmatch(text)
    if not match or not _is_go_layout(match):
        return None
    try:
        return _stamp(match)
    except ValueError:
        return None


def _is_go_layout(match: re.Match[str]) -> bool:
    """Whether Go has a layout of this form: a ``T`` wants a zone, a blank none."""
    return not match["t"] or (match["t"] == " ") != bool(match["zone"])


def _stamp(match: re.Match[str]) -> Timestamp:
    zone = _offset(match["zone"])
    fields = [
        int(match[part] or 0)
        for part in ("year", "month", "day", "hour", "minute", "second")
    ]
    moment = datetime(*fields, tzinfo=zone)  # type: ignore[misc,arg-type]
    fraction = (match["fraction"] or "").rstrip("0")
    fraction = fraction and f".{fraction}"
    offset = "" if zone is UTC else moment.strftime("%z")
    go_zone = f"{offset} {offset}" if offset else "+0000 UTC"
    day = f"{moment.year:04}-{moment:%m-%d}"
    stamp = Timestamp(f"{day} {moment:%H:%M:%S}{fraction} {go_zone}")
    iso_zone = f"{offset[:3]}:{offset[3:]}" if offset else "Z"
    stamp.rfc3339 = f"{day}T{moment:%H:%M:%S}{fraction}{iso_zone}"
    return stamp


def _offset(zone: str | None) -> timezone:
    if zone in (None, "Z"):
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[4:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)
