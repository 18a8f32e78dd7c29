"""Read a `.env` file: one `KEY=value` after the other, with quotes and variables."""

import re
from collections.abc import Callable, Iterator, Sequence

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


Problem = tuple[int, str]
"""A line, and what is wrong with it."""


class DotenvError(ValueError):
    """Statements that cannot be read: all of them, each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep what is wrong; the message tells the first of it."""
        line, fact = problems[0]
        super().__init__(f"line {line}: {fact}")
        self.problems = tuple(problems)


class _StatementError(ValueError):
    """One statement cannot be read; reading can go on at offset ``resume``."""

    def __init__(self, start: int, fact: str, resume: int) -> None:
        super().__init__(fact)
        self.start = start
        self.resume = resume


def parse(
    text: str,
    lookup: Lookup,
    unset: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Read all values; `lookup` answers first, then the values read so far."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    text = text.removeprefix(_BYTE_ORDER_MARK)

    def known(name: str) -> str | None:
        value = lookup(name)
        return values.get(name) if value is None else value

    for start, key, value in _statements(text, problems):
        if value is None:
            inherited = lookup(key)
            values |= {} if inherited is None else {key: inherited}
            continue
        try:
            values[key] = template.substitute(value, known, unset)
        except ValueError as error:
            problems.append((_line(text, start), str(error)))
    if problems:
        raise DotenvError(sorted(problems))
    return values


def parse_raw(text: str, lookup: Lookup) -> dict[str, str]:
    """Read lines as `docker run --env-file` does: all that follows `=` is the value."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    lines = text.removeprefix(_BYTE_ORDER_MARK).split("\n")
    for number, line in enumerate(lines, start=1):
        statement = line.removesuffix("\r").lstrip(" \t")
        if not statement or statement.startswith("#"):
            continue
        key, sign, value = statement.partition("=")
        if fact := _fault_of_raw(key):
            problems.append((number, fact))
        found = value if sign else lookup(key)
        if found is not None:
            values[key] = found
    if problems:
        raise DotenvError(problems)
    return values


def _fault_of_raw(key: str) -> str | None:
    if not key:
        return "there is no name before the =; write NAME=value"
    if " " in key or "\t" in key:
        return "the name has a blank; write NAME=value"
    return None


def _statements(
    text: str, problems: list[Problem]
) -> Iterator[tuple[int, str, str | None]]:
    """List offset, key and value, which may hold variables; None if there is no `=`."""
    position = 0
    while (start := _skip(text, position)) < len(text):
        value = None
        try:
            key, separator = _key(text, start)
            position = separator.end()
            if separator["sign"]:
                value, position = _value(text, position)
        except _StatementError as error:
            problems.append((_line(text, error.start), str(error)))
            position = error.resume
            continue
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
        raise _StatementError(start, f"{fact}; write NAME=value", _next(text, end))
    key = found["key"].rstrip()
    if " " in key:
        # Not shown: it may be the second line of a secret that lacks its quotes.
        fact = "the name has a blank"
        raise _StatementError(start, f"{fact}; write NAME=value", _next(text, end))
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
        # Whatever follows may belong to this value: nothing more is said of it.
        raise _StatementError(start, f"{fact}; {way_out}", len(text))
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


def _next(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
