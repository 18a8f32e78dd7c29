"""Compose the source tree of a YAML file from libyaml's events.

PyYAML's own composer will not do: it keeps the last of two equal keys, refuses an
anchor that is defined twice, forgets anchors between documents, has no limit on
aliases, and knows nothing of ``!reset`` and ``!override``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from kompyle.compose import gotext, scalars, syntax
from kompyle.compose.private import is_private
from kompyle.compose.rawtext import RawText
from kompyle.compose.source import (
    Scalar,
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    moved,
)
from kompyle.compose.suggest import did_you_mean
from kompyle.diagnostics import Position, Report
from kompyle.keypath import KeyPath

MAX_DEPTH = 120
"""Levels of nesting; later passes recurse, and no real file comes near."""

MAX_ALIASED_NODES = 100_000
"""Values that aliases may stand for in one document, as in the reference."""

MAX_DOCUMENTS = 1000
"""Of one file; each is laid over all that came before it."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Event = Any  # PyYAML's events, which its type stubs leave open
_RESET, _OVERRIDE = "!reset", "!override"
_UNTYPED_TAGS = frozenset((None, _RESET, _OVERRIDE))


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document and the paths that ``!reset`` and ``!override`` clear.

    ``respelt`` says where plain scalars stand whose value, as a text, is not what was
    written: 0644 is 420, and True is true.
    """

    root: YamlNode
    cleared: tuple[KeyPath, ...] = ()
    respelt: frozenset[Position] = frozenset()


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What an alias stands for; the node is None while it is being composed."""

    node: YamlNode | None
    size: int = 0
    depth: int = 0
    cleared: tuple[KeyPath, ...] = ()


def _is_plain(event: _Event) -> bool:
    return bool(event.implicit[0])


class _StopError(Exception):
    """The file cannot be read any further; the report says why."""


def documents(text: str, file: str, report: Report) -> list[Document]:
    """Read every document of a file; what is wrong with it goes to the report."""
    raw = RawText(text)
    composer = _Composer(raw, file, report)
    try:
        return list(composer.documents())
    except yaml.YAMLError as error:
        report.add(syntax.diagnostic(error, file, raw.text))
    except _StopError:
        pass
    return []


