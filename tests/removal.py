"""Take one key out of a fixture's Compose files, and see what that changes."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kompyle.compose.composer import documents
from kompyle.compose.source import plain
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath, parse, render
from tests.cases import Case

_INDEX = re.compile(r"\[\d+\]")


def compose_files(folder: Path) -> dict[str, Any]:
    """Return the plain data of each Compose file; files to mount do not end so."""
    return {
        path.relative_to(folder).as_posix(): _data(path)
        for path in sorted(folder.rglob("*.yaml"))
        if "expected" not in path.parts
    }


def _data(path: Path) -> Any:  # noqa: ANN401 - ordinary data of any shape
    (document,) = documents(path.read_text("utf-8"), path.name, Report())
    return plain(document.root)


def paths(data: Any, path: KeyPath = ()) -> Iterator[KeyPath]:  # noqa: ANN401
    """Yield every key and item, inner ones too; what is in ``x-*`` is the user's."""
    listed = data.items() if isinstance(data, dict) else enumerate(data)
    for step, value in listed:
        yield (*path, step)
        is_extension = isinstance(step, str) and step.startswith("x-")
        if isinstance(value, dict | list) and not is_extension:
            yield from paths(value, (*path, step))


def without(data: Any, path: KeyPath) -> Any:  # noqa: ANN401
    """Return a copy that lacks one key or item."""
    copied = json.loads(json.dumps(data))
    inner = copied
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copied


def is_ignored(case: Case, path: KeyPath) -> bool:
    """Whether the report says of all that stands at *path* that it means nothing."""
    fates = {
        entry["fate"]
        for entry in case.report["keys"]
        if parse(entry["path"])[: len(path)] == path
    }
    return fates == {"ignored"}


def is_meant(case: Case, fewer: Case, path: KeyPath) -> bool:
    """Whether a key says something to a cluster, and not to Compose or Docker alone.

    A value that another file overrides is gone when the project is read; how an image
    is built shows in the image.
    """
    is_of_build = path[2:3] == ("build",) and len(path) > len(
        ("services", "x", "build")
    )
    is_gone = plain(case.project.written) == plain(fewer.project.written)
    return not (is_of_build or is_gone or is_ignored(case, path))


def effect(case: Case, removed: KeyPath) -> tuple[Any, ...]:
    """Return what a reader can notice, but for positions and the key's own entry."""
    said = [
        (item.code, _blurred(render(item.path)), item.message)
        for item in case.diagnostics
    ]
    if case.result is None:
        return (None, said, None)
    others = [
        (_blurred(entry["path"]), entry["fate"], entry.get("note"))
        for entry in case.report["keys"]
        if parse(entry["path"])[: len(removed)] != removed
    ]
    return (case.manifests, said, sorted(map(str, others)))


def _blurred(path: str) -> str:
    """Leave indexes out: they move when an item before them is gone."""
    return _INDEX.sub("[]", path)


def in_folder(case: Case, folder: Path) -> Case:
    """Return the same case in another folder."""
    return Case(case.name, replace(case.request, cwd=str(folder)), case.options)
