"""The library: load a project, convert it; free of printing and of global state."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from kompyle.compose.discovery import Request
from kompyle.compose.project import Project
from kompyle.diagnostics import Diagnostic, Position, Severity
from kompyle.errors import (
    ClusterError,
    ComposeError,
    EmitError,
    KompyleError,
    UsageError,
)
from kompyle.options import Options
from kompyle.pipeline import Result, convert
from kompyle.pipeline import load as load_request

__all__ = [
    "ClusterError",
    "ComposeError",
    "Diagnostic",
    "EmitError",
    "KompyleError",
    "Options",
    "Position",
    "Project",
    "Result",
    "Severity",
    "UsageError",
    "convert",
    "load",
]

Name = str | os.PathLike[str]
Names = Name | Iterable[Name]


def load(  # noqa: PLR0913 - the choices of docker compose, all by name
    files: Names = (),
    *,
    name: str | None = None,
    folder: Name | None = None,
    profiles: Names = (),
    env_files: Names = (),
    env: Mapping[str, str] | None = None,
    services: Names = (),
    all_resources: bool = False,
) -> Project:
    """Read a Compose project; without *files*, look for one as docker compose does.

    *folder* is the project directory, *env* the variables (``os.environ`` unless
    given), *services* those to take, with what they depend on; *all_resources* keeps
    volumes and so on that none of them uses.  Raises :class:`ComposeError`, whose
    ``report`` holds every problem with its place.
    """
    request = Request(
        cwd=str(Path.cwd()),
        files=_names(files),
        name=name,
        folder=None if folder is None else os.fspath(folder),
        profiles=_names(profiles),
        env_files=_names(env_files),
        environment=os.environ if env is None else _variables(env),
        services=_names(services),
        all_resources=all_resources,
    )
    project = load_request(request)
    if project.report.has_errors:
        raise ComposeError(project.report)
    return project


def _variables(env: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in env.items():
        if not isinstance(value, str):
            raise UsageError(f"the variable {name}: expected a text, not {value!r}")
    return env


def _names(given: Names) -> tuple[str, ...]:
    names = [given] if isinstance(given, str | os.PathLike) else given
    return tuple(os.fspath(name) for name in names)
