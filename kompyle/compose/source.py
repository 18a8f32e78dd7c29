"""The source tree: YAML values that remember where they were written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from kompyle.diagnostics import Position
from kompyle.keypath import KeyPath


class Timestamp(str):
    """A date or time: as text what Go prints, and ``rfc3339`` as YAML output."""

    __slots__ = ("rfc3339",)
    rfc3339: str


class ProjectPath(str):
    """An absolute path that was written as a relative one."""

    __slots__ = ()


class WritablePath(str):
    """A place of a container of which is said that it is written to (``:rw``)."""

    __slots__ = ()


class HomePath(str):
    """An absolute path that was ``written`` from the user's home, as in ``~/music``."""

    __slots__ = ("written",)
    written: str

    def __new__(cls, path: str, written: str) -> Self:
        found = super().__new__(cls, path)
        found.written = written
        return found


PATHS = frozenset((HomePath, ProjectPath, WritablePath))


Scalar = str | int | float | bool | None
Plain = dict[str, Any] | list[Any] | Scalar


@dataclass(frozen=True, slots=True)
class YamlScalar:
    value: Scalar
    position: Position


@dataclass(frozen=True, slots=True)
class YamlList:
    items: tuple["YamlNode", ...]
    position: Position


@dataclass(frozen=True, slots=True)
class YamlMap:
    """Entries by key; an entry's node carries the position of its key."""

    entries: dict[str, "YamlNode"]
    position: Position

    def get(self, key: str) -> "YamlNode | None":
        return self.entries.get(key)

    def value(self, key: str) -> Scalar:
        """Return the scalar under *key*; None for anything else."""
        node = self.entries.get(key)
        return node.value if type(node) is YamlScalar else None

    def text(self, key: str) -> str | None:
        value = self.value(key)
        return value if isinstance(value, str) else None

    def map(self, key: str) -> dict[str, "YamlNode"]:
        """Return the entries of the map under *key*; none for anything else."""
        node = self.entries.get(key)
        return node.entries if type(node) is YamlMap else {}

    def maps(self, key: str) -> "dict[str, YamlMap]":
        """Return the maps in the map under *key*."""
        found = self.map(key).items()
        return {name: node for name, node in found if type(node) is YamlMap}

    def items_of(self, key: str) -> "tuple[YamlNode, ...]":
        node = self.entries.get(key)
        return node.items if type(node) is YamlList else ()

    def texts(self, key: str) -> "list[str]":
        found = (item.value for item in self.items_of(key) if type(item) is YamlScalar)
        return [value for value in found if isinstance(value, str)]

    def with_entries(self, **changed: "YamlNode") -> "YamlMap":
        return YamlMap(self.entries | changed, self.position)

    def without(self, *keys: str) -> "YamlMap":
        kept = {key: node for key, node in self.entries.items() if key not in keys}
        return YamlMap(kept, self.position)


YamlNode = YamlScalar | YamlList | YamlMap


def plain(node: YamlNode) -> Plain:
    """Strip the positions, for libraries that want ordinary data."""
    if type(node) is YamlScalar:
        value = node.value
        if type(value) is Timestamp:
            return value.rfc3339
        return str(value) if type(value) in PATHS else value
    if type(node) is YamlMap:
        return {key: plain(value) for key, value in node.entries.items()}
    assert type(node) is YamlList
    return [plain(item) for item in node.items]


def at_position(value: Plain, position: Position) -> YamlNode:
    """Turn ordinary data into a source tree that was written at one place."""
    if isinstance(value, dict):
        entries = {key: at_position(found, position) for key, found in value.items()}
        return YamlMap(entries, position)
    if isinstance(value, list):
        return YamlList(tuple(at_position(item, position) for item in value), position)
    return YamlScalar(value, position)


def moved(node: YamlNode, position: Position) -> YamlNode:
    """Return the same value as if it were written at *position*."""
    match node:
        case YamlScalar(value):
            return YamlScalar(value, position)
        case YamlList(items):
            return YamlList(items, position)
        case YamlMap(entries):
            return YamlMap(entries, position)


def child(node: YamlNode | None, step: str | int) -> YamlNode | None:
    if type(node) is YamlMap and type(step) is str:
        return node.entries.get(step)
    if type(node) is YamlList and type(step) is int and 0 <= step < len(node.items):
        return node.items[step]
    return None


def find(root: YamlNode, path: KeyPath) -> YamlNode | None:
    node: YamlNode | None = root
    for step in path:
        node = child(node, step)
    return node


def position(root: YamlNode, path: KeyPath) -> Position:
    """Where *path* was written, or its nearest ancestor that was."""
    node = root
    for step in path:
        below = child(node, step)
        if below is None:
            break
        node = below
    return node.position


def leaves(node: YamlNode, path: KeyPath = ()) -> Iterator[tuple[KeyPath, YamlNode]]:
    """Every scalar, empty list and empty map, with its path; ``x-*`` is one leaf."""
    if type(node) is YamlMap and node.entries:
        for key, value in node.entries.items():
            if key.startswith("x-") and len(path) != 1:  # a service may be called x-…
                yield (*path, key), value
            else:
                yield from leaves(value, (*path, key))
    elif type(node) is YamlList and node.items:
        for index, item in enumerate(node.items):
            yield from leaves(item, (*path, index))
    else:
        yield path, node
