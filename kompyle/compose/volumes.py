"""Mounts of a service and the volumes of a project."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kompyle.compose.source import ProjectPath, YamlMap, YamlNode, YamlScalar
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount; ``size`` is in bytes, ``source`` None for an anonymous volume.

    ``is_relative`` tells of a source that belongs to the project, not to the machine.
    """

    path: KeyPath
    type: str
    target: str
    source: str | None = None
    read_only: bool = False
    nocopy: bool = False
    subpath: str | None = None
    size: int | None = None
    mode: int | None = None
    is_relative: bool = False

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
        target=node.text("target") or "",
        source=node.text("source"),
        read_only=node.value("read_only") is True,
        nocopy=details.value("nocopy") is True,
        subpath=details.text("subpath"),
        size=int(size) if size else None,
        mode=mode if isinstance(mode, int) else None,
        is_relative=isinstance(node.value("source"), ProjectPath),
    )


def _tmpfs(node: YamlNode, path: KeyPath) -> Mount:
    text = str(node.value) if isinstance(node, YamlScalar) else ""
    target, _, written = text.partition(":")
    options = dict(part.partition("=")[::2] for part in written.split(",") if part)
    return Mount(
        path=path,
        type="tmpfs",
        target=target,
        read_only="ro" in options,
        size=_tmpfs_size(options.get("size", "")),
        mode=int(options["mode"], 8) if options.get("mode", "").isdigit() else None,
    )


def _tmpfs_size(text: str) -> int | None:
    """Read a size as mount(8) does: bytes, or with k, m or g; per cent of RAM not."""
    units = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
    unit = units.get(text[-1:].lower(), 1)
    digits = text.rstrip("kKmMgG")
    return int(digits) * unit if digits.isdigit() else None


def _volume(key: str, node: YamlMap) -> Volume:
    def pairs(name: str) -> dict[str, str]:
        found = node.map(name).items()
        return {k: str(v.value) for k, v in found if isinstance(v, YamlScalar)}

    return Volume(
        path=("volumes", key),
        key=key,
        name=node.text("name") or key,
        is_external=node.value("external") is True,
        driver=node.text("driver"),
        driver_opts=pairs("driver_opts"),
        labels=pairs("labels"),
    )
