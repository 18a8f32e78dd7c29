"""The options that choose a project, before and after the command alike."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from kompyle.compose.discovery import Request

Files = Annotated[
    list[str] | None,
    typer.Option("-f", "--file", help="Compose file; - is standard input."),
]
ProjectName = Annotated[
    str | None, typer.Option("-p", "--project-name", help="Project name.")
]
ProjectDirectory = Annotated[
    str | None,
    typer.Option("--project-directory", help="Folder that relative paths start from."),
]
Profiles = Annotated[
    list[str] | None, typer.Option("--profile", help="Profile to take in; * is all.")
]
EnvFiles = Annotated[
    list[str] | None, typer.Option("--env-file", help="File of variables.")
]
AllResources = Annotated[
    bool,
    typer.Option("--all-resources", help="Take what no service uses, too."),
]
Services = Annotated[
    list[str] | None,
    typer.Argument(help="Services to take, with what they depend on; none is all."),
]


@dataclass(frozen=True, slots=True)
class Selection:
    """What was said about the project, at one side of the command."""

    files: tuple[str, ...] = ()
    name: str | None = None
    folder: str | None = None
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    all_resources: bool = False


def selection(  # noqa: PLR0917 - the options of docker compose
    files: list[str] | None,
    name: str | None,
    folder: str | None,
    profiles: list[str] | None,
    env_files: list[str] | None,
    all_resources: bool,
) -> Selection:
    return Selection(
        tuple(files or ()),
        name,
        folder,
        tuple(profiles or ()),
        tuple(env_files or ()),
        all_resources,
    )


def request(
    context: typer.Context, after: Selection, services: list[str] | None
) -> Request:
    """Join what was said before the command and after it."""
    before: Selection = context.obj or Selection()
    return Request(
        cwd=str(Path.cwd()),
        files=before.files + after.files,
        name=after.name or before.name,
        folder=after.folder or before.folder,
        profiles=before.profiles + after.profiles,
        env_files=before.env_files + after.env_files,
        environment=dict(os.environ),
        services=tuple(services or ()),
        all_resources=before.all_resources or after.all_resources,
    )
