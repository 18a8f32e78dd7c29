"""Decide what becomes of each bind mount (recipe R14)."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count

from kompyle.compose.service import Service
from kompyle.compose.source import HomePath, YamlMap
from kompyle.compose.volumes import Mount
from kompyle.keypath import KeyPath
from kompyle.localfiles import (
    Absent,
    Local,
    LocalFile,
    LocalFolder,
    TooLarge,
    Unusable,
)
from kompyle.mapping.bound_files import Content, content
from kompyle.mapping.engine_users import socket_way_out
from kompyle.mapping.file_like import is_file_like
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.portable import from_folder
from kompyle.mapping.secret_values import SecretValues
from kompyle.names import shortened, slug
from kompyle.options import Options

_SOCKET = re.compile(r".*/(?:docker(?:\.raw)?|podman|containerd|crio)\.sock")
"""Sockets of container engines, which each user can have one of."""

_TOO_LARGE = "Build an image that holds it, or fill a named volume with a Job."
_NO_DOCKER = "cluster nodes do not run Docker, so its socket is not mounted"
_NO_ZONE = "nodes keep UTC: the container has no time zone unless TZ says one"
_SAY_ZONE = "Say it in its environment, as in `TZ: Europe/Berlin`."
_CLOCK = frozenset(("/etc/localtime", "/etc/timezone"))
_SYSTEM = re.compile(r"/|/(?:proc|sys|dev)(?:/.*)?")
_DATA = re.compile(
    r"/(?:var/lib|data|config|storage|backups?|uploads?|media|downloads?|db|database"
    r"|mnt|srv)(?:/.*)?|.*/(?:data|storage|uploads?|media|backups?)"
)
_OF_NODE = re.compile(
    r"/|/(?:boot|dev|proc|run|sys|var/(?:lib/docker|run))(?:/.*)?|/var/log"
    r"|.*\.sock"
)
_OF_SYSTEM = re.compile(r"/(?:etc|lib(?:32|64)?|s?bin|usr)(?:/.*)?")
"""Folders that each machine fills for itself, and those that its owner filled."""

_BRING = "Copy it into the claim, or build it into the image."
_BRING_OR_ALLOW = (
    "Copy it into the claim, build it into the image, or mount it from the nodes: "
    "--allow-host-paths."
)
_ALLOW = "Mount that of the nodes with --allow-host-paths, or leave it out."
_MAKE = "Make the file and convert again, or build it into the image."
_COPY = (
    "Mount a copy of it from the project's folder, or that of the nodes with "
    "--allow-host-paths."
)
_READABLE = "Let whoever runs Kompyle read it, and convert again."
_NO_FILE = (
    "Mount a regular file or a folder, or leave the mount out: containers of one Pod "
    "can share sockets and pipes in a named volume (`driver_opts: {type: tmpfs}`)."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An empty volume; ``help`` says how to bring in what belongs there.

    ``folder`` is the part of it that is mounted, if it is not the whole; ``is_lost``
    tells whether the service cannot do without what is missing.
    """

    name: str
    note: str
    help: str | None = None
    folder: str = ""
    is_lost: bool = True


@dataclass(frozen=True, slots=True)
class HostPath:
    path: str
    note: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """No mount; ``is_lost`` tells whether the user has to do something.

    ``key`` is the part of it that is lost, where the others say nothing by themselves.
    """

    note: str
    help: str | None = None
    is_lost: bool = True
    key: str | None = None


MountKey = tuple[KeyPath, str]

Bind = Content | Claim | HostPath | Dropped


def binds(
    inputs: Inputs, options: Options, taken: Iterable[str], secrets: SecretValues
) -> dict[MountKey, Bind]:
    """Decide for every bind mount, by its key; objects avoid the names *taken*."""
    names = _Names(inputs.folder, set(taken), secrets)
    found: dict[MountKey, Bind] = {}
    for service, mount in bind_mounts(inputs.services):
        found[mount.key] = _bind(service, mount, inputs, options, names)
    return found


def bind_mounts(services: tuple[Service, ...]) -> Iterator[tuple[Service, Mount]]:
    for service in services:
        for mount in service.mounts:
            if mount.type == "bind" and mount.source:
                yield service, mount


def _bind(
    service: Service, mount: Mount, inputs: Inputs, options: Options, names: "_Names"
) -> Bind:
    source = normal(mount.source or "")
    if _SOCKET.fullmatch(source):
        return Dropped(_NO_DOCKER, socket_way_out(service.image or ""))
    if source in _CLOCK:
        return _clock(service)
    for decide in (_wanted_host_path, _system):
        decided = decide(source, mount, options)
        if decided:
            return decided
    if not mount.is_relative:
        return _of_machine(source, mount, names)
    local = inputs.files.get(mount.source or "", Absent())
    developed = _sources(service, mount, inputs)
    if developed and not isinstance(local, LocalFile):
        return developed
    return _local(local, mount, names)


def _clock(service: Service) -> Dropped:
    """Leave out the machine's time zone; whose it is, only the project can say."""
    if service.environment.get("TZ") is not None:
        return Dropped("containers take their time zone from TZ", is_lost=False)
    return Dropped(_NO_ZONE, _SAY_ZONE, key="source")


