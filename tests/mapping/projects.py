"""Small projects, written in a test."""

from pathlib import Path

from kompyle.compose.discovery import Request
from kompyle.compose.service import Service, services
from kompyle.pipeline import load


def decoded(folder: Path, text: str) -> tuple[Service, ...]:
    """Return the services of a Compose file."""
    (folder / "compose.yaml").write_text(text, "utf-8")
    project = load(Request(cwd=str(folder)))
    assert not project.report.has_errors, list(map(str, project.report))
    return services(project.model)
