"""Volumes of the local driver that are a bind mount, or memory, under another name."""

import posixpath
from dataclasses import replace
from enum import StrEnum

from kompyle.compose import bytesize
from kompyle.compose.service import Service
from kompyle.compose.source import ProjectPath
from kompyle.compose.volumes import Mount, Volume, tmpfs_mode, tmpfs_owner

LOCAL = (None, "local", "default")
"""Names of Docker's own driver."""


class Disguise(StrEnum):
    """What a named volume is in truth."""

    BIND = "bind"
    MEMORY = "tmpfs"


def disguise(volume: Volume) -> Disguise | None:
    if volume.is_external or volume.driver not in LOCAL:
        return None
    options = volume.driver_opts
    if {"bind", "rbind"} & flags(volume).keys() and options.get("device"):
        return Disguise.BIND
    return Disguise.MEMORY if options.get("type") == "tmpfs" else None


def flags(volume: Volume) -> dict[str, str]:
    """Read the options of mount(8): ``size=64m,ro``."""
    parts = volume.driver_opts.get("o", "").split(",")
    return dict(part.strip().partition("=")[::2] for part in parts if part.strip())


def undisguised(
    services: tuple[Service, ...], volumes: dict[str, Volume]
) -> tuple[Service, ...]:
    """Replace mounts of such volumes by what they are."""
    found = {key: volume for key, volume in volumes.items() if disguise(volume)}
    if not found:
        return services
    return tuple(
        replace(service, mounts=tuple(_mount(item, found) for item in service.mounts))
        for service in services
    )


def _mount(mount: Mount, found: dict[str, Volume]) -> Mount:
    volume = found.get(mount.source or "") if mount.type == "volume" else None
    if volume is None:
        return mount
    options = flags(volume)
    read_only = mount.read_only or "ro" in options
    if disguise(volume) is Disguise.MEMORY:
        size = _size(options.get("size", ""))
        return replace(
            mount,
            type="tmpfs",
            size=size,
            read_only=read_only,
            owner=tmpfs_owner(options),
            mode=tmpfs_mode(options.get("mode", "")),
        )
    device = volume.driver_opts["device"]
    is_relative = isinstance(device, ProjectPath)
    source = posixpath.join(device, mount.subpath) if mount.subpath else device
    return replace(
        mount,
        type="bind",
        source=ProjectPath(source) if is_relative else source,
        subpath=None,
        is_relative=is_relative,
        read_only=read_only,
    )


def _size(text: str) -> int | None:
    """Read a size; shares of the machine's memory are none."""
    try:
        return bytesize.parse(text)
    except ValueError:
        return None
