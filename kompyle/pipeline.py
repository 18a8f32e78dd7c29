"""The passes, in order.  Read this file first."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kompyle.compose.discovery import Request
from kompyle.compose.file_objects import file_objects
from kompyle.compose.local_driver import undisguised
from kompyle.compose.own_binds import own_binds
from kompyle.compose.project import Project
from kompyle.compose.project import load as load_project
from kompyle.compose.service import services
from kompyle.compose.volumes import volumes
from kompyle.diagnostics import Diagnostic, Severity
from kompyle.emit.target import target as target_at
from kompyle.errors import ComposeError
from kompyle.localfiles import local_files
from kompyle.mapping import account
from kompyle.mapping.binds import bind_mounts
from kompyle.mapping.fragment import Manifest, Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.namespace import in_namespace
from kompyle.mapping.order import apply_rank
from kompyle.mapping.plan import Plan, plan
from kompyle.mapping.portable import from_folder
from kompyle.mapping.sealing import sealed
from kompyle.mapping.secret_values import contents_of
from kompyle.mapping.workload import manifests
from kompyle.options import Options
from kompyle.report import report


@dataclass(frozen=True)
class Result:
    """What a conversion yields: objects, and what had to be said about them."""

    project: Project
    options: Options
    plan: Plan
    marked: tuple[Manifest, ...]
    outcomes: tuple[Outcome, ...]
    diagnostics: tuple[Diagnostic, ...]

    @cached_property
    def manifests(self) -> list[Manifest]:
        """The Kubernetes objects, plain dicts in apply order."""
        return [sealed(manifest) for manifest in self.marked]

    @cached_property
    def report(self) -> dict[str, Any]:
        """What the JSON report holds (schemas/report.json); made when asked for."""
        return report(self)

    @property
    def has_errors(self) -> bool:
        return any(found.severity is Severity.ERROR for found in self.diagnostics)

    def raise_for_errors(self) -> None:
        """Raise :class:`ComposeError` if anything found is an error."""
        if self.has_errors:
            raise ComposeError(self.diagnostics)

    def write(
        self,
        target: str | os.PathLike[str],
        *,
        format: str | None = None,  # noqa: A002 - as on the command line
        force: bool = False,
    ) -> list[str]:
        """Write the objects to a folder, or to one file; return the files' names.

        *force* overwrites files that Kompyle did not write for this project.
        """
        self.raise_for_errors()
        chosen = target_at(os.fspath(target), format)
        chosen.write(self.manifests, self.project.name, force=force)
        return list(dict.fromkeys(chosen.names(self.manifests)))


def load(request: Request) -> Project:
    """Read a Compose project; its report says what is wrong with it."""
    return load_project(request)


def convert(project: Project, options: Options | None = None) -> Result:
    """Translate a project into Kubernetes objects."""
    chosen = options or Options()
    planned = plan(inputs(project), chosen)
    built, told = manifests(planned)
    outcomes = account.masked(told, project.report)
    placed = in_namespace(built, project.name, chosen)
    ordered = tuple(sorted(placed, key=apply_rank))
    findings = account.diagnostics(project.written, outcomes, strict=chosen.strict)
    found = (*project.report, *findings)
    return Result(project, chosen, planned, ordered, tuple(outcomes), found)


def inputs(project: Project) -> Inputs:
    """Decode a project, and look at the files that it mounts."""
    listed = volumes(project.model)
    found = undisguised(services(project.model), listed)
    found = own_binds(found, project.folder)
    secrets = file_objects(project.model, "secrets", project.contents)
    configs = file_objects(project.model, "configs", project.contents)
    mounted = [
        mount.source
        for _, mount in bind_mounts(found)
        if mount.source and mount.is_relative
    ]
    named = [item.file for item in (*secrets.values(), *configs.values()) if item.file]
    files = local_files([*mounted, *named])
    return Inputs(
        name=project.name,
        services=found,
        volumes=listed,
        secrets=secrets,
        configs=configs,
        networks=project.model.maps("networks"),
        folder=project.folder,
        files=files,
        variable_files={
            path: from_folder(file, project.folder)
            for path, file in project.variable_files.items()
        },
        filled=project.report.hidden | contents_of(secrets.values(), files),
    )
