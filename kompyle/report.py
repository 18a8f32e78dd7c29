"""The report: what became of each key, in the form of schemas/report.json."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from kompyle.compose.project import Project
from kompyle.diagnostics import Diagnostic, Severity, in_order
from kompyle.emit.files import file_name
from kompyle.keypath import render
from kompyle.mapping import account
from kompyle.mapping.fragment import Manifest
from kompyle.mapping.sealing import origins
from kompyle.version import installed_version

if TYPE_CHECKING:
    from kompyle.pipeline import Result

FORMAT = 1


def report(result: "Result", files: Sequence[str] | None = None) -> dict[str, Any]:
    """Account for a conversion.

    *files* names the file of each object, none if they went to none; left out, they
    are what a folder would hold.
    """
    objects = result.marked
    names = [file_name(item) for item in objects] if files is None else files
    keys = account.keys(result.project.written, result.outcomes, objects)
    listed = [_object(item, name) for item, name in zip_longest(objects, names)]
    return _report(result.project, keys, result.diagnostics, listed)


def refusal(project: Project) -> dict[str, Any]:
    """Report on a project that cannot be read: there is nothing but diagnostics."""
    return _report(project, [], project.report, [])


def _report(
    project: Project,
    keys: list[dict[str, Any]],
    diagnostics: Iterable[Diagnostic],
    objects: list[dict[str, Any]],
) -> dict[str, Any]:
    found = in_order(diagnostics)
    fates = Counter(entry["fate"] for entry in keys)
    severities = Counter(item.severity for item in found)
    return {
        "format": FORMAT,
        "kompyle": installed_version(),
        "project": project.name,
        "files": list(project.files),
        "summary": {
            **{fate: fates[fate] for fate in ("kept", "adapted", "ignored", "lost")},
            "errors": severities[Severity.ERROR],
            "warnings": severities[Severity.WARNING],
            "notes": severities[Severity.NOTE],
        },
        "keys": keys,
        "diagnostics": [diagnostic(item) for item in found],
        "objects": objects,
    }


def diagnostic(found: Diagnostic) -> dict[str, Any]:
    """Return one finding as the report and ``--format json`` show it."""
    place = found.position
    entry = {
        "code": found.code,
        "severity": str(found.severity),
        "path": render(found.path),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "message": found.message,
    }
    return entry | ({"help": found.help} if found.help else {})


def _object(manifest: Manifest, file: str | None) -> dict[str, Any]:
    metadata = manifest["metadata"]
    return {
        "apiVersion": manifest["apiVersion"],
        "kind": manifest["kind"],
        "name": metadata["name"],
        "namespace": metadata.get("namespace"),
        "file": file,
        "sources": _sources(manifest),
    }


def _sources(manifest: Manifest) -> list[str]:
    """Name the services, volumes and so on that an object comes from."""
    found = dict.fromkeys(path[:2] for path, _ in origins(manifest) if len(path) > 1)
    return [render(path) for path in found]
