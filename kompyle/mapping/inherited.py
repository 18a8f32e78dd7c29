"""``volumes_from``: give a service the mounts of another one (recipe R3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount, Volume
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.names import slug


def with_inherited_mounts(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Add the mounts; an anonymous volume that is shared becomes one with a name."""
    services = {service.name: service for service in inputs.services}
    borrowers = [s for s in inputs.services if s.node.texts("volumes_from")]
    if not borrowers:
        return inputs, []
    named: dict[str, Volume] = {}
    for name in {name for found in borrowers for name, _, _ in _from(found, services)}:
        services[name] = _with_names(services[name], named)
    found = {name: _extended(service, services) for name, service in services.items()}
    outcomes = [told for taker in borrowers for told in _unknown(taker, services)]
    changed = replace(
        inputs,
        services=tuple(found[service.name] for service in inputs.services),
        volumes={**inputs.volumes, **named},
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


def _with_names(service: Service, named: dict[str, Volume]) -> Service:
    mounts = []
    for mount in service.mounts:
        if mount.type == "volume" and mount.source is None:
            key = slug(f"{service.name}{mount.target}")
            named[key] = Volume((*mount.path, "target"), key, key)
            mount = replace(mount, source=key)  # noqa: PLW2901 - the same mount, named
        mounts.append(mount)
    return replace(service, mounts=tuple(mounts))


def _extended(service: Service, services: Mapping[str, Service]) -> Service:
    own = {mount.target for mount in service.mounts}
    added: list[Mount] = []
    for name, is_read_only, path in _from(service, services):
        for mount in services[name].mounts:
            if mount.target not in own:
                own.add(mount.target)
                read_only = mount.read_only or is_read_only
                added.append(replace(mount, path=path, read_only=read_only))
    return replace(service, mounts=(*service.mounts, *added)) if added else service


def _unknown(service: Service, services: Mapping[str, Service]) -> Iterable[Outcome]:
    known = {path for _, _, path in _from(service, services)}
    for index, text in enumerate(service.node.texts("volumes_from")):
        path = service.at("volumes_from", index)
        if path not in known:
            note = f"{text!r} is no service of this project"
            yield Outcome(path, Fate.LOST, note, "Name the volumes themselves.")
