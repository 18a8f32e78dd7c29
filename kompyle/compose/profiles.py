"""Which services take part: by profile, by name, and by what they depend on."""

from collections.abc import Iterable

from kompyle.compose.source import YamlMap, position
from kompyle.compose.suggest import did_you_mean, listed
from kompyle.diagnostics import Report

RESOURCES = ("networks", "volumes", "secrets", "configs", "models")


def is_enabled(service: YamlMap, profiles: Iterable[str]) -> bool:
    """Whether one of the active *profiles* takes the service in."""
    wanted = service.texts("profiles")
    active = set(profiles)
    return not wanted or "*" in active or not active.isdisjoint(wanted)


def known(model: YamlMap) -> tuple[str, ...]:
    """Return the names of all profiles."""
    found = model.maps("services").values()
    return tuple(
        sorted({name for service in found for name in service.texts("profiles")})
    )


def activated(
    model: YamlMap, names: Iterable[str], profiles: Iterable[str]
) -> set[str]:
    """Return *profiles* and those of the services that are asked for by name."""
    services = model.maps("services")
    asked = [services[name] for name in names if name in services]
    needed = [service for service in asked if not is_enabled(service, profiles)]
    return {*profiles} | {name for found in needed for name in found.texts("profiles")}


def enabled(model: YamlMap, profiles: Iterable[str]) -> YamlMap:
    """Leave out the services that no active profile takes in."""
    active = frozenset(profiles)
    services = model.maps("services")
    taken = [name for name, found in services.items() if is_enabled(found, active)]
    return with_services(model, taken) if len(taken) < len(services) else model


def selected(model: YamlMap, names: tuple[str, ...], report: Report) -> YamlMap:
    """Keep the services asked for and whatever they depend on; no names, all."""
    services = model.maps("services")
    for name in names:
        is_read = services or not report.has_errors
        if name not in services and is_read:
            fact = f"there is no service {name!r}"
            way_out = did_you_mean(name, services) or listed(services)
            place = position(model, ("services",))
            report.error("no-such-service", ("services",), fact, place, help=way_out)
    if not names:
        return model
    pending = [name for name in names if name in services]
    taken: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in taken and name in services:
            taken.add(name)
            pending.extend(services[name].map("depends_on"))
    return with_services(model, [name for name in services if name in taken])


def with_services(model: YamlMap, names: Iterable[str]) -> YamlMap:
    services = model.get("services")
    if not isinstance(services, YamlMap):
        return model
    kept = {name: services.entries[name] for name in names}
    return model.with_entries(services=YamlMap(kept, services.position))


def used_resources(model: YamlMap) -> YamlMap:
    """Leave out the networks, volumes, … that no remaining service refers to."""
    used = _references(model)
    entries = dict(model.entries)
    for kind in RESOURCES:
        node = entries.get(kind)
        if isinstance(node, YamlMap):
            kept = {k: v for k, v in node.entries.items() if k in used[kind]}
            entries[kind] = YamlMap(kept, node.position)
            if not kept:
                del entries[kind]
    return YamlMap(entries, model.position)


def _references(model: YamlMap) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {kind: set() for kind in RESOURCES}
    for service in model.maps("services").values():
        for kind in ("networks", "models"):
            used[kind].update(service.map(kind))
        for kind in ("secrets", "configs"):
            used[kind].update(_sources(service, kind))
        build = service.get("build")
        if isinstance(build, YamlMap):
            used["secrets"].update(_sources(build, "secrets"))
        used["volumes"].update(
            str(mount.value("source"))
            for mount in service.items_of("volumes")
            if isinstance(mount, YamlMap) and mount.value("type") == "volume"
        )
    return used


def _sources(node: YamlMap, key: str) -> list[str]:
    items = (item for item in node.items_of(key) if isinstance(item, YamlMap))
    return [str(item.value("source")) for item in items]