class _Composer:
    def __init__(self, raw: RawText, file: str, report: Report) -> None:
        self.raw = raw
        self.file = file
        self.report = report
        self.anchors: dict[str, _Anchor] = {}
        self.path: list[str | int] = []
        self.cleared: list[KeyPath] = []
        self.respelt: set[Position] = set()
        self.deepest = 0
        self.nodes = 0
        self.aliased = 0

    def documents(self) -> Iterator[Document]:
        self.next_event = _Parser(self.raw.parseable).get_event
        event = self.next_event()
        count = 0
        while type(event) is not yaml.StreamEndEvent:
            if type(event) is yaml.DocumentStartEvent:
                count += 1
                yield self._document(event, count)
                self.cleared, self.nodes, self.aliased = [], 0, 0
            event = self.next_event()

    def _document(self, start: _Event, count: int) -> Document:
        if count > MAX_DOCUMENTS:
            fact = f"the file holds more than {MAX_DOCUMENTS:,} documents"
            self._stop(fact, self._position(start))
        self._check_version(start)
        root = self._node(self.next_event())
        if root is None or (isinstance(root, YamlScalar) and root.value is None):
            root = YamlScalar(None, self._position(start))
        return Document(root, tuple(self.cleared), frozenset(self.respelt))

    def _node(self, event: _Event, key: Position | None = None) -> YamlNode | None:
        """Compose one value; None when ``!reset`` drops it."""
        if type(event) is yaml.AliasEvent:
            return self._alias(event, key)
        self.nodes += 1
        if type(event) is yaml.ScalarEvent and event.value == "<<" and _is_plain(event):
            return None  # the reference drops a merge key that stands as a value
        if not event.anchor and event.tag not in (_RESET, _OVERRIDE):
            return self._value(event, key or self._position(event))
        return self._marked(event, key or self._position(event))

    def _marked(self, event: _Event, position: Position) -> YamlNode | None:
        """Compose a value that has an anchor, or clears what it is laid over."""
        start, seen = self.nodes, len(self.cleared)
        around, self.deepest = self.deepest, len(self.path)
        if event.anchor:
            self.anchors[event.anchor] = _Anchor(None)
        node = None if event.tag == _RESET else self._value(event, position)
        if event.tag == _RESET:
            self._value(event, position)
        if event.tag in (_RESET, _OVERRIDE):
            self.cleared.append(tuple(self.path))
        if event.anchor:
            depth = len(self.path)
            cleared = tuple(path[depth:] for path in self.cleared[seen:])
            size = self.nodes - start + 1
            levels = self.deepest - depth
            self.anchors[event.anchor] = _Anchor(node, size, levels, cleared)
        self.deepest = max(around, self.deepest)
        return node

    def _value(self, event: _Event, position: Position) -> YamlNode:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return YamlScalar(self._scalar(event, position), position)
        self._descend(len(self.path) + 1, position)
        if kind is yaml.MappingStartEvent:
            return YamlMap(self._entries(), position)
        return YamlList(tuple(self._items()), position)

    def _descend(self, depth: int, position: Position) -> None:
        self.deepest = max(self.deepest, depth)
        if depth > MAX_DEPTH:
            del self.path[4:]  # nobody reads a path of so many steps
            self._stop(f"nested more than {MAX_DEPTH} levels deep", position)

    def _scalar(self, event: _Event, position: Position) -> Scalar:
        text = self.raw.restored(event.value)
        if event.implicit[0] or (event.tag in (_RESET, _OVERRIDE) and not event.style):
            return self._plain(text, position)
        if event.style == '"' and self.raw.has_escaped_slash(event):
            self._error(r"YAML has no escape \/: write / alone", position)
        if event.tag in _UNTYPED_TAGS:
            return text
        try:
            return scalars.tagged(text, event.tag, is_plain=not event.style)
        except ValueError as error:
            is_shown = not is_private(tuple(self.path))
            fact = str(error) if is_shown else "not of the type that its tag demands"
            self._error(fact, position)
            return text

    def _plain(self, text: str, position: Position) -> Scalar:
        value = scalars.resolve(text)
        if type(value) is float and not math.isfinite(value):
            self._error(f"{text} is no number that Compose knows", position)
            return text
        if type(value) is not str and value is not None and gotext.text(value) != text:
            self.respelt.add(position)
        return value

    def _items(self) -> Iterator[YamlNode]:
        index = 0
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            self.path.append(index)
            item = self._node(event)
            self.path.pop()
            if item is not None:
                index += 1
                yield item

    def _entries(self) -> dict[str, YamlNode]:
        entries: dict[str, YamlNode] = {}
        places: dict[str, Position] = {}
        merged: dict[str, YamlNode] = {}
        while type(event := self.next_event()) is not yaml.MappingEndEvent:
            place = self._position(event)
            key, is_merge = self._key(event, place)
            if key in places:
                self._duplicate(key, place, places[key])
            places[key] = place
            if is_merge:
                merged = self._flattened(self._node(self.next_event(), place), place)
                continue
            self.path.append(key)
            node = self._node(self.next_event(), place)
            self.path.pop()
            if node is not None:
                entries.setdefault(key, node)
        return merged | entries if merged else entries

    def _key(self, event: _Event, place: Position) -> tuple[str, bool]:
        """Read a mapping's key, and whether it is the merge key ``<<``."""
        if type(event) is yaml.ScalarEvent and event.value == "<<" and _is_plain(event):
            return "<<", True
        node = self._node(event, place)
        value = node.value if isinstance(node, YamlScalar) else None
        if type(value) is str:
            return value, False
        if not isinstance(node, YamlScalar):
            self._stop("a key must be a string, not a list or a map", place)
        written = event.value or "null"
        self._error(f"the key {written} is not a string", place, help="Quote it.")
        return str(event.value), False

    def _flattened(self, node: YamlNode | None, place: Position) -> dict[str, YamlNode]:
        """Return what ``<<`` merges; in a list the first of two equal keys wins."""
        items = node.items if isinstance(node, YamlList) else (node,)
        maps = [item.entries for item in items if isinstance(item, YamlMap)]
        if len(maps) < len(items):
            self._error("<< merges a map or a list of maps, nothing else", place)
        return {key: item for found in reversed(maps) for key, item in found.items()}

    def _alias(self, event: _Event, key: Position | None) -> YamlNode | None:
        position = self._position(event)
        name = event.anchor
        anchor = self.anchors.get(name)
        if anchor is None:
            self._unknown_alias(name, position)
        if not anchor.size:
            self._stop(f"*{name} stands for something that it is a part of", position)
        self._descend(len(self.path) + anchor.depth, position)
        self.nodes += anchor.size
        self.aliased += anchor.size
        if self.aliased > MAX_ALIASED_NODES:
            fact = f"aliases stand for more than {MAX_ALIASED_NODES:,} values"
            self._stop(fact, position)
        path = tuple(self.path)
        self.cleared.extend(path + below for below in anchor.cleared)
        if not anchor.node:
            return None
        if anchor.node.position in self.respelt:
            self.respelt.add(key or position)
        return moved(anchor.node, key or position)

    def _unknown_alias(self, name: str, position: Position) -> NoReturn:
        if is_private(tuple(self.path)):
            fact = "a value that begins with * is an alias, and this one is not known"
            self._stop(fact, position, help="Put the value in quotes.")
        fact = f"*{name} stands for nothing: there is no &{name} above it"
        self._stop(fact, position, help=did_you_mean(name, self.anchors))

    def _check_version(self, event: _Event) -> None:
        if event.version and event.version != (1, 1):
            written = ".".join(map(str, event.version))
            way_out = "Delete the line: Compose files are read as YAML 1.2 anyway."
            place = self._position(event)
            self._stop(f"%YAML {written} is not supported", place, help=way_out)

    def _duplicate(self, key: str, place: Position, first: Position) -> None:
        message = f"{key!r} stands twice in this map, first on line {first.line}"
        path = (*self.path, key)
        self.report.error("duplicate-key", path, message, place)

    def _position(self, event: _Event) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def _error(self, fact: str, at: Position, *, help: str | None = None) -> None:  # noqa: A002
        self.report.error("yaml-syntax", tuple(self.path), fact, at, help=help)

    def _stop(self, fact: str, at: Position, *, help: str | None = None) -> NoReturn:  # noqa: A002
        self._error(fact, at, help=help)
        raise _StopError
