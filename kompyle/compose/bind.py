"""Give the objects of a model their shape: structs, maps with free names, lists.

Binding makes the canonical model that ``config`` prints: numbers and booleans have
their type, sizes are decimal texts, durations are Go's, and what says nothing
(false, zero, an empty list) is left out where the reference leaves it out.
"""

from collections.abc import Callable, Mapping

from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath

Binder = Callable[[YamlNode, KeyPath, Report], YamlNode | None]
"""Gives a node its type; None when it says nothing."""


def struct(fields: Mapping[str, Binder], *, keep_empty: bool = True) -> Binder:
    """Bind an object with fixed keys; ``x-*`` passes as it is."""

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        if type(node) is not YamlMap:
            return None
        entries: dict[str, YamlNode] = {}
        for key, value in node.entries.items():
            binder = fields.get(key)
            bound = binder(value, (*path, key), report) if binder else None
            if key.startswith("x-"):
                bound = value
            if bound is not None:
                entries[key] = bound
        if not entries and not keep_empty:
            return None
        return YamlMap(entries, node.position)

    return bind


def struct_or_empty(fields: Mapping[str, Binder]) -> Binder:
    """Bind an object with fixed keys of which nothing need be said."""
    bind_map = struct(fields)

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        return bind_map(node, path, report) or YamlMap({}, node.position)

    return bind


def map_of(binder: Binder) -> Binder:
    """Bind a map with the user's names; its entries stay, an empty one goes."""

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        if type(node) is not YamlMap or not node.entries:
            return None
        entries: dict[str, YamlNode] = {}
        for key, value in node.entries.items():
            bound = binder(value, (*path, key), report)
            entries[key] = bound or YamlScalar(None, value.position)
        return YamlMap(entries, node.position)

    return bind


def list_of(binder: Binder) -> Binder:
    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        if type(node) is not YamlList:
            return None
        bound = [
            binder(item, (*path, index), report)
            for index, item in enumerate(node.items)
        ]
        items = tuple(item for item in bound if item is not None)
        return YamlList(items, node.position) if items else None

    return bind
