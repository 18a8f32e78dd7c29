"""The report: what became of each key, in the form of schemas/report.json."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kompyle.diagnostics import Diagnostic, Severity
from kompyle.emit.files import file_name
from kompyle.keypath import render
from kompyle.mapping import account
from kompyle.mapping.fragment import Manifest
from kompyle.mapping.sealing import origins

if TYPE_CHECKING:
    from kompyle.pipeline import Result

FORMAT = 1


def report(result: "Result", files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Account for a conversion; *files* says where each object was written."""
    keys = account.keys(result.project.written, result.outcomes, result.marked)
    fates = Counter(entry["fate"] for entry in keys)
    severities = Counter(found.severity for found in result.diagnostics)
    return {
        "format": FORMAT,
        "kompyle": installed_version(),
        "project": result.project.name,
        "files": list(result.project.files),
        "summary": {
            **{fate: fates[fate] for fate in ("kept", "adapted", "ignored", "lost")},
            "errors": severities[Severity.ERROR],
            "warnings": severities[Severity.WARNING],
            "notes": severities[Severity.NOTE],
        },
        "keys": keys,
        "diagnostics": [diagnostic(found) for found in result.diagnostics],
        "objects": [_object(item, files) for item in result.marked],
    }


def installed_version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - 40 ms, seldom needed

    return version("kompyle")


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


def _object(manifest: Manifest, files: Mapping[str, str] | None) -> dict[str, Any]:
    metadata = manifest["metadata"]
    name = file_name(manifest)
    return {
        "apiVersion": manifest["apiVersion"],
        "kind": manifest["kind"],
        "name": metadata["name"],
        "namespace": metadata.get("namespace"),
        "file": name if files is None else files.get(name),
        "sources": _sources(manifest),
    }


def _sources(manifest: Manifest) -> list[str]:
    """Name the services, volumes and so on that an object comes from."""
    found = dict.fromkeys(path[:2] for path, _ in origins(manifest) if len(path) > 1)
    return [render(path) for path in found]
