"""The model as ``config`` prints it: ordinary data, every dollar sign doubled."""

from collections.abc import Callable
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


def canonical(
    project: Project, *, normalize: bool = True, escape: bool = True
) -> dict[str, Any]:
    """Return the canonical model, keys sorted.

    *escape* doubles dollar signs, so that reading the output gives the same again.
    """
    model = project.model if normalize else project.written
    data = _plain(model, _escaped if escape else _scalar)
    assert isinstance(data, dict)
    data.pop("version", None)
    data["name"] = project.name
    for key in _ORDER:
        if data.get(key) in ({}, None):
            data.pop(key, None)
    data.setdefault("services", {})
    first = {key: data.pop(key) for key in _ORDER if key in data}
    return first | data


def _plain(node: YamlNode, scalar: Callable[[object], object]) -> Any:  # noqa: ANN401 - ordinary data of any shape
    kind = type(node)
    if kind is YamlScalar:
        return scalar(node.value)  # type: ignore[union-attr]
    if kind is YamlMap:
        entries = sorted(node.entries.items())  # type: ignore[union-attr]
        return {scalar(key): _plain(value, scalar) for key, value in entries}
    assert isinstance(node, YamlList)
    return [_plain(item, scalar) for item in node.items]


def _escaped(value: object) -> object:
    if type(value) is str:
        return value.replace("$", "$$") if "$" in value else value
    plain = _scalar(value)
    return plain if plain is value else _escaped(plain)


def _scalar(value: object) -> object:
    """Return a value of a plain type; some texts know more than their letters."""
    if isinstance(value, Timestamp):
        return value.rfc3339
    if isinstance(value, str) and type(value) is not str:
        return str(value)
    return value
