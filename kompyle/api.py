"""The library: load a project, convert it; free of printing and of global state."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from kompyle.compose.discovery import Request
from kompyle.compose.project import Project
from kompyle.errors import ComposeError
from kompyle.options import Options
from kompyle.pipeline import Result, convert
from kompyle.pipeline import load as load_request

__all__ = ["Options", "Project", "Result", "convert", "load"]

Paths = Iterable[str | os.PathLike[str]]


def load(  # noqa: PLR0913 - the choices of docker compose, all by name
    files: Paths = (),
    *,
    name: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    profiles: Iterable[str] = (),
    env_files: Paths = (),
    env: Mapping[str, str] | None = None,
    services: Iterable[str] = (),
) -> Project:
    """Read a Compose project; without *files*, look for one as docker compose does.

    *folder* is the project directory, *env* the variables (``os.environ`` unless
    given), *services* those to take, with what they depend on.  Raises
    :class:`ComposeError`, whose ``report`` holds every problem with its place.
    """
    request = Request(
        cwd=str(Path.cwd()),
        files=tuple(os.fspath(file) for file in files),
        name=name,
        folder=None if folder is None else os.fspath(folder),
        profiles=tuple(profiles),
        env_files=tuple(os.fspath(file) for file in env_files),
        environment=os.environ if env is None else env,
        services=tuple(services),
    )
    project = load_request(request)
    if project.report.has_errors:
        raise ComposeError(project.report)
    return project
