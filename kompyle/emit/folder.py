"""Put files in place: all of them or none; what was there before stays whole.

This is one of the two places that write files.  A folder remembers in ``.kompyle``
which files are ours, so that a later run can replace and remove them, and no others.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kompyle.errors import EmitError

INDEX = ".kompyle"
_MARK = "app.kubernetes.io/managed-by"


@dataclass(frozen=True, slots=True)
class _Index:
    project: str
    files: frozenset[str]


def write_folder(
    folder: Path, project: str, files: Mapping[str, str], *, force: bool = False
) -> list[str]:
    """Write *files* into *folder* and remove those of an earlier run; return names."""
    try:
        old = _index(folder)
        strangers = [
            name for name in files if name not in old.files and (folder / name).exists()
        ]
        if strangers and not force:
            raise EmitError(_in_the_way(folder, strangers))
        _put(folder, _with_index(files, project), old.files - files.keys())
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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(_mode())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _put(folder: Path, files: Mapping[str, str], stale: Iterable[str]) -> None:
    """Make everything aside, then move it in place, and undo that if it fails."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder, prefix=".kompyle-new-"))
    try:
        for name, text in files.items():
            (aside / name).write_text(text, "utf-8", newline="\n")
        _swap(folder, aside, files, stale)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _swap(
    folder: Path, aside: Path, files: Iterable[str], stale: Iterable[str]
) -> None:
    before = aside / "before"
    before.mkdir()
    names = list(files)
    moved: list[str] = []
    try:
        for name in [*names, *stale]:
            if (folder / name).exists():
                (folder / name).replace(before / name)
                moved.append(name)
        for name in names:
            (aside / name).replace(folder / name)
    except BaseException:
        for name in moved:
            (before / name).replace(folder / name)
        for name in set(names) - set(moved):
            (folder / name).unlink(missing_ok=True)
        raise


def _with_index(files: Mapping[str, str], project: str) -> dict[str, str]:
    listed = {"project": project, "files": sorted(files)}
    return {**files, INDEX: json.dumps(listed, indent=2) + "\n"}


def _index(folder: Path) -> _Index:
    try:
        found = json.loads((folder / INDEX).read_text("utf-8"))
        names = [name for name in found["files"] if os.path.basename(name) == name]  # noqa: PTH119
        return _Index(found["project"], frozenset(names))
    except FileNotFoundError:
        return _Index("", frozenset())
    except (ValueError, KeyError, TypeError) as error:
        raise EmitError(
            f"{folder / INDEX} is damaged; delete it, or use --force"
        ) from error


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(65536).decode("utf-8", "replace")


def _in_the_way(folder: Path, names: list[str]) -> str:
    listed = ", ".join(sorted(names)[:3]) + (", …" if len(names) > 3 else "")  # noqa: PLR2004
    return (
        f"{folder} holds {listed}, which Kompyle did not write; nothing is written. "
        "Choose another place with -o, or use --force"
    )


def _failed(path: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"cannot write to {path}: {reason}; what was there before is untouched"


def _mode() -> int:
    """Return what a new file's mode would be; temporary files are private."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
