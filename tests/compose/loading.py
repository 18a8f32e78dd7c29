"""Load the projects that tests write down, and list what is said about them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kompyle.compose.discovery import Request
from kompyle.compose.project import Project, load

Content = str | bytes


def written(folder: Path, files: Mapping[str, Content] | Content) -> Path:
    """Write files (or compose.yaml alone) below *folder*."""
    named = files if isinstance(files, Mapping) else {"compose.yaml": files}
    for name, content in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
    return folder


def loaded(
    folder: Path,
    files: Mapping[str, Content] | Content,
    environment: Mapping[str, str] | None = None,
    /,
    **options: Any,  # noqa: ANN401 - whatever a Request takes
) -> Project:
    written(folder, files)
    return load(Request(cwd=str(folder), environment=environment or {}, **options))


def told(project: Project) -> list[str]:
    """List position and code of what was said, by line."""
    return [
        f"{found.position or '-'} {found.code}" for found in project.report.sorted()
    ]


def said(project: Project) -> str:
    """Join all that a user reads."""
    return "\n".join(
        f"{found}\n{found.help or ''}" for found in project.report.sorted()
    )
