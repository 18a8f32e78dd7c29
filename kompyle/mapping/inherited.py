"""``volumes_from``: give a service the mounts of another one (recipe R3).

The engine passes on what is mounted: volumes, bound paths, and the files of configs and
secrets. It passes on no ``tmpfs``, and no file that Compose copies into a container,
which it does with texts and variables.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kompyle.compose.file_objects import FileObject, FileReference
from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount, Volume
from kompyle.keypath import KeyPath, service_key
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.mount_points import config_place, places, secret_place
from kompyle.mapping.mounts import absolute
from kompyle.mapping.naming import object_name
from kompyle.names import distinct, slug


@dataclass(frozen=True, slots=True)
class _Lent:
    """What a service has at one place; one of the three."""

    mount: Mount | None = None
    config: FileReference | None = None
    secret: FileReference | None = None

    def at(self, path: KeyPath, *, read_only: bool) -> "_Lent":
        """Return the same for the borrower, who asks for it at *path*."""
        mount, config, secret = self.mount, self.config, self.secret
        if mount:
            read_only = mount.read_only or read_only
            own = mount.lent_at or mount.path
            return _Lent(replace(mount, path=path, read_only=read_only, lent_at=own))
        return _Lent(
            config=config and replace(config, path=path),
            secret=secret and replace(secret, path=path),
        )


_Places = dict[str, _Lent]


def with_inherited_mounts(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Add the mounts; an anonymous volume that is shared becomes one with a name."""
    services = {service.name: service for service in inputs.services}
    borrowers = [s for s in inputs.services if s.node.texts("volumes_from")]
    if not borrowers:
        return inputs, []
    volumes = dict(inputs.volumes)
    asked = (name for found in borrowers for name, _, _ in lenders(found, services))
    for name in dict.fromkeys(asked):
        services[name] = _with_names(services[name], volumes)
    own = {name: _lent(service, inputs) for name, service in services.items()}
    found = {
        name: _extended(service, services, own) for name, service in services.items()
    }
    outcomes = [
        told for taker in borrowers for told in _idle(found[taker.name], services)
    ]
    changed = replace(
        inputs,
        services=tuple(found[service.name] for service in inputs.services),
        volumes=volumes,
    )
    return changed, outcomes


def lenders(
    service: Service, services: Mapping[str, Service]
) -> Iterator[tuple[str, bool, KeyPath]]:
    """Yield whose mounts a service takes, whether read-only, and the key."""
    for index, text in enumerate(service.node.texts("volumes_from")):
        kind, _, rest = text.partition(":")
        name, _, mode = rest.partition(":") if kind == "container" else (kind, "", rest)
        found = _by_name(name, services, is_container=kind == "container")
        if found:
            yield found, mode == "ro", service.at("volumes_from", index)


def _by_name(
    name: str, services: Mapping[str, Service], *, is_container: bool
) -> str | None:
    if not is_container:
        return name if name in services else None
    for service in services.values():
        if service.text("container_name") == name:
            return service.name
    return None


def _with_names(service: Service, volumes: dict[str, Volume]) -> Service:
    """Name the anonymous volumes of a service, and enter them into *volumes*."""
    mounts = []
    for mount in service.mounts:
        if mount.type == "volume" and mount.source is None:
            taken = {*volumes, *map(object_name, volumes.values())}
            key = distinct(slug(f"{service.name}{mount.target}"), taken)
            volumes[key] = Volume((*mount.path, "target"), key, key)
            mount = replace(mount, source=key)  # noqa: PLW2901 - the same mount, named
        mounts.append(mount)
    return replace(service, mounts=tuple(mounts))


def _lent(service: Service, inputs: Inputs) -> _Places:
    """Return what a service has mounted itself, each at its place."""
    found = {
        absolute(mount.target): _Lent(mount)
        for mount in service.mounts
        if service_key(mount.path) != "tmpfs"
    }
    for config in service.configs:
        if _is_mounted(inputs.configs.get(config.source)):
            found[config_place(config)] = _Lent(config=config)
    for secret in service.secrets:
        if _is_mounted(inputs.secrets.get(secret.source)):
            found[secret_place(secret)] = _Lent(secret=secret)
    return found


def _is_mounted(found: FileObject | None) -> bool:
    return found is not None and (found.is_external or found.file is not None)


def _extended(
    service: Service, services: Mapping[str, Service], own: Mapping[str, _Places]
) -> Service:
    taken = {place for place, _ in places(service)}
    borrowed = _borrowed(service, services, own, (service.name,))
    added = [lent for place, lent in borrowed.items() if place not in taken]
    if not added:
        return service
    return replace(
        service,
        mounts=(*service.mounts, *(lent.mount for lent in added if lent.mount)),
        configs=(*service.configs, *(lent.config for lent in added if lent.config)),
        secrets=(*service.secrets, *(lent.secret for lent in added if lent.secret)),
    )


def _borrowed(
    service: Service,
    services: Mapping[str, Service],
    own: Mapping[str, _Places],
    borrowers: tuple[str, ...],
) -> _Places:
    """Return what others lend a service, and what these have borrowed themselves.

    Where two lend something for one place, the engine mounts what the last one lends.
    """
    found: _Places = {}
    for name, is_read_only, path in lenders(service, services):
        if name in borrowers:
            continue
        others = _borrowed(services[name], services, own, (*borrowers, name))
        for place, lent in (own[name] | others | own[name]).items():
            found[place] = lent.at(path, read_only=is_read_only)
    return found


def _idle(service: Service, services: Mapping[str, Service]) -> Iterable[Outcome]:
    """Tell which entries bring nothing: nobody is called so, or has what is new."""
    known = {path: name for name, _, path in lenders(service, services)}
    used = {path for _, path in places(service)}
    for index, text in enumerate(service.node.texts("volumes_from")):
        path = service.at("volumes_from", index)
        if path not in known:
            note = f"{text!r} is no service of this project"
            yield Outcome(path, Fate.LOST, note, "Name the volumes themselves.")
        elif path not in used:
            note = f"{known[path]!r} has no volumes that this service lacks"
            yield Outcome(path, Fate.IGNORED, note)
