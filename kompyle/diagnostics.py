"""What Kompyle has to say about a Compose project: collected, never printed here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from kompyle.keypath import KeyPath, render


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Position(NamedTuple):
    """A place in a file; lines and columns count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.  ``code`` is stable and has a section in docs/diagnostics.md."""

    severity: Severity
    code: str
    path: KeyPath
    message: str
    position: Position | None = None
    help: str | None = None

    def __str__(self) -> str:
        place = f"{self.position}: " if self.position else ""
        path = f"{render(self.path)}: " if self.path else ""
        return f"{place}{self.severity}[{self.code}]: {path}{self.message}"


_MASK = "***"
_SHORTEST = 4
"""Letters of a secret; shorter values are words like any other."""

_TELLING = 8
"""Letters that betray a longer secret of which only the beginning is quoted."""


@dataclass(slots=True)
class Report:
    """The diagnostics of one run, in the order they were found.

    One fault can disturb several passes; only the first error of a place (its path
    and position) is kept.  Secret values that were hidden are in no message.
    """

    _found: list[Diagnostic] = field(default_factory=list)
    _hidden: dict[str, re.Pattern[str]] = field(default_factory=dict)
    _told: set[tuple[object, ...]] = field(default_factory=set)
    _faulty: set[tuple[KeyPath, Position | None]] = field(default_factory=set)
    _with_faults: set[KeyPath] = field(default_factory=set)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def hide(self, secret: str) -> None:
        """Keep *secret* out of all that is said from now on."""
        if len(secret) >= _SHORTEST and secret not in self._hidden:
            self._hidden[secret] = _pattern(secret)

    @property
    def hidden(self) -> frozenset[str]:
        """The secrets that are kept out of what is said."""
        return frozenset(self._hidden)

    def masked(self, text: str) -> str:
        """Return *text* without the secrets in it."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = self._hidden[secret].sub(_MASK, text)
        return text

    def masked_path(self, path: KeyPath) -> KeyPath:
        """Return *path*, with names that are secrets masked."""
        if not self._hidden:
            return path
        return tuple(
            step if isinstance(step, int) else self.masked(step) for step in path
        )

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic.severity is Severity.ERROR and self._is_known(diagnostic):
            return
        if self._hidden:
            way_out = diagnostic.help and self.masked(diagnostic.help)
            diagnostic = replace(
                diagnostic,
                path=self.masked_path(diagnostic.path),
                message=self.masked(diagnostic.message),
                help=way_out,
            )
        self._found.append(diagnostic)

    def _is_known(self, error: Diagnostic) -> bool:
        """Note an error; services that extend or merge can share a fault."""
        path, place = error.path, error.position
        names = [step for step in path if isinstance(step, str)]
        told = (place, *names[-1:]) if place else path
        self._faulty.add((path, place))
        self._with_faults.update(path[:end] for end in range(len(path) + 1))
        if told in self._told:
            return True
        self._told.add(told)
        return False

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.add(diagnostic)

    def error(
        self,
        code: str,
        path: KeyPath,
        message: str,
        position: Position | None = None,
        *,
        help: str | None = None,  # noqa: A002 - the word users see
    ) -> None:
        self.add(Diagnostic(Severity.ERROR, code, path, message, position, help))

    def warning(
        self,
        code: str,
        path: KeyPath,
        message: str,
        position: Position | None = None,
        *,
        help: str | None = None,  # noqa: A002
    ) -> None:
        self.add(Diagnostic(Severity.WARNING, code, path, message, position, help))

    def note(
        self,
        code: str,
        path: KeyPath,
        message: str,
        position: Position | None = None,
        *,
        help: str | None = None,  # noqa: A002
    ) -> None:
        self.add(Diagnostic(Severity.NOTE, code, path, message, position, help))

    def of(self, severity: Severity) -> list[Diagnostic]:
        return [found for found in self._found if found.severity is severity]

    @property
    def has_errors(self) -> bool:
        return any(found.severity is Severity.ERROR for found in self._found)

    def has_error_at(self, path: KeyPath) -> bool:
        """Whether an error was found at *path* or below it."""
        return path in self._with_faults

    def faulty_keys(self, path: KeyPath) -> set[str]:
        """Return the keys directly below *path* that have an error."""
        depth = len(path)
        places = (place for place, _ in self._faulty if place[:depth] == path)
        return {str(place[depth]) for place in places if len(place) > depth}

    def sorted(self) -> list[Diagnostic]:
        """Return the diagnostics in the order of the files' lines."""
        return in_order(self._found)


def _pattern(secret: str) -> re.Pattern[str]:
    """Find a secret as it is, quoted as Python does, or cut off."""
    spellings = {secret, repr(secret)[1:-1]}
    forms = [
        re.escape(text[:_TELLING]) + r"[^\s'\"]*" * (len(text) > _TELLING)
        for text in spellings
    ]
    whole = [re.escape(text) for text in spellings]
    return re.compile("|".join([*whole, *forms]), re.IGNORECASE)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, in the order in which they are first spoken of, and by line."""
    listed = list(diagnostics)
    placed = (found.position for found in listed if found.position)
    names = dict.fromkeys(position.file for position in placed)
    files = {name: rank for rank, name in enumerate(names)}
    return sorted(listed, key=lambda found: _rank(found, files))


def _rank(found: Diagnostic, files: dict[str, int]) -> tuple[int, int, int]:
    if not found.position:
        return (-1, 0, 0)
    return (files[found.position.file], found.position.line, found.position.column)
