"""Say in plain words what libyaml found wrong with a file, and where."""

import yaml

from kompyle.diagnostics import Diagnostic, Position, Severity

_TOLD: tuple[tuple[str, str, str | None], ...] = (
    (
        "found character '\\t' that cannot start any token",
        "a tab where YAML wants spaces",
        "Indent with spaces.",
    ),
    (
        "mapping values are not allowed in this context",
        "a colon where no key can stand",
        "Put the value in quotes, or check the indentation of this line.",
    ),
    (
        "did not find expected key",
        "this line fits neither the map above it nor the one around it",
        "Check its indentation, and that of the line before.",
    ),
    (
        "could not find expected ':'",
        "a key without its colon",
        "Write `key: value`; a text of several lines needs quotes or `|`.",
    ),
    ("did not find expected '-' indicator", "a list item without its dash", None),
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
)
"""Part of libyaml's message, our words, the way out."""


def diagnostic(error: yaml.YAMLError, file: str, text: str) -> Diagnostic:
    """Turn libyaml's complaint about *file* into ours."""
    problem, position = _located(error, file)
    for part, fact, way_out in _TOLD:
        if part in problem or (
            part.startswith("found character") and _tab(text, position, problem)
        ):
            return _error(fact, position, way_out)
    return _error(problem, position, None)


def _located(error: yaml.YAMLError, file: str) -> tuple[str, Position]:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        if mark:
            return problem, Position(file, mark.line + 1, mark.column + 1)
        return problem, Position(file, 1, 1)
    return getattr(error, "reason", None) or str(error), Position(file, 1, 1)


def _tab(text: str, position: Position, problem: str) -> bool:
    if "cannot start any token" not in problem:
        return False
    line = text.splitlines()[position.line - 1] if text else ""
    return line[position.column - 1 : position.column] == "\t"


def _error(fact: str, position: Position, way_out: str | None) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "yaml-syntax", (), fact, position, way_out)
