"""The views that ``config`` has of a project: its model, and lists of its parts."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from kompyle.cli.config_options import Lists, Passes
from kompyle.cli.options import Format
from kompyle.compose.output import canonical
from kompyle.compose.project import Project
from kompyle.compose.suggest import did_you_mean, listed
from kompyle.compose.template import Variable
from kompyle.compose.usage import used_variables
from kompyle.emit import yaml
from kompyle.emit.files import json_text
from kompyle.errors import UsageError

_COLUMN, _GAP = 20, 3
"""Widths of docker compose's table."""

_NOT_HASHED = frozenset(("build", "depends_on", "profiles", "pull_policy", "scale"))
"""Keys of a service that leave its containers as they are, as docker compose has it."""


def shown(
    project: Project,
    lists: Lists,
    passes: Passes,
    format: Format | None,  # noqa: A002
) -> str:
    """Return what is asked for: one or more lists, or else the model."""
    asked = [field.name for field in fields(lists) if getattr(lists, field.name)]
    if lists.variables:
        return _variables(used_variables(project.model), format)
    if lists.hash is not None:
        return _hashes(project, lists.hash)
    if asked:
        lines = (line for name in asked for line in _LISTS[name](project))
        return "".join(f"{line}\n" for line in lines)
    return _model(project, passes, format)


def _model(project: Project, passes: Passes, format: Format | None) -> str:  # noqa: A002
    is_filled = not passes.no_interpolate
    data = canonical(project, normalize=not passes.no_normalize, escape=is_filled)
    return json_text(data) if format is Format.JSON else yaml.document(data)


def _images(project: Project) -> Iterable[str]:
    found = project.model.maps("services").items()
    named = {node.text("image") or f"{project.name}-{name}" for name, node in found}
    return sorted(named)


def _environment(project: Project) -> Iterable[str]:
    return (f"{name}={value}" for name, value in sorted(project.environment.items()))


_LISTS: dict[str, Callable[[Project], Iterable[str]]] = {
    "list_services": lambda project: sorted(project.model.map("services")),
    "list_volumes": lambda project: sorted(project.model.map("volumes")),
    "list_networks": lambda project: sorted(project.model.map("networks")),
    "list_profiles": lambda project: project.known_profiles,
    "list_images": _images,
    "list_environment": _environment,
}


def _variables(found: Iterable[Variable], format: Format | None) -> str:  # noqa: A002
    if format:
        data = {item.name: _variable(item) for item in found}
        return json_text(data) if format is Format.JSON else yaml.document(data)
    rows = [("NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE")]
    rows += [tuple(map(_cell, _variable(item).values())) for item in found]  # type: ignore[misc]
    return _table(rows)


def _variable(found: Variable) -> dict[str, Any]:
    return {
        "name": found.name,
        "required": found.required,
        "default": found.default or "",
        "alternate": found.alternate or "",
    }


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(rows: Iterable[Iterable[str]]) -> str:
    columns = list(zip(*rows, strict=True))
    widths = [max(_COLUMN, *(len(cell) + _GAP for cell in cells)) for cells in columns]
    lines = (
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in zip(*columns, strict=True)
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _hashes(project: Project, wanted: str) -> str:
    model = canonical(project)["services"]
    names = sorted(model) if wanted == "*" else wanted.split(",")
    for name in names:
        if name not in model:
            way_out = did_you_mean(name, model) or listed(model) or ""
            raise UsageError(f"--hash: there is no service {name!r}. {way_out}".strip())
    return "".join(f"{name} {_digest(model[name])}\n" for name in names)


def _digest(service: dict[str, Any]) -> str:
    hashed = {key: item for key, item in service.items() if key not in _NOT_HASHED}
    if isinstance(hashed.get("deploy"), dict):
        deploy = {k: v for k, v in hashed["deploy"].items() if k != "replicas"}
        hashed["deploy"] = deploy
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
