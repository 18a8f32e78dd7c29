"""Replace `$NAME` and `${NAME…}` in a text by the values of variables."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

_NAME = r"[A-Za-z_][A-Za-z0-9_]*+"
_REFERENCE = re.compile(
    r"\$(?:(?P<escaped>\$)"
    rf"|(?P<named>{_NAME})"
    rf"|(?P<brace>\{{)(?:(?P<braced>{_NAME})(?P<operator>\}}|:?[-+?]))?)",
)
# A `{` hides the character after it: in `{}` the brace stays open.
_BRACE = re.compile(r"\{.?|\}")

# `config --variables` does not list what hides deeper than that in defaults.
_LISTED_DEPTH = 50


class TemplateError(ValueError):
    """A `${` that opens nothing Compose knows."""

    def __init__(self, offset: int) -> None:
        """Keep the index of the `$` in the text."""
        super().__init__(
            f"the ${{ at character {offset + 1} is not a variable; write ${{NAME}} or "
            "${NAME:-default}, or $$ for a plain dollar sign",
        )
        self.offset = offset


class MissingVariable(ValueError):  # noqa: N818  reads better than MissingVariableError
    """A variable that the text requires and that has no value."""

    def __init__(self, name: str, message: str) -> None:
        """Keep the variable and what the author of the text says about it."""
        reason = f": {message}" if message else ""
        super().__init__(f"required variable {name} is missing a value{reason}")
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as a text mentions it."""

    name: str
    default: str | None = None
    required: bool = False
    alternate: str | None = None


class _Reference(NamedTuple):
    """One `$…` of a line; the word after its operator is text[start:stop]."""

    end: int
    literal: str = ""
    name: str = ""
    operator: str = ""
    start: int = 0
    stop: int = 0


def _ignore(_name: str) -> None:
    pass


def substitute(
    text: str,
    lookup: Callable[[str], str | None],
    unset: Callable[[str], None] = _ignore,
) -> str:
    """Replace every variable; call `unset` for each one that becomes blank."""
    if "$" not in text:
        return text
    return "\n".join(_substitute_line(line, lookup, unset) for line in _lines(text))


def variables(text: str) -> list[Variable]:
    """List the variables in order of appearance, also those within defaults."""
    if "$" not in text:
        return []
    return [each for line in _lines(text) for each in _line_variables(line)]


class _Line:
    """A line with its braces matched once, so that nested defaults stay cheap."""

    __slots__ = ("_closing", "offset", "text")

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset
        self._closing: dict[int, int] | None = None

    def reference(self, dollar: int, bound: int) -> _Reference:
        """Read what starts at the dollar sign and ends before the bound."""
        match = _REFERENCE.match(self.text, dollar, bound)
        if match is None:
            return _Reference(dollar + 1, literal="$")
        end = match.end()
        if match["escaped"]:
            return _Reference(end, literal="$")
        if match["named"]:
            return _Reference(end, name=match["named"])
        operator = match["operator"]
        if operator == "}":
            return _Reference(end, name=match["braced"])
        closing = self._closing_brace(match.start("brace"), end, bound)
        if operator is None or closing < 0:
            raise TemplateError(self.offset + dollar)
        return _Reference(
            closing + 1,
            name=match["braced"],
            operator=operator,
            start=end,
            stop=closing,
        )

    def _closing_brace(self, opening: int, start: int, bound: int) -> int:
        if self._closing is None:
            self._closing = _matched_braces(self.text)
        closing = self._closing.get(opening, bound)
        # Without a partner, the last brace in sight closes: `${A:-{}}` is `{}`.
        return closing if closing < bound else self.text.rfind("}", start, bound)


def _lines(text: str) -> Iterator[_Line]:
    # No variable spans lines, not even its default.
    offset = 0
    for line in text.split("\n"):
        yield _Line(line, offset)
        offset += len(line) + 1


def _matched_braces(text: str) -> dict[int, int]:
    opened: list[int] = []
    closing: dict[int, int] = {}
    for match in _BRACE.finditer(text):
        if match[0] != "}":
            opened.append(match.start())
        elif opened:
            closing[opened.pop()] = match.start()
    return closing


def _substitute_line(
    line: _Line,
    lookup: Callable[[str], str | None],
    unset: Callable[[str], None],
) -> str:
    parts: list[str] = []
    # The stretches still to be read, the next one last; recursion would be too deep.
    pending = [(0, len(line.text))]
    missing: str | None = None
    while pending:
        position, stop = pending.pop()
        dollar = line.text.find("$", position, stop)
        if dollar < 0:
            parts.append(line.text[position:stop])
            continue
        parts.append(line.text[position:dollar])
        reference = line.reference(dollar, stop)
        pending.append((reference.end, stop))
        value = _value(reference, lookup, unset)
        if value is not None:
            parts.append(value)
            continue
        if "?" in reference.operator:
            # Nothing counts any more but the message.
            missing, parts, pending = reference.name, [], []
        pending.append((reference.start, reference.stop))
    if missing is not None:
        raise MissingVariable(missing, "".join(parts))
    return "".join(parts)


def _value(
    reference: _Reference,
    lookup: Callable[[str], str | None],
    unset: Callable[[str], None],
) -> str | None:
    """Return the text of a reference, or None where its word is to be used."""
    if reference.literal:
        return reference.literal
    value = lookup(reference.name)
    if not reference.operator:
        if value is None:
            unset(reference.name)
        return value or ""
    has_value = bool(value) if reference.operator[0] == ":" else value is not None
    uses_word = has_value == (reference.operator[-1] == "+")
    return None if uses_word else value or ""


def _line_variables(line: _Line) -> Iterator[Variable]:
    pending = [(0, len(line.text), 0)]
    while pending:
        position, stop, depth = pending.pop()
        dollar = line.text.find("$", position, stop)
        if dollar < 0:
            continue
        reference = line.reference(dollar, stop)
        pending.append((reference.end, stop, depth))
        if reference.literal:
            continue
        yield _variable(reference, line.text[reference.start : reference.stop])
        if depth < _LISTED_DEPTH:
            pending.append((reference.start, reference.stop, depth + 1))


def _variable(reference: _Reference, word: str) -> Variable:
    match reference.operator[-1:]:
        case "-":
            return Variable(reference.name, default=word)
        case "+":
            return Variable(reference.name, alternate=word)
        case operator:
            return Variable(reference.name, required=operator == "?")
