"""Where manifests go: a folder of files, or one file, by its name."""

import os
from collections.abc import Sequence
from pathlib import Path

from kompyle.emit.files import Manifest, file_name, files, stream
from kompyle.emit.folder import write_folder
from kompyle.emit.place import write_file
from kompyle.errors import UsageError

SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def format_for(target: str, format: str | None = None) -> str:  # noqa: A002 - as on the command line
    """Choose the format that is asked for, or that the name of a file says."""
    by_name = SUFFIXES.get(Path(target).suffix)
    if by_name and format and by_name != format:
        raise UsageError(f"-o {target} says {by_name}, but --format says {format}")
    return format or by_name or "yaml"


def write(
    manifests: Sequence[Manifest],
    project: str,
    target: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002
    *,
    force: bool = False,
) -> list[str]:
    """Write the objects; return the path of each one's file, in their order."""
    path = Path(target)
    chosen = format_for(str(target), format)
    if path.suffix in SUFFIXES:
        write_file(path, project, stream(list(manifests), chosen), force=force)
        return [str(path) for _ in manifests]
    write_folder(path, project, files(manifests, chosen), force=force)
    return [str(path / file_name(manifest, chosen)) for manifest in manifests]
