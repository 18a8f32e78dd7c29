"""The commands, and the options that stand before them."""

from typing import Annotated

import typer

from kompyle.cli import config, convert, selection
from kompyle.cli.selection import (
    AllResources,
    EnvFiles,
    Files,
    Profiles,
    ProjectDirectory,
    ProjectName,
)
from kompyle.report import installed_version

app = typer.Typer(
    name="kompyle",
    help="Run Compose projects on Kubernetes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"kompyle {installed_version()}")
        raise typer.Exit


@app.callback()
def project(  # noqa: PLR0917 - the options of docker compose
    context: typer.Context,
    file: Files = None,
    project_name: ProjectName = None,
    project_directory: ProjectDirectory = None,
    profile: Profiles = None,
    env_file: EnvFiles = None,
    all_resources: AllResources = False,
    version: Annotated[  # noqa: ARG001 - its callback acts
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """Take what is said about the project before the command."""
    context.obj = selection.selection(
        file, project_name, project_directory, profile, env_file, all_resources
    )


@app.command("version")
def version() -> None:
    """Print the version."""
    _show_version(value=True)


app.command("config")(config.config)
app.command("convert")(convert.convert)
