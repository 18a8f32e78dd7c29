"""``kompyle config``: the resolved model, as ``docker compose config`` prints it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.config_options import Lists, Passes
from kompyle.cli.options import Choice, Format, Services
from kompyle.cli.selection import request
from kompyle.errors import EmitError

if TYPE_CHECKING:
    from kompyle.compose.discovery import Request


def config(  # noqa: PLR0917 - the options of docker compose
    context: typer.Context,
    choice: Choice,
    lists: Lists,
    passes: Passes,
    services: Services = None,
    format: Annotated[Format | None, typer.Option(help="Form of the output.")] = None,  # noqa: A002
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="File to write.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only check.")] = False,
) -> None:
    """Check a project, and print what it means."""
    from kompyle import console
    from kompyle.cli import listings
    from kompyle.compose.project import load

    wanted = request(context, choice, services)
    project = load(_unread(wanted) if lists.variables else _partly(wanted, passes))
    console.tell(project.report, console.Voice(verbose=True))
    if project.report.has_errors:
        raise typer.Exit(1)
    text = listings.shown(project, lists, passes, format)
    if not quiet and output:
        _write(output, text)
    elif not quiet:
        console.show(text)


def _partly(wanted: "Request", passes: Passes) -> "Request":
    return replace(
        wanted,
        interpolates=not passes.no_interpolate,
        resolves_paths=not passes.no_path_resolution,
        checks=not passes.no_consistency,
        resolves_environment=not passes.no_env_resolution,
    )


def _unread(wanted: "Request") -> "Request":
    """Ask for the texts as they are: what variables they use, not what these hold."""
    return replace(wanted, interpolates=False, resolves_paths=False)


def _write(name: str, text: str) -> None:
    from kompyle.emit.place import replace_file, unwritable

    if name.endswith("/"):
        raise EmitError(f"{name} is a folder; expected the name of a file")
    try:
        replace_file(Path(name), text)
    except OSError as error:
        raise EmitError(unwritable(Path(name), error)) from error
