"""Read the files of a project, each once, within bounds."""

import os
import select
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from kompyle.compose import composer
from kompyle.compose.composer import Document
from kompyle.diagnostics import Position, Report

MAX_BYTES = 16 * 1024 * 1024
"""Of one Compose or environment file; 10,000 services need a fifth of it."""

PATIENCE = 5.0
"""Seconds that a pipe may be without anybody who writes to it."""


class UnreadableError(Exception):
    """A file cannot be read; the message goes on after its name: "is a folder"."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        """Keep what is wrong with the file, and where in it."""
        super().__init__(message)
        self.line = line
        self.column = column


class MissingFileError(UnreadableError):
    """There is no such file."""


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise UnreadableError("standard input is closed")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one run: their texts, and their names as the user knows them.

    Relative paths start at ``root``; users know files by their way from ``folder``.
    """

    folder: str
    root: str = ""
    stdin: Callable[[], bytes] = _standard_input
    _texts: dict[str, str] = field(default_factory=dict)
    _documents: dict[str, list[Document]] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """Return the text of the file at *path* (``-`` is standard input)."""
        if path not in self._texts:
            self._texts[path] = _decoded(self._bytes(path))
        return self._texts[path]

    def documents(self, path: str, report: Report) -> list[Document]:
        """Return the YAML documents of a file; none after an error in it."""
        if path not in self._documents:
            shown = self.shown(path)
            try:
                found = composer.documents(self.text(path), shown, report)
            except UnreadableError as error:
                place = Position(shown, error.line, error.column)
                fact = f"the file {shown} {error}"
                report.error("unreadable-file", (), fact, place)
                found = []
            self._documents[path] = found
        return self._documents[path]

    def read(self) -> tuple[str, ...]:
        """Return the paths of the Compose files that were read, in that order."""
        return tuple(self._documents)

    def respelt(self) -> set[Position]:
        """Where scalars stand whose text is not what was written."""
        read = [document for found in self._documents.values() for document in found]
        return {place for document in read for place in document.respelt}

    def shown(self, path: str) -> str:
        """Name a file as the user would: relative where that is shorter."""
        if path == "-":
            return "<stdin>"
        if path == self.folder:
            return "."
        inside = self.folder.rstrip("/") + "/"
        return path.removeprefix(inside)

    def exists(self, path: str) -> bool:
        return path == "-" or os.path.exists(self._place(path))

    def is_file(self, path: str) -> bool:
        return os.path.isfile(self._place(path))

    def _place(self, path: str) -> str:
        return os.path.join(self.root, path)

    def _bytes(self, path: str) -> bytes:
        data = self.stdin() if path == "-" else _read(self._place(path))
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // 1024 // 1024
            raise UnreadableError(f"is larger than {limit} MiB")
        return data


def _read(path: str) -> bytes:
    """Read a file, or as much of it as shows that it is too large."""
    try:
        # A pipe that nobody writes to would otherwise block in open().
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            kind = os.fstat(opened).st_mode
            if stat.S_ISDIR(kind):
                raise UnreadableError("is a folder; expected a file")
            return _content(opened, is_slow=not stat.S_ISREG(kind))
        finally:
            os.close(opened)
    except FileNotFoundError:
        raise MissingFileError("does not exist") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"cannot be read: {reason.lower()}") from error


def _content(opened: int, *, is_slow: bool) -> bytes:
    """Read to the end or to the limit; a pipe may take its time if it has a writer."""
    parts: list[bytes] = []
    left = MAX_BYTES + 1
    while left:
        is_silent = is_slow and not select.select([opened], [], [], PATIENCE)[0]
        try:
            part = os.read(opened, left)
        except BlockingIOError:
            continue  # somebody has it open, and will say something
        if is_silent and not part:
            raise UnreadableError("is a pipe that nobody writes to")
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _decoded(data: bytes) -> str:
    is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        plain = encoding.removesuffix("-sig")
        before = error.object[: error.start].decode(plain, "ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = f"byte 0x{error.object[error.start]:02x}"
        fact = f"is not {plain.upper()} text: {found} on line {line}"
        raise UnreadableError(fact, line, column) from error
