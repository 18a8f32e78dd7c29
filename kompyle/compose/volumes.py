"""Mounts of a service and the volumes of a project."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kompyle.compose.source import (
    ProjectPath,
    WritablePath,
    YamlMap,
    YamlNode,
    YamlScalar,
)
from kompyle.keypath import KeyPath

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE = re.compile(r"size=(?P<number>[0-9]{1,18})(?P<unit>[kmgKMG]?)")
"""As mount(8) reads a size; per cent of the memory are nothing that a cluster knows."""

_MODE = re.compile(r"[0-7]{1,5}")
_OPEN = ("777", "1777")
"""Modes in which everyone may write, as to any folder in memory."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_USUAL = re.compile(
    rf"ro|rw|exec|suid|mode={_MODE.pattern}|[ug]id={_NUMBER.pattern}|{_SIZE.pattern}"
)


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount; ``size`` is in bytes, ``source`` None for what has no name.

    ``is_relative`` tells of a source that belongs to the project, not to the machine,
    ``is_writable`` of a mount that somebody wrote ``:rw`` for;
    ``lent_at`` is the key of one that ``volumes_from`` brings;
    ``odd_options`` are those of a tmpfs that a folder in memory does not have, and
    ``owner`` and ``mode``, as chown(1) and chmod(1) take them, are its own.
    """

    path: KeyPath
    type: str
    target: str
    source: str | None = None
    read_only: bool = False
    nocopy: bool = False
    subpath: str | None = None
    size: int | None = None
    is_relative: bool = False
    is_writable: bool = False
    odd_options: tuple[str, ...] = ()
    owner: str | None = None
    mode: str | None = None
    lent_at: KeyPath = ()

    @property
    def key(self) -> tuple[KeyPath, str]:
        """Tell mounts apart; those that ``volumes_from`` brings share a path."""
        return self.path, self.target


@dataclass(frozen=True, slots=True)
class Volume:
    """A named volume; ``name`` is what it is called outside the project."""

    path: KeyPath
    key: str
    name: str
    is_external: bool = False
    driver: str | None = None
    driver_opts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def mounts(service: YamlMap, path: KeyPath) -> tuple[Mount, ...]:
    """Decode ``volumes`` and ``tmpfs``."""
    listed = [
        _mount(item, (*path, "volumes", index))
        for index, item in enumerate(service.items_of("volumes"))
        if isinstance(item, YamlMap)
    ]
    temporary = [
        _tmpfs(item, (*path, "tmpfs", index))
        for index, item in enumerate(service.items_of("tmpfs"))
    ]
    return (*listed, *temporary)


def volumes(model: YamlMap) -> dict[str, Volume]:
    return {key: _volume(key, node) for key, node in model.maps("volumes").items()}


def _mount(node: YamlMap, path: KeyPath) -> Mount:
    kind = node.text("type") or "volume"
    details = node.get("volume" if kind == "volume" else kind)
    details = details if isinstance(details, YamlMap) else YamlMap({}, node.position)
    size, mode = details.text("size"), details.value("mode")
    return Mount(
        path=path,
        type=kind,
        target=str(node.text("target") or ""),
        source=None if kind == "tmpfs" else node.text("source"),
        read_only=node.value("read_only") is True,
        nocopy=details.value("nocopy") is True,
        subpath=details.text("subpath"),
        size=int(size) if size else None,
        is_relative=isinstance(node.value("source"), ProjectPath),
        is_writable=isinstance(node.value("target"), WritablePath),
        mode=tmpfs_mode(f"{mode:o}") if isinstance(mode, int) else None,
    )


def _tmpfs(node: YamlNode, path: KeyPath) -> Mount:
    text = str(node.value) if isinstance(node, YamlScalar) else ""
    target, _, written = text.partition(":")
    options = tuple(part for part in written.split(",") if part)
    said = dict(part.partition("=")[::2] for part in options)
    sizes = [found for found in map(_SIZE.fullmatch, options) if found]
    return Mount(
        path=path,
        type="tmpfs",
        target=target,
        read_only="ro" in options,
        size=_tmpfs_size(sizes[-1]) if sizes else None,
        odd_options=tuple(each for each in options if not _USUAL.fullmatch(each)),
        owner=tmpfs_owner(said),
        mode=tmpfs_mode(said.get("mode", "")),
    )


def tmpfs_owner(said: Mapping[str, str]) -> str | None:
    """Return the owner of a folder in memory unless it is root.

    >>> tmpfs_owner({"uid": "1000"}), tmpfs_owner({"gid": "50"}), tmpfs_owner({})
    ('1000', ':50', None)
    """
    user, group = (
        said.get(key, "") if _NUMBER.fullmatch(said.get(key, "")) else ""
        for key in ("uid", "gid")
    )
    return f"{user}:{group}".removesuffix(":") or None


def tmpfs_mode(text: str) -> str | None:
    """Return the mode of a folder in memory unless everyone may write to it."""
    is_told = _MODE.fullmatch(text) and text.lstrip("0") not in _OPEN
    return text if is_told else None


def _tmpfs_size(match: re.Match[str]) -> int:
    return int(match["number"]) * _UNITS[match["unit"].lower()]


def _volume(key: str, node: YamlMap) -> Volume:
    def pairs(name: str) -> dict[str, str]:
        found = node.map(name).items()
        values = {k: v.value for k, v in found if isinstance(v, YamlScalar)}
        return {k: v if isinstance(v, str) else str(v) for k, v in values.items()}

    return Volume(
        path=("volumes", key),
        key=key,
        name=node.text("name") or key,
        is_external=node.value("external") is True,
        driver=node.text("driver"),
        driver_opts=pairs("driver_opts"),
        labels=pairs("labels"),
    )
