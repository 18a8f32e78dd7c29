"""Read a `.env` file: one `KEY=value` after the other, with quotes and variables."""

import re
from collections.abc import Callable, Iterator

from kompyle.compose import template

Lookup = Callable[[str], str | None]

_BYTE_ORDER_MARK = "\ufeff"
_BLANK = r"\t\v\f\r \x85\xa0"
_BLANKS_AND_COMMENTS = re.compile(r"(?:\s+|#[^\n]*)*+")
_KEY = re.compile(rf"(?:export[{_BLANK}]+)?(?P<key>[\w.\-\[\]{_BLANK}]*+)")
_SEPARATOR = re.compile(rf"(?:(?P<sign>[=:])|\n|\Z)[{_BLANK}]*")
_QUOTED = re.compile(
    r"""'(?P<single>[^'\\]*+(?:\\.[^'\\]*+)*+)'"""
    r'''|"(?P<double>[^"\\]*+(?:\\.[^"\\]*+)*+)"''',
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(0[0-9]{0,3}|.)", re.DOTALL)
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    '"': '"',
    "\\": "\\",
    "$": "$$",  # how a template spells a plain dollar sign
}
_OCTAL = re.compile(r"0([0-3][0-7]{2})")


class DotenvError(ValueError):
    """A statement that cannot be read."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.fact = message


def parse(
    text: str,
    lookup: Lookup,
    unset: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Read all values; `lookup` answers first, then the values read so far."""
    values: dict[str, str] = {}

    def known(name: str) -> str | None:
        value = lookup(name)
        return values.get(name) if value is None else value

    for start, key, value in _statements(text.removeprefix(_BYTE_ORDER_MARK)):
        if value is None:
            inherited = lookup(key)
            values |= {} if inherited is None else {key: inherited}
            continue
        try:
            values[key] = template.substitute(value, known, unset)
        except ValueError as error:
            raise DotenvError(_line(text, start), str(error)) from None
    return values


def parse_raw(text: str, lookup: Lookup) -> dict[str, str]:
    """Read lines as `docker run --env-file` does: all that follows `=` is the value."""
    values: dict[str, str] = {}
    lines = text.removeprefix(_BYTE_ORDER_MARK).split("\n")
    for number, line in enumerate(lines, start=1):
        statement = line.removesuffix("\r").lstrip(" \t")
        if not statement or statement.startswith("#"):
            continue
        key, sign, value = statement.partition("=")
        _check_raw_key(key, number)
        found = value if sign else lookup(key)
        if found is not None:
            values[key] = found
    return values


def _check_raw_key(key: str, line: int) -> None:
    if not key:
        raise DotenvError(line, "there is no name before the =; write NAME=value")
    if " " in key or "\t" in key:
        raise DotenvError(line, "the name has a blank; write NAME=value")


def _statements(text: str) -> Iterator[tuple[int, str, str | None]]:
    """List offset, key and value, which may hold variables; None if there is no `=`."""
    position = 0
    while (start := _skip(text, position)) < len(text):
        key, separator = _key(text, start)
        position = separator.end()
        value = None
        if separator["sign"]:
            value, position = _value(text, position)
        yield start, key, value


def _skip(text: str, position: int) -> int:
    blanks = _BLANKS_AND_COMMENTS.match(text, position)
    return blanks.end() if blanks else position


def _key(text: str, start: int) -> tuple[str, re.Match[str]]:
    found = _KEY.match(text, start)
    end = found.end() if found else start
    separator = _SEPARATOR.match(text, end)
    if found is None or separator is None:
        fact = f"the character {text[end]!r} cannot be part of a name"
        raise DotenvError(_line(text, start), f"{fact}; write NAME=value")
    key = found["key"].rstrip()
    if " " in key:
        # Not shown: it may be the second line of a secret that lacks its quotes.
        fact = "the name has a blank"
        raise DotenvError(_line(text, start), f"{fact}; write NAME=value")
    return key, separator


def _value(text: str, start: int) -> tuple[str, int]:
    if text.startswith(("'", '"'), start):
        return _quoted_value(text, start)
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    value, _, _comment = text[start:end].partition(" #")
    return value.rstrip(), end


def _quoted_value(text: str, start: int) -> tuple[str, int]:
    quoted = _QUOTED.match(text, start)
    if quoted is None:
        fact = f"the value that begins with {text[start]} does not end"
        way_out = f"add {text[start]} after its last character"
        raise DotenvError(_line(text, start), f"{fact}; {way_out}")
    double = quoted["double"]
    if double is not None:
        return _ESCAPE.sub(_unescaped, double), quoted.end()
    # `$$` is a plain dollar sign to the template, which must not touch this value.
    value = _ESCAPE.sub(_unescaped_single, quoted["single"])
    return value.replace("$", "$$"), quoted.end()


def _unescaped(escape: re.Match[str]) -> str:
    if octal := _OCTAL.fullmatch(escape[1]):
        return chr(int(octal[1], base=8))
    return _ESCAPES.get(escape[1], escape[0])


def _unescaped_single(escape: re.Match[str]) -> str:
    return "'" if escape[1] == "'" else escape[0]


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
