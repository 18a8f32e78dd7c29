"""Read the user's own files that a project mounts: bounded, and never followed blindly.

This is one of the two places that read files; the mapping gets values.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LARGEST = 1024 * 1024
"""Bytes of a file or folder that can become a ConfigMap or Secret."""

MOST_FILES = 1000


_USUAL_MODES = {0o664: 0o644, 0o775: 0o755}
"""What a checkout makes of two modes where a group of one's own is the custom."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file with its permissions, and the numbers of its owner and group."""

    data: bytes
    mode: int = 0o644
    user: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder's files by relative path; what is no file stands in ``skipped``.

    So do empty folders, as ``logs/``: no volume of files can have them.
    """

    files: Mapping[str, LocalFile] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TooLarge:
    """More is there than a ConfigMap can hold; ``fact`` says in what way."""

    fact: str
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing is there."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something is there that cannot be copied; ``reason`` says why."""

    reason: str


Local = LocalFile | LocalFolder | TooLarge | Absent | Unusable


def local_files(paths: Iterable[str]) -> dict[str, Local]:
    """Look at each path once."""
    return {path: _local(path) for path in dict.fromkeys(paths)}


def _local(path: str) -> Local:
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            return _folder(path)
        if stat.S_ISREG(kind):
            return _file(path, LARGEST) or TooLarge(_fact("file"), is_file=True)
    except FileNotFoundError:
        return Absent()
    except (OSError, ValueError) as error:
        return Unusable(_reason(error, path))
    return Unusable(_special(kind))


def _reason(error: OSError | ValueError, path: str) -> str:
    """Say what is wrong with a path, or with which of the files below it."""
    text = (getattr(error, "strerror", None) or str(error)).lower()
    place = getattr(error, "filename", None) or path
    return text if place == path else f"{os.path.relpath(place, path)}: {text}"


def _special(kind: int) -> str:
    if stat.S_ISSOCK(kind):
        return "it is a socket"
    return "it is a pipe" if stat.S_ISFIFO(kind) else "it is a device"


def _fact(what: str) -> str:
    return f"the {what} is larger than the 1 MiB of a ConfigMap"


def _file(path: str, limit: int) -> LocalFile | None:
    """Read a regular file; None when it is larger than *limit* bytes."""
    with Path(path).open("rb") as file:
        data = file.read(limit + 1)
        found = os.fstat(file.fileno())
    if len(data) > limit:
        return None
    mode = found.st_mode & 0o777
    return LocalFile(data, _USUAL_MODES.get(mode, mode), found.st_uid, found.st_gid)


def _folder(path: str) -> LocalFolder | TooLarge | Unusable:
    files: dict[str, LocalFile] = {}
    skipped: list[str] = []
    left = LARGEST
    for name, full, is_file in _walk(path):
        if not is_file:
            skipped.append(name)
            continue
        try:
            found = _file(full, left)
        except OSError as error:
            return Unusable(f"{name}: {_reason(error, full)}")
        if len(files) >= MOST_FILES:
            return TooLarge(f"the folder has more than {MOST_FILES} files")
        if found is None:
            return TooLarge(_fact("folder"))
        files[name] = found
        left -= len(found.data)
    return LocalFolder(files, tuple(skipped))


def _walk(folder: str) -> Iterator[tuple[str, str, bool]]:
    """Yield relative path, full path and whether it is a regular file of it, sorted.

    A link to a folder is none: what is there may lie anywhere, or lead back here.  Nor
    is a link that leads out: a container sees it lead to files of its own, or nowhere.
    """
    inside = os.path.join(os.path.realpath(folder), "")
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(root, name))]
        if not names and not folders and root != folder:
            yield f"{os.path.relpath(root, folder)}/", root, False
        for name in sorted((*names, *links)):
            full = os.path.join(root, name)
            is_file = os.path.isfile(full) and (
                not os.path.islink(full) or os.path.realpath(full).startswith(inside)
            )
            yield os.path.relpath(full, folder), full, is_file


def _raise(error: OSError) -> None:
    raise error
