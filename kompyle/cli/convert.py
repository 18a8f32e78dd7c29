"""``kompyle convert``: write Kubernetes manifests."""

from dataclasses import dataclass
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
from kompyle.emit.files import file_name, files, json_text, stream
from kompyle.emit.folder import replace_file, write_file, write_folder
from kompyle.errors import EmitError, UsageError
from kompyle.options import Options
from kompyle.pipeline import Result, load
from kompyle.pipeline import convert as translate
from kompyle.report import report


class Format(StrEnum):
    YAML = "yaml"
    JSON = "json"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class PullPolicy(StrEnum):
    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


def convert(  # noqa: PLR0917 - the options of interface.md
    context: typer.Context,
    services: Services = None,
    file: Files = None,
    project_name: ProjectName = None,
    project_directory: ProjectDirectory = None,
    profile: Profiles = None,
    env_file: EnvFiles = None,
    all_resources: AllResources = False,
    out: Annotated[
        str,
        typer.Option("-o", "--out", help="Folder, .yaml or .json file, or - to print."),
    ] = "k8s",
    stdout: Annotated[bool, typer.Option("--stdout", help="The same as -o -.")] = False,
    format: Annotated[  # noqa: A002
        Format | None, typer.Option(help="yaml, unless the file's name says json.")
    ] = None,
    namespace: Annotated[
        str | None, typer.Option("-n", "--namespace", help="Namespace of the objects.")
    ] = None,
    create_namespace: Annotated[
        bool, typer.Option("--create-namespace", help="Add the Namespace itself.")
    ] = False,
    volume_size: Annotated[str, typer.Option(help="Size of claims.")] = "1Gi",
    storage_class: Annotated[
        str | None, typer.Option(help="Storage class of claims.")
    ] = None,
    image_pull_policy: Annotated[
        PullPolicy | None, typer.Option(help="When images are pulled.")
    ] = None,
    allow_host_paths: Annotated[
        bool, typer.Option("--allow-host-paths", help="Mount paths of the nodes.")
    ] = False,
    report_to: Annotated[
        str | None,
        typer.Option(
            "--report", help="JSON file of what became of each key; - prints."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Take anything lost for an error.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files of others.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Only tell errors.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Tell every note by itself.")
    ] = False,
    color: Annotated[Color, typer.Option(help="Colours.")] = Color.AUTO,
) -> None:
    """Translate a Compose project into Kubernetes manifests."""
    after = selection(
        file, project_name, project_directory, profile, env_file, all_resources
    )
    voice = console.Voice(quiet=quiet, verbose=verbose, color=color.value)
    target = _target("-" if stdout else out, format, force=force)
    _check_report(report_to)
    project = load(request(context, after, services))
    if project.report.has_errors:
        console.tell(project.report, voice)
        raise typer.Exit(1)
    options = Options(
        namespace=namespace,
        create_namespace=create_namespace,
        volume_size=volume_size,
        storage_class=storage_class,
        allow_host_paths=allow_host_paths,
        image_pull_policy=image_pull_policy.value if image_pull_policy else None,
        strict=strict,
    )
    result = translate(project, options)
    console.tell(result.diagnostics, voice)
    places = {} if result.has_errors else target.write(result)
    if report_to:
        _write_report(report(result, places), report_to)
    if result.has_errors:
        raise typer.Exit(1)
    console.conclude(result, target.name, voice)
    if not voice.quiet and not target.is_printed:
        typer.echo(
            "".join(f"{name}\n" for name in dict.fromkeys(places.values())), nl=False
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """Where manifests go: a folder, a file or standard output."""

    name: str
    format: str
    force: bool

    @property
    def is_printed(self) -> bool:
        return self.name == "-"

    def write(self, result: Result) -> dict[str, str]:
        """Write the objects; return the place of each by the name of its own file."""
        names = [file_name(manifest) for manifest in result.manifests]
        if self.is_printed:
            typer.echo(stream(result.manifests, self.format), nl=False)
            return {}
        path = Path(self.name)
        if path.suffix in _SUFFIXES:
            write_file(path, stream(result.manifests, self.format), force=self.force)
            return dict.fromkeys(names, self.name)
        made = files(result.manifests, self.format)
        write_folder(path, result.project.name, made, force=self.force)
        return {name: str(path / file) for name, file in zip(names, made, strict=True)}


_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def _target(name: str, format: Format | None, *, force: bool) -> _Target:  # noqa: A002
    by_name = _SUFFIXES.get(Path(name).suffix)
    if by_name and format and by_name != format.value:
        raise UsageError(f"-o {name} says {by_name}, but --format says {format.value}")
    chosen = format.value if format else by_name or "yaml"
    return _Target(name, chosen, force)


def _check_report(name: str | None) -> None:
    if name and name != "-" and Path(name).suffix != ".json":
        raise UsageError(f"--report {name}: expected a name that ends in .json, or -")


def _write_report(found: dict[str, object], name: str) -> None:
    text = json_text(found)
    if name == "-":
        typer.echo(text, nl=False)
        return
    try:
        replace_file(Path(name), text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EmitError(f"cannot write the report to {name}: {reason}") from error
