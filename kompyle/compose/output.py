"""The model as ``config`` prints it: ordinary data, every dollar sign doubled."""

from typing import Any

from kompyle.compose.project import Project
from kompyle.compose.source import (
    Timestamp,
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
)

_ORDER = ("name", "services", "networks", "volumes", "configs", "secrets", "models")


def canonical(project: Project, *, normalize: bool = True) -> dict[str, Any]:
    """Return the canonical model, services and keys sorted."""
    model = project.model if normalize else project.written
    data = _plain(model)
    assert isinstance(data, dict)
    data.pop("version", None)
    data["name"] = project.name
    for key in _ORDER:
        if data.get(key) in ({}, None):
            data.pop(key, None)
    data.setdefault("services", {})
    first = {key: data.pop(key) for key in _ORDER if key in data}
    return first | data


def _plain(node: YamlNode) -> Any:  # noqa: ANN401 - ordinary data of any shape
    kind = type(node)
    if kind is YamlScalar:
        return _scalar(node.value)  # type: ignore[union-attr]
    if kind is YamlMap:
        entries = sorted(node.entries.items())  # type: ignore[union-attr]
        return {_scalar(key): _plain(value) for key, value in entries}
    assert isinstance(node, YamlList)
    return [_plain(item) for item in node.items]


def _scalar(value: object) -> object:
    if type(value) is str:
        return value.replace("$", "$$") if "$" in value else value
    if isinstance(value, Timestamp):
        return value.rfc3339
    return _scalar(str(value)) if isinstance(value, str) else value
