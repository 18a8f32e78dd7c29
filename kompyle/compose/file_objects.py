"""Configs and secrets: files that a project hands to its services."""

from collections.abc import Mapping
from dataclasses import dataclass

from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class FileReference:
    """A service's use of a config or secret; ``mode`` as a number."""

    path: KeyPath
    source: str
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: int | None = None


@dataclass(frozen=True, slots=True)
class FileObject:
    """A config or secret: from a file, a text or a variable, or existing already."""

    path: KeyPath
    key: str
    name: str
    is_external: bool = False
    file: str | None = None
    content: str | None = None
    variable: str | None = None


def file_references(
    service: YamlMap, path: KeyPath, kind: str
) -> tuple[FileReference, ...]:
    """Decode ``secrets`` or ``configs`` of a service."""
    return tuple(
        _reference(item, (*path, kind, index))
        for index, item in enumerate(service.items_of(kind))
        if isinstance(item, YamlMap)
    )


def file_objects(
    model: YamlMap, kind: str, contents: Mapping[KeyPath, str]
) -> dict[str, FileObject]:
    """Decode top-level ``secrets`` or ``configs``; *contents* come from variables."""
    return {
        key: _object(key, node, (kind, key), contents)
        for key, node in model.maps(kind).items()
    }


def _reference(node: YamlMap, path: KeyPath) -> FileReference:
    mode = node.text("mode")
    return FileReference(
        path=path,
        source=node.text("source") or "",
        target=node.text("target"),
        uid=node.text("uid"),
        gid=node.text("gid"),
        mode=int(mode, 8) if mode else None,
    )


def _object(
    key: str, node: YamlMap, path: KeyPath, contents: Mapping[KeyPath, str]
) -> FileObject:
    is_external = node.value("external") is True
    content = node.text("content")
    if content is None and _is_empty(node, path) and not is_external:
        content = ""
    return FileObject(
        path=path,
        key=key,
        name=node.text("name") or key,
        is_external=is_external,
        file=node.text("file"),
        content=contents.get(path) if content is None else content,
        variable=node.text("environment"),
    )


def _is_empty(node: YamlMap, path: KeyPath) -> bool:
    """Whether a config says that it is empty; the canonical form drops the text ""."""
    others = {"file", "environment", "driver"}
    return path[0] == "configs" and not others & node.entries.keys()
