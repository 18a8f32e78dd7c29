"""``volumes_from``: give a service the mounts of another one (recipe R3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount, Volume
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.naming import object_name
from kompyle.names import distinct, slug


def with_inherited_mounts(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Add the mounts; an anonymous volume that is shared becomes one with a name."""
    services = {service.name: service for service in inputs.services}
    borrowers = [s for s in inputs.services if s.node.texts("volumes_from")]
    if not borrowers:
        return inputs, []
    volumes = dict(inputs.volumes)
    lenders = (name for found in borrowers for name, _, _ in _from(found, services))
    for name in dict.fromkeys(lenders):
        services[name] = _with_names(services[name], volumes)
    found = {name: _extended(service, services) for name, service in services.items()}
    outcomes = [
        told for taker in borrowers for told in _idle(found[taker.name], services)
    ]
    changed = replace(
        inputs,
        services=tuple(found[service.name] for service in inputs.services),
        volumes=volumes,
    )
    return changed, outcomes


def _from(
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


def _extended(service: Service, services: Mapping[str, Service]) -> Service:
    added = _borrowed(service, services, (service.name,))
    return replace(service, mounts=(*service.mounts, *added)) if added else service


def _borrowed(
    service: Service, services: Mapping[str, Service], borrowers: tuple[str, ...]
) -> list[Mount]:
    """Return what others lend a service, and what these have borrowed themselves."""
    taken = {mount.target for mount in service.mounts}
    found: list[Mount] = []
    for name, is_read_only, path in _from(service, services):
        if name in borrowers:
            continue
        others = _borrowed(services[name], services, (*borrowers, name))
        for mount in (*services[name].mounts, *others):
            if mount.target not in taken:
                taken.add(mount.target)
                read_only = mount.read_only or is_read_only
                found.append(replace(mount, path=path, read_only=read_only))
    return found


def _idle(service: Service, services: Mapping[str, Service]) -> Iterable[Outcome]:
    """Tell which entries bring nothing: nobody is called so, or has what is new."""
    known = {path: name for name, _, path in _from(service, services)}
    used = {mount.path for mount in service.mounts}
    for index, text in enumerate(service.node.texts("volumes_from")):
        path = service.at("volumes_from", index)
        if path not in known:
            note = f"{text!r} is no service of this project"
            yield Outcome(path, Fate.LOST, note, "Name the volumes themselves.")
        elif path not in used:
            note = f"{known[path]!r} has no volumes that this service lacks"
            yield Outcome(path, Fate.IGNORED, note)
