"""Make a request of what was said about the project, before the command and after."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kompyle.cli.options import Choice
from kompyle.errors import KompyleError

if TYPE_CHECKING:
    from kompyle.compose.discovery import Request


def request(
    context: typer.Context, after: Choice, services: list[str] | None
) -> "Request":
    """Join both sides of the command: lists are appended, the later text wins."""
    from kompyle.compose.discovery import Request

    before: Choice = context.obj or Choice()
    return Request(
        cwd=_cwd(),
        files=(*(before.file or ()), *(after.file or ())),
        name=after.project_name or before.project_name,
        folder=after.project_directory or before.project_directory,
        profiles=(*(before.profile or ()), *(after.profile or ())),
        env_files=(*(before.env_file or ()), *(after.env_file or ())),
        environment=dict(os.environ),
        services=tuple(services or ()),
        all_resources=before.all_resources or after.all_resources,
    )


def _cwd() -> str:
    try:
        return str(Path.cwd())
    except FileNotFoundError as error:
        raise KompyleError("the current folder does not exist any more") from error
