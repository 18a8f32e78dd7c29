"""``kompyle version``, and ``--version`` before any command."""

from typing import Annotated

import typer


def version() -> None:
    """Print the version."""
    show_version(value=True)


def show_version(value: bool) -> None:
    from kompyle.version import installed_version

    if value:
        typer.echo(f"kompyle {installed_version()}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=show_version, is_eager=True, help="Print the version."
    ),
]
