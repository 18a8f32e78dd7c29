"""Say in plain words what libyaml found wrong with a file, and where."""

import re

import yaml

from kompyle.diagnostics import Diagnostic, Position, Severity

_TOLD: tuple[tuple[str, str, str | None], ...] = (
    (
        "mapping values are not allowed in this context",
        "a colon where no key can stand",
        "Put the value in quotes, or check the indentation of this line.",
    ),
    (
        "did not find expected key",
        "no key begins here, and the value before it has ended",
        "Put the whole value in quotes, or check the indentation.",
    ),
    (
        "could not find expected ':'",
        "a key without its colon",
        "Write `key: value`; a text of several lines needs quotes or `|`.",
    ),
    (
        "did not find expected '-' indicator",
        "a list item without its dash",
        "Begin it with `- `, or check its indentation.",
    ),
    (
        "found unexpected end of stream",
        "the file ends inside quotes or brackets",
        "Close what was opened there.",
    ),
    (
        "control characters are not allowed",
        "a control character, which YAML does not allow",
        "Save the file as text; write the character as an escape in double quotes.",
    ),
    (
        "found character that cannot start any token",
        "a character that cannot begin a value",
        "Put the value in quotes.",
    ),
)
"""Part of libyaml's message, our words, the way out."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BLANK = re.compile(r"[ ]*(?:#.*|-{3}.*)?")


def diagnostic(error: yaml.YAMLError, file: str, text: str) -> Diagnostic:
    """Turn libyaml's complaint about *file* into ours."""
    problem, position = _located(error, file, text)
    lines = _BREAK.split(text)[: position.line]
    if _begins_with_tab(problem, position, lines):
        fact = "a tab where YAML wants spaces"
        return _error(fact, position, "Indent with spaces.")
    way_out = _indentation(problem, position, lines)
    if way_out and "expected key" in problem:
        fact = "this line fits neither the map above it nor the one around it"
        return _error(fact, position, way_out)
    for part, fact, otherwise in _TOLD:
        if part in problem:
            return _error(fact, position, way_out or otherwise)
    return _error(problem, position, None)


def _located(error: yaml.YAMLError, file: str, text: str) -> tuple[str, Position]:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        # libyaml quotes the character, PyYAML's own scanner after the word.
        problem = re.sub(r"found character .* that", "found character that", problem)
        if mark:
            return problem, Position(file, mark.line + 1, mark.column + 1)
        return problem, Position(file, 1, 1)
    found = _CONTROL.search(text)
    before = _BREAK.split(text[: found.start() if found else 0])
    place = Position(file, len(before), len(before[-1]) + 1)
    return getattr(error, "reason", None) or str(error), place


def _begins_with_tab(problem: str, position: Position, lines: list[str]) -> bool:
    line = lines[-1] if len(lines) == position.line else ""
    is_tab = line[position.column - 1 : position.column] == "\t"
    return is_tab and "cannot start any token" in problem


def _indentation(problem: str, position: Position, lines: list[str]) -> str | None:
    """Compare the indentation of the line with that of the lines around it."""
    if len(lines) < position.line:
        return None
    here = _indent(lines[-1])
    above = [_indent(line) for line in lines[:-1] if not _BLANK.fullmatch(line)]
    is_at_start = position.column == here + 1
    if "expected key" in problem and is_at_start and here not in above:
        inner = min((found for found in above if found > here), default=None)
        outer = max((found for found in above if found < here), default=None)
        wanted = " or ".join(str(n) for n in (outer, inner) if n is not None)
        return f"Line {position.line} is indented by {here}; expected {wanted}."
    is_deeper = bool(above) and here > above[-1]
    if "mapping values" in problem and is_deeper and lines[-1].count(": ") <= 1:
        fact = f"Line {position.line} is indented by {here}, the one above it by"
        return f"{fact} {above[-1]}: indent both alike."
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _error(fact: str, position: Position, way_out: str | None) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "yaml-syntax", (), fact, position, way_out)
