"""Make a request of what was said about the project, before the command and after."""

import os
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kompyle.cli.options import Choice, Loudness, Shape
from kompyle.errors import KompyleError

if TYPE_CHECKING:
    from kompyle.compose.discovery import Request
    from kompyle.options import Options
    from kompyle.pipeline import Result


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


def options(shape: Shape) -> "Options":
    """Return what the options say that shape objects."""
    from kompyle.options import Options, kubernetes_version

    values = {field.name: getattr(shape, field.name) for field in fields(shape)}
    version = kubernetes_version(values.pop("kubernetes_version"))
    words = {
        name: value.value
        for name, value in values.items()
        if isinstance(value, StrEnum)
    }
    return Options(**values | words, kubernetes=version)


def converted(
    context: typer.Context,
    choice: Choice,
    shape: Shape,
    loudness: Loudness,
    services: list[str] | None = None,
) -> "Result":
    """Convert a project; say what needs a hand, and end where it has errors."""
    from kompyle import console, pipeline
    from kompyle.diagnostics import Severity

    voice = console.Voice(loudness.quiet, loudness.verbose, loudness.color.value)
    chosen = options(shape)
    project = pipeline.load(request(context, choice, services))
    if project.report.has_errors:
        console.tell(project.report, voice)
        raise typer.Exit(1)
    result = pipeline.convert(project, chosen)
    told = [
        item
        for item in result.diagnostics
        if loudness.verbose or item.severity is not Severity.NOTE
    ]
    console.tell(told, voice)
    if result.has_errors:
        raise typer.Exit(1)
    return result


def project_of(context: typer.Context, choice: Choice) -> tuple[str, tuple[str, ...]]:
    """Return the project's name, and the contexts that its file allows.

    A name that was given is enough: the Compose file may be gone by then.
    """
    from kompyle import console, pipeline
    from kompyle.deployable import contexts

    before: Choice = context.obj or Choice()
    if name := choice.project_name or before.project_name:
        return name, ()
    project = pipeline.load(request(context, choice, None))
    if project.report.has_errors:
        console.tell(project.report, console.Voice())
        raise typer.Exit(1)
    return project.name, contexts(project)


def _cwd() -> str:
    try:
        return str(Path.cwd())
    except FileNotFoundError as error:
        raise KompyleError("the current folder does not exist any more") from error
