"""Read the files of a project, each once, within bounds."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from kompyle.compose import composer
from kompyle.compose.composer import Document
from kompyle.diagnostics import Position, Report

MAX_BYTES = 16 * 1024 * 1024
"""Of one Compose or environment file; 10,000 services need a fifth of it."""


class UnreadableError(Exception):
    """A file cannot be read; the message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one run: their texts, and their names as the user knows them.

    Relative paths start at ``root``; users know files by their way from ``folder``.
    """

    folder: str
    root: str = ""
    stdin: Callable[[], bytes] = lambda: sys.stdin.buffer.read(MAX_BYTES + 1)
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
                place = Position(shown, 1, 1)
                report.error("unreadable-file", (), str(error), place)
                found = []
            self._documents[path] = found
        return self._documents[path]

    def shown(self, path: str) -> str:
        """Name a file as the user would: relative where that is shorter."""
        if path == "-":
            return "<stdin>"
        inside = self.folder.rstrip("/") + "/"
        return path.removeprefix(inside)

    def exists(self, path: str) -> bool:
        return path == "-" or os.path.exists(self._place(path))  # noqa: PTH110

    def is_file(self, path: str) -> bool:
        return os.path.isfile(self._place(path))  # noqa: PTH113

    def _place(self, path: str) -> str:
        return os.path.join(self.root, path)  # noqa: PTH118

    def _bytes(self, path: str) -> bytes:
        data = self.stdin() if path == "-" else _read(self._place(path))
        if len(data) > MAX_BYTES:
            limit = MAX_BYTES // 1024 // 1024
            raise UnreadableError(f"the file is larger than {limit} MiB")
        return data


def _read(path: str) -> bytes:
    """Read a regular file, or as much of it as shows that it is too large."""
    try:
        if os.path.isdir(path):  # noqa: PTH112 - paths are text here
            raise UnreadableError("it is a folder; expected a file")
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"it cannot be read: {reason.lower()}") from error


def _decoded(data: bytes) -> str:
    is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fact = f"it is not UTF-8 text: byte {error.start}, on line {line}"
        raise UnreadableError(fact) from error
