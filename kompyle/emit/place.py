"""Write single files: aside first, then in place, so that nobody sees half of one."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kompyle.errors import EmitError
from kompyle.names import label_value

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_HEAD = 65536
_REPORT = re.compile(r'\s*(?:\{\s*"format": \d+,\s*"kompyle": "|$)')
_LABEL = r'"?app\.kubernetes\.io/{}"?: "?{}"?,?\s'


def write_file(path: Path, project: str, text: str, *, force: bool = False) -> None:
    """Write one file of objects; one that is not ours stays, unless *force*."""
    try:
        if path.is_dir():
            raise EmitError(f"{path} is a folder; expected the name of a file")
        if holds(str(path), text):
            return
        if path.is_file() and not force and not is_ours(path, project):
            raise EmitError(in_the_way(str(path)))
        replace_file(path, text)
    except OSError as error:
        raise EmitError(unwritable(path, error)) from error


def replace_file(path: Path, text: str) -> None:
    """Write a file, whatever was there."""
    with replacing(path, text):
        pass


@contextmanager
def replacing(path: Path, text: str) -> Iterator[None]:
    """Write a file aside; put it in place if all goes well in between.

    What is no file, such as a device or a pipe, is written to.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        yield
        with path.open("wb") as special:
            special.write(encoded(text))
        return
    parents = made(path.parent)
    aside = path.parent / f".{path.name}.{os.urandom(4).hex()}"
    try:
        create(str(aside), text)
        yield
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        unmade(parents)
        raise


def create(path: str, text: str) -> None:
    """Write a new file."""
    data = encoded(text)
    handle = os.open(path, _NEW, 0o666)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def encoded(text: str) -> bytes:
    """Return the bytes of a text; Kubernetes reads nothing but UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        found = f"line {line} of the output holds bytes that are no UTF-8 text"
        raise EmitError(f"{found}; look at the values of variables") from error


def made(folder: Path) -> list[Path]:
    """Make a folder with its parents; return those that are new, the deepest first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except BaseException:
        unmade(missing)
        raise
    return missing


def unmade(folders: Iterable[Path]) -> None:
    """Take folders away that are still empty."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def holds(path: str, text: str) -> bool:
    """Whether a file is there that has just this text."""
    data = encoded(text)
    if not os.path.isfile(path):  # noqa: PTH113 - asked of thousands, and a Path is slow
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, len(data) + 1) == data
    finally:
        os.close(handle)


def is_ours(path: Path, project: str) -> bool:
    """Whether a file bears the labels of a project's objects, or nothing at all."""
    if not path.is_file():
        return False
    head = _head(path)
    name = re.escape(label_value(project))
    labels = (("managed-by", "kompyle"), ("part-of", name))
    return not head or all(
        re.search(_LABEL.format(key, value), head) for key, value in labels
    )


def check_report(path: Path) -> None:
    """Refuse to replace a file that is no report of an earlier run."""
    try:
        is_in_the_way = path.is_file() and not _REPORT.match(_head(path))
    except OSError as error:
        raise EmitError(unwritable(path, error)) from error
    if is_in_the_way:
        fact = f"cannot replace {path}, which is no report of Kompyle's"
        raise EmitError(f"{fact}; nothing is written. Name another, or use --force")


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_HEAD).decode("utf-8", "replace")


def in_the_way(what: str) -> str:
    return (
        f"cannot replace {what}, which Kompyle did not write for this project; "
        "nothing is written. Choose another place with -o, or use --force"
    )


def unwritable(path: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"cannot write to {path}: {reason}; what was there before is untouched"
