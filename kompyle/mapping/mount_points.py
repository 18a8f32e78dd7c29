"""Where a container mounts something: never two things at one place, or below files."""

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping

from kompyle.compose.file_objects import FileReference
from kompyle.compose.service import Service
from kompyle.keypath import KeyPath, render
from kompyle.mapping.binds import Bind, Dropped, MountKey
from kompyle.mapping.bound_files import Content
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.mounts import absolute

SECRETS = "/run/secrets"


def taken_places(services: Iterable[Service]) -> list[Outcome]:
    """Tell of each mount whose place another one has already."""
    return [outcome for service in services for outcome in _taken(service)]


def _taken(service: Service) -> Iterator[Outcome]:
    owners: dict[str, KeyPath] = {}
    for place, path in places(service):
        other = owners.setdefault(place.rstrip("/"), path)
        if other != path:
            note = f"{place} is mounted already by {render(other)}"
            way_out = "Choose another target, or delete one of them."
            yield Outcome(path, Fate.LOST, note, way_out, "taken-place")


def places(service: Service) -> Iterator[tuple[str, KeyPath]]:
    """Yield each place where a service has something mounted, and the key."""
    for mount in service.mounts:
        yield absolute(mount.target), mount.path
    yield from _of_files(service)


def config_place(config: FileReference) -> str:
    return absolute(config.target or config.source)


def secret_place(secret: FileReference) -> str:
    return absolute(secret.target or secret.source, SECRETS)


def _of_files(service: Service) -> Iterator[tuple[str, KeyPath]]:
    for config in service.configs:
        yield config_place(config), config.path
    for secret in service.secrets:
        yield secret_place(secret), secret.path


def inside(folder: str, others: Service, binds: Mapping[MountKey, Bind]) -> set[str]:
    """Return the places at a folder or below where *others* of a service are mounted.

    In the volume of a ConfigMap or Secret the kubelet makes a folder for each of them,
    even where a file belongs, and then the container does not start.
    """
    top, *found = map(_plain, (folder, *_all_places(others, binds)))
    return {place for place in found if top == place or place.startswith(f"{top}/")}


def is_hidden(place: str, others: Collection[str]) -> bool:
    """Tell whether one of *others* is this one or a folder above.

    >>> is_hidden("/etc/app/a", {"/etc/app"}), is_hidden("/etc/apple", {"/etc/app"})
    (True, False)
    """
    above = _plain(place)
    while above not in others:
        below, above = above, posixpath.dirname(above)
        if above == below:
            return False
    return True


def _plain(place: str) -> str:
    return posixpath.normpath(absolute(place))


def _all_places(service: Service, binds: Mapping[MountKey, Bind]) -> Iterator[str]:
    """Name the places of what is mounted, and of the files in bound folders."""
    for mount in service.mounts:
        bind = binds.get(mount.key)
        if not isinstance(bind, Dropped):
            yield mount.target
        if isinstance(bind, Content):
            yield from (f"{mount.target}/{path}" for path in bind.paths.values())
    yield from (place for place, _ in _of_files(service))
