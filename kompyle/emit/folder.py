"""Put files in place: all of them or none; what was there before stays whole.

This is the one place that writes files.  A folder remembers in ``.kompyle`` which
files are ours, so that a later run can replace and remove them, and no others.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kompyle.errors import EmitError

INDEX = ".kompyle"
_MARK = "app.kubernetes.io/managed-by"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_FEW = 3


@dataclass(frozen=True, slots=True)
class _Index:
    project: str
    files: frozenset[str]


def write_folder(
    folder: Path, project: str, files: Mapping[str, str], *, force: bool = False
) -> list[str]:
    """Write *files* into *folder* and remove those of an earlier run; return names."""
    try:
        index = _index(folder)
        present = set(os.listdir(folder)) if folder.exists() else set()
        strangers = (files.keys() & present) - index.files
        if strangers and not force:
            raise EmitError(_in_the_way(folder, strangers))
        wanted = _with_index(files, project)
        changed = {
            name: text
            for name, text in wanted.items()
            if name not in present or not _holds(folder / name, text)
        }
        stale = (index.files - files.keys()) & present
        if changed or stale:
            _put(folder, changed, stale)
    except OSError as error:
        raise EmitError(_failed(folder, error)) from error
    return sorted(files)


def write_file(path: Path, text: str, *, force: bool = False) -> None:
    """Write one file of objects; one that is not ours stays, unless *force*."""
    try:
        if path.is_dir():
            raise EmitError(f"{path} is a folder; expected the name of a file")
        if not force and path.exists() and _MARK not in _head(path):
            raise EmitError(_in_the_way(path.parent, [path.name]))
        replace_file(path, text)
    except OSError as error:
        raise EmitError(_failed(path, error)) from error


def replace_file(path: Path, text: str) -> None:
    """Write a file aside and move it in place, so that nobody sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.parent / f".{path.name}.{os.getpid()}"
    try:
        _create(str(aside), text)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _put(folder: Path, files: Mapping[str, str], stale: Iterable[str]) -> None:
    """Make everything aside, then move it in place, and undo that if it fails."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".kompyle-{os.getpid()}"
    try:
        aside.mkdir()
        for name, text in files.items():
            _create(f"{aside}/{name}", text)
        _swap(folder, aside, files, stale)
    except BaseException:
        _remove(aside)
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    _remove(aside)


def _swap(
    folder: Path, aside: Path, files: Iterable[str], stale: Iterable[str]
) -> None:
    """Exchange files by renaming alone, which needs no room; undo it on failure."""
    before = aside / "before"
    before.mkdir()
    moved: list[str] = []
    made: list[str] = []
    try:
        for name in [*files, *stale]:
            with suppress(FileNotFoundError):
                os.rename(f"{folder}/{name}", f"{before}/{name}")
                moved.append(name)
        for name in files:
            os.rename(f"{aside}/{name}", f"{folder}/{name}")
            made.append(name)
    except BaseException:
        for name in made:
            os.unlink(f"{folder}/{name}")
        for name in moved:
            os.rename(f"{before}/{name}", f"{folder}/{name}")
        raise


def _create(path: str, text: str) -> None:
    data = text.encode()
    handle = os.open(path, _NEW, 0o666)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def _remove(aside: Path) -> None:
    import shutil  # noqa: PLC0415 - 10 ms that most commands need not pay

    shutil.rmtree(aside, ignore_errors=True)


def _holds(path: Path, text: str) -> bool:
    with open(path, "rb") as file:
        return file.read() == text.encode()


def _with_index(files: Mapping[str, str], project: str) -> dict[str, str]:
    listed = {"project": project, "files": sorted(files)}
    return {**files, INDEX: json.dumps(listed, indent=2) + "\n"}


def _index(folder: Path) -> _Index:
    try:
        found = json.loads((folder / INDEX).read_text("utf-8"))
        names = frozenset(name for name in found["files"] if "/" not in name)
        return _Index(found["project"], names)
    except FileNotFoundError:
        return _Index("", frozenset())
    except (ValueError, KeyError, TypeError) as error:
        message = f"{folder / INDEX} is damaged; delete it, or use --force"
        raise EmitError(message) from error


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(65536).decode("utf-8", "replace")


def _in_the_way(folder: Path, names: Iterable[str]) -> str:
    found = sorted(names)
    listed = ", ".join(found[:_FEW]) + (", …" if len(found) > _FEW else "")
    return (
        f"{folder} holds {listed}, which Kompyle did not write; nothing is written. "
        "Choose another place with -o, or use --force"
    )


def _failed(path: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"cannot write to {path}: {reason}; what was there before is untouched"
