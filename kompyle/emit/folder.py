"""Put the files of a folder in place: all of them or none; the rest stays whole.

A folder remembers in ``.kompyle`` which files are whose project's, so that a later run
can replace and remove its own, and no others.
"""

import json
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from kompyle.emit.place import (
    create,
    holds,
    in_the_way,
    is_ours,
    made,
    unmade,
    unwritable,
)
from kompyle.errors import EmitError

INDEX = ".kompyle"
Index = Mapping[str, frozenset[str]]
"""The names of files by project."""


def write_folder(
    folder: Path, project: str, files: Mapping[str, str], *, force: bool = False
) -> list[str]:
    """Write *files* into *folder* and remove those of an earlier run; return names."""
    try:
        if not folder.exists():
            _make(folder, {**files, INDEX: _text({}, project, files)})
            return sorted(files)
        index = _index(folder, force=force)
        present = set(os.listdir(folder))
        wanted = {**files, INDEX: _text(index, project, files)}
        changed = {
            name: text
            for name, text in wanted.items()
            if name not in present or not holds(f"{folder}/{name}", text)
        }
        in_the_way = (changed.keys() & present) - {INDEX}
        _check_way(folder, project, in_the_way, force=force)
        mine = index.get(project, frozenset())
        left = (mine - files.keys()) & present
        stale = [name for name in sorted(left) if is_ours(folder / name, project)]
        if changed or stale:
            _put(folder, changed, stale)
    except OSError as error:
        raise EmitError(unwritable(folder, error)) from error
    return sorted(files)


def _check_way(
    folder: Path, project: str, names: Collection[str], *, force: bool
) -> None:
    """Refuse to replace what others made; what is no file is not even forced away."""
    others = [name for name in names if not os.path.isfile(f"{folder}/{name}")]
    if others:
        fact = "is no file; expected one, or nothing there"
        raise EmitError(f"{folder}/{min(others)} {fact}")
    strangers = [name for name in names if not is_ours(folder / name, project)]
    if strangers and not force:
        more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
        raise EmitError(in_the_way(f"{folder / min(strangers)}{more}"))


def _make(folder: Path, files: Mapping[str, str]) -> None:
    """Make a new folder aside, so that it is there with all its files or not at all."""
    parents = made(folder.parent)
    aside = folder.parent / f".{folder.name}-{os.urandom(4).hex()}"
    try:
        aside.mkdir()
        for name, text in files.items():
            create(f"{aside}/{name}", text)
        aside.rename(folder)
    except BaseException:
        _remove(aside, files)
        unmade(parents)
        raise


def _put(folder: Path, files: Mapping[str, str], stale: Iterable[str]) -> None:
    """Make everything aside, then exchange it; afterwards nothing is left aside."""
    aside = folder / f"{INDEX}-{os.urandom(4).hex()}"
    try:
        (aside / "before").mkdir(parents=True)
        for name, text in files.items():
            create(f"{aside}/{name}", text)
        _swap(folder, aside, [*stale, *files])
    except BaseException:
        _remove(aside, files)
        raise
    replaced = [f"before/{name}" for name in (*stale, *files)]
    try:
        _remove(aside, replaced)
    except KeyboardInterrupt:
        _remove(aside, replaced)
        raise


def _swap(folder: Path, aside: Path, names: Iterable[str]) -> None:
    """Exchange files by renaming alone, which needs no room; undo it on failure."""
    new = set(os.listdir(aside))
    begun: list[str] = []
    try:
        for name in names:
            begun.append(name)
            with suppress(FileNotFoundError):
                os.rename(f"{folder}/{name}", f"{aside}/before/{name}")
            with suppress(FileNotFoundError):
                os.rename(f"{aside}/{name}", f"{folder}/{name}")
    except BaseException:
        for name in begun:
            _restore(folder, aside, name, is_new=name in new)
        raise


def _restore(folder: Path, aside: Path, name: str, *, is_new: bool) -> None:
    """Bring back what was there; only what is still aside has not been put in place."""
    is_in_place = is_new and not os.path.lexists(f"{aside}/{name}")
    if os.path.lexists(f"{aside}/before/{name}"):
        os.replace(f"{aside}/before/{name}", f"{folder}/{name}")
    elif is_in_place:
        with suppress(FileNotFoundError):
            os.unlink(f"{folder}/{name}")


def _remove(aside: Path, names: Iterable[str]) -> None:
    """Clear what was aside; whatever could not be restored stays there."""
    for name in names:
        with suppress(OSError):
            os.unlink(f"{aside}/{name}")
    for folder in (aside / "before", aside):
        with suppress(OSError):
            folder.rmdir()


def _text(index: Index, project: str, files: Iterable[str]) -> str:
    """Write down whose the files are; one that was taken over changes hands."""
    taken = frozenset(files)
    others = {name: names - taken for name, names in index.items()}
    listed = {
        name: sorted(names) for name, names in (others | {project: taken}).items()
    }
    known = {name: names for name, names in sorted(listed.items()) if names}
    return json.dumps({"format": 1, "projects": known}, indent=2) + "\n"


def _index(folder: Path, *, force: bool) -> Index:
    path = folder / INDEX
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return {
            str(project): frozenset(name for name in names if _is_plain(name))
            for project, names in found["projects"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if force and path.is_file():
            return {}
        way_out = ", or use --force" if path.is_file() else ""
        raise EmitError(f"{path} is damaged; delete it{way_out}") from error


def _is_plain(name: str) -> bool:
    """Whether it is the name of a file in this very folder, and not the index."""
    return os.path.basename(name) == name and name not in ("", ".", "..", INDEX)
