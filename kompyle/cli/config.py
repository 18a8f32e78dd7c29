"""``kompyle config``: the resolved model, as ``docker compose config`` prints it."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kompyle import console
from kompyle.cli.selection import (
    AllResources,
    EnvFiles,
    Files,
    Profiles,
    ProjectDirectory,
    ProjectName,
    Services,
    request,
    selection,
)
from kompyle.compose.discovery import Request
from kompyle.compose.output import canonical
from kompyle.compose.project import Project, load
from kompyle.compose.usage import used_variables
from kompyle.emit import yaml
from kompyle.emit.files import json_text
from kompyle.emit.folder import replace_file


class Format(StrEnum):
    YAML = "yaml"
    JSON = "json"


def _flag(help: str, *names: str) -> typer.models.OptionInfo:  # noqa: A002
    found = typer.Option(*names, help=help)
    assert isinstance(found, typer.models.OptionInfo)
    return found


def config(  # noqa: PLR0917 - the options of docker compose
    context: typer.Context,
    services: Services = None,
    file: Files = None,
    project_name: ProjectName = None,
    project_directory: ProjectDirectory = None,
    profile: Profiles = None,
    env_file: EnvFiles = None,
    all_resources: AllResources = False,
    format: Annotated[Format, _flag("Form of the output.")] = Format.YAML,  # noqa: A002
    output: Annotated[Path | None, _flag("File to write.", "-o", "--output")] = None,
    quiet: Annotated[bool, _flag("Only check.", "-q", "--quiet")] = False,
    list_services: Annotated[bool, _flag("List services.", "--services")] = False,
    list_volumes: Annotated[bool, _flag("List volumes.", "--volumes")] = False,
    list_networks: Annotated[bool, _flag("List networks.", "--networks")] = False,
    list_profiles: Annotated[bool, _flag("List profiles.", "--profiles")] = False,
    list_images: Annotated[bool, _flag("List images.", "--images")] = False,
    environment: Annotated[bool, _flag("List values.", "--environment")] = False,
    variables: Annotated[bool, _flag("List used variables.", "--variables")] = False,
    hash: Annotated[str | None, _flag("Hash of a service; * is all.")] = None,  # noqa: A002
    no_interpolate: Annotated[
        bool, _flag("Leave variables as they are.", "--no-interpolate")
    ] = False,
    no_normalize: Annotated[
        bool, _flag("Add no defaults and names.", "--no-normalize")
    ] = False,
    no_path_resolution: Annotated[
        bool, _flag("Leave paths relative.", "--no-path-resolution")
    ] = False,
    no_consistency: Annotated[
        bool, _flag("Do not check references.", "--no-consistency")
    ] = False,
    no_env_resolution: Annotated[
        bool, _flag("Do not read env files.", "--no-env-resolution")
    ] = False,
) -> None:
    """Check a project, and print what it means."""
    after = selection(
        file, project_name, project_directory, profile, env_file, all_resources
    )
    wanted = replace(
        request(context, after, services),
        interpolates=not no_interpolate,
        resolves_paths=not no_path_resolution,
        checks=not no_consistency,
        resolves_environment=not no_env_resolution,
    )
    project = load(wanted)
    console.tell(project.report)
    if project.report.has_errors:
        raise typer.Exit(1)
    lists = {
        _services: list_services,
        _volumes: list_volumes,
        _networks: list_networks,
        _profiles: list_profiles,
        _images: list_images,
        _environment: environment,
    }
    if variables:
        _print(_variables(wanted), output)
    elif hash is not None:
        _print(_hashes(project, hash), output)
    elif any(lists.values()):
        chosen = (listed for listed, is_wanted in lists.items() if is_wanted)
        _print(
            "".join(f"{line}\n" for listed in chosen for line in listed(project)),
            output,
        )
    elif not quiet:
        data = canonical(project, normalize=not no_normalize)
        write = json_text if format is Format.JSON else yaml.document
        _print(write(data), output)


def _print(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
    else:
        replace_file(output, text)


Listing = Callable[[Project], Iterable[str]]


def _services(project: Project) -> Iterable[str]:
    return sorted(project.model.map("services"))


def _volumes(project: Project) -> Iterable[str]:
    return sorted(project.model.map("volumes"))


def _networks(project: Project) -> Iterable[str]:
    return sorted(project.model.map("networks"))


def _profiles(project: Project) -> Iterable[str]:
    return project.known_profiles


def _images(project: Project) -> Iterable[str]:
    found = project.model.maps("services").items()
    return sorted(
        node.text("image") or f"{project.name}-{name}" for name, node in found
    )


def _environment(project: Project) -> Iterable[str]:
    return (f"{name}={value}" for name, value in sorted(project.environment.items()))


def _variables(wanted: Request) -> str:
    """List the variables of the files, with what the files say of each."""
    rows = [("NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE")]
    for found in used_variables(wanted):
        required = "true" if found.required else "false"
        row = (found.name, required, found.default or "", found.alternate or "")
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _hashes(project: Project, wanted: str) -> str:
    names = sorted(project.model.map("services"))
    if wanted != "*":
        asked = wanted.split(",")
        unknown = [name for name in asked if name not in names]
        if unknown:
            raise typer.BadParameter(f"there is no service {unknown[0]!r}")
        names = asked
    model = canonical(project)["services"]
    return "".join(f"{name} {_digest(model[name])}\n" for name in names)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
