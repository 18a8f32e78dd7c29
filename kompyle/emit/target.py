"""Where manifests go: a folder of files, or one file, by its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kompyle.emit.files import Manifest, file_name, files, stream
from kompyle.emit.folder import write_folder
from kompyle.emit.place import write_file
from kompyle.errors import UsageError

_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_FORMATS = ("yaml", "json")


@dataclass(frozen=True, slots=True)
class Target:
    """A path and a format that agree."""

    path: Path
    format: str

    @property
    def is_file(self) -> bool:
        return self.path.suffix in _SUFFIXES

    @property
    def folder(self) -> Path:
        return self.path.parent if self.is_file else self.path

    def names(self, manifests: Sequence[Manifest]) -> list[str]:
        """Name the file of each object, as seen from the folder."""
        if self.is_file:
            return [self.path.name] * len(manifests)
        return [file_name(manifest, self.format) for manifest in manifests]

    def write(
        self, manifests: Sequence[Manifest], project: str, *, force: bool = False
    ) -> None:
        if self.is_file:
            text = stream(manifests, self.format)
            write_file(self.path, project, text, force=force)
        else:
            write_folder(self.path, project, files(manifests, self.format), force=force)


def target(path: str | Path, format: str | None = None) -> Target:  # noqa: A002 - as on the command line
    """Choose the format that is asked for, or that the name of a file says."""
    by_name = _SUFFIXES.get(Path(path).suffix)
    if by_name and format and by_name != format:
        raise UsageError(f"{path} says {by_name}, but the format is to be {format}")
    if format not in {*_FORMATS, None}:
        raise UsageError(f"format {format!r}: expected {' or '.join(_FORMATS)}")
    if not str(path):
        raise UsageError("expected the name of a folder or file, not an empty text")
    return Target(Path(path), format or by_name or "yaml")