def normal(path: str) -> str:
    """Write an absolute path in one way: servers refuse host paths with ``..``."""
    if isinstance(path, HomePath):
        return path
    return re.sub("^//+", "/", posixpath.normpath(path)) if path[:1] == "/" else path


def _of_machine(source: str, mount: Mount, names: "_Names") -> Bind:
    said = source.written if isinstance(source, HomePath) else source
    is_of_node = bool(_OF_NODE.fullmatch(source))
    if is_of_node or _is_file(source, mount):
        note = f"{said} of the machine is not in the cluster, so it is not mounted"
        return Dropped(note, _ALLOW if is_of_node else _COPY)
    note = f"{said} of the machine is not in the cluster; the volume starts empty"
    is_needed = mount.read_only or bool(_OF_SYSTEM.fullmatch(source))
    return Claim(names.of(source), note, _BRING_OR_ALLOW, is_lost=is_needed)


def _is_file(source: str, mount: Mount) -> bool:
    return is_file_like(source) or is_file_like(mount.target)


_Decision = Callable[[str, Mount, Options], Bind | None]


def _wanted_host_path(source: str, mount: Mount, options: Options) -> Bind | None:
    is_wanted = options.allow_host_paths and not mount.is_relative
    if is_wanted or options.volumes == "hostpath":
        return HostPath(
            str(source), "every node needs this path, with the same content"
        )
    return None


def _system(source: str, mount: Mount, _options: Options) -> Bind | None:
    if mount.is_relative or not _SYSTEM.fullmatch(source) or not mount.read_only:
        return None
    return HostPath(
        str(source), "it shows the node, not the machine that Compose ran on"
    )


def _sources(service: Service, mount: Mount, inputs: Inputs) -> Bind | None:
    """Leave out source code that is mounted over an image for development."""
    source = (mount.source or "").rstrip("/")
    build = service.node.get("build")
    context = build.text("context") if isinstance(build, YamlMap) else None
    if context and _is_inside(source, context.rstrip("/")) and not mount.read_only:
        note = "the image that is built from this folder holds it already"
        return Dropped(note, is_lost=False)
    if source == inputs.folder.rstrip("/") or _is_inside(inputs.folder, source):
        note = "the whole project folder is mounted; that is for development"
        return Dropped(note, "Build an image that holds what the service needs of it.")
    return None


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _local(local: Local, mount: Mount, names: "_Names") -> Bind:
    source = mount.source or ""
    name = names.of(source)
    is_data = bool(_DATA.fullmatch(mount.target)) and not mount.read_only
    match local:
        case LocalFile():
            return names.content(source, {"": local})
        case LocalFolder(files, skipped) if files and not is_data:
            return replace(names.content(source, dict(files)), skipped=skipped)
        case LocalFolder(files, skipped):
            return _emptied(name, files or skipped)
        case Absent():
            return _absent(name, mount)
        case TooLarge(fact, is_file):
            return _too_large(name, fact, is_only_read=is_file or mount.read_only)
        case Unusable(reason):
            way_out = _NO_FILE if reason.startswith("it is ") else _READABLE
            return Dropped(f"{reason}; it cannot be brought into the cluster", way_out)


def _absent(name: str, mount: Mount) -> Bind:
    if _is_file(mount.source or "", mount):
        return Dropped("there is nothing at this path, so it is not mounted", _MAKE)
    note = "there is nothing at this path, so the volume is empty"
    return Claim(name, note, _BRING if mount.read_only else None)


def _emptied(name: str, found: Collection[str]) -> Claim:
    if any(not path.endswith("/") for path in found):
        return Claim(name, "it starts empty; the folder does not", _BRING)
    if found:
        note = "the folder holds empty folders alone, and the volume not even these"
        return Claim(name, note)
    return Claim(name, "the folder is empty, and so is the volume")


def _too_large(name: str, note: str, *, is_only_read: bool) -> Bind:
    """Leave a folder to write in empty; what is only read would be no use so."""
    if is_only_read:
        return Dropped(note, _TOO_LARGE)
    return Claim(name, f"{note}; the volume starts empty", _BRING)


class _Names:
    """Names objects after paths: one name for each source, and no name twice."""

    def __init__(self, folder: str, taken: set[str], secrets: SecretValues) -> None:
        self.secrets = secrets
        self.folder = folder
        self.taken = taken
        self.names: dict[tuple[str, int], str] = {}

    def content(self, source: str, files: dict[str, LocalFile]) -> Content:
        way = from_folder(source, self.folder)
        return content(way, partial(self.of, source), files, self.secrets)

    def of(self, source: str, part: int = 1) -> str:
        key = (source, part)
        if key not in self.names:
            way = from_folder(source, self.folder)
            way = re.sub("^~", "home", way)
            base = slug(way) if way.strip("./") else "project"
            base = f"{base}-{part}" if part > 1 else base
            numbered = (f"{base}-files-{number}" for number in count(2))
            free = chain((base, f"{base}-files"), numbered)
            name = next(n for n in map(shortened, free) if n not in self.taken)
            self.taken.add(name)
            self.names[key] = name
        return self.names[key]
