"""Other names of services: links, network aliases, container names in use (R4)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.compose.source import YamlScalar
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.naming import collision, renamed_service
from kompyle.mapping.speech import said
from kompyle.names import shortened, slug

_LONGEST = 63 - len("name.")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name by which services are reached; several can share one.

    ``spellings`` are the names as Compose knows them, ``name`` is the Service's.
    """

    spellings: tuple[str, ...]
    name: str
    services: tuple[str, ...]
    paths: tuple[KeyPath, ...]

    @property
    def label(self) -> str:
        return f"kompyle.io/name.{shortened(self.name, _LONGEST)}"


def aliases(
    services: Iterable[Service],
) -> tuple[dict[str, Alias], list[Outcome]]:
    """Collect every name that is no service's own; the rest is accounted for."""
    listed = tuple(services)
    own = {slug(service.name): service.name for service in listed}
    found: dict[str, Alias] = {}
    outcomes = []
    for written, owner, path in (*_written(listed), *_container_names(listed)):
        name = slug(written)
        if name in own:
            outcomes.append(_taken(name, own[name], owner, path))
            continue
        known = found.get(name, Alias((written,), name, (owner,), ()))
        if written not in known.spellings and owner not in known.services:
            outcomes.append(collision(written, known.spellings[0], name, path))
            continue
        if written != name:
            outcomes.append(renamed_service(name, path))
        found[name] = _joined(known, Alias((written,), name, (owner,), (path,)))
    return found, outcomes


def _joined(known: Alias, added: Alias) -> Alias:
    return Alias(
        tuple(dict.fromkeys(known.spellings + added.spellings)),
        known.name,
        tuple(dict.fromkeys(known.services + added.services)),
        known.paths + added.paths,
    )


def _taken(name: str, holder: str, owner: str, path: KeyPath) -> Outcome:
    if holder == owner:
        return Outcome(path, Fate.IGNORED, "it is the service's own name")
    note = f"{name!r} is the name of another service, and names are one per namespace"
    return Outcome(path, Fate.LOST, note, "Choose another alias.", "taken-name")


def _written(services: Iterable[Service]) -> Iterator[tuple[str, str, KeyPath]]:
    """Yield each alias with the service that it means, and its key."""
    names = {service.name for service in services}
    for service in services:
        for network, node in service.node.maps("networks").items():
            for index, item in enumerate(node.items_of("aliases")):
                if isinstance(item, YamlScalar):
                    path = service.at("networks", network, "aliases", index)
                    yield str(item.value), service.name, path
        for index, text in enumerate(service.node.texts("links")):
            target, _, alias = text.partition(":")
            if target in names:
                yield alias or target, target, service.at("links", index)


def _container_names(
    services: tuple[Service, ...],
) -> Iterator[tuple[str, str, KeyPath]]:
    """Yield the container names that other services speak to."""
    named = {
        service.text("container_name"): service
        for service in services
        if service.text("container_name") not in (None, service.name)
    }
    if not named:
        return
    spoken: dict[str, set[str]] = {}
    for service in services:
        for _, text in said(service):
            for word in _WORD.findall(text):
                if word in named:
                    spoken.setdefault(word, set()).add(service.name)
    for name, service in named.items():
        if name and spoken.get(name, set()) - {service.name}:
            yield name, service.name, service.at("container_name")


def alias_names(found: Mapping[str, Alias]) -> dict[str, str]:
    """Return the name of the Service for every spelling of an alias."""
    return {
        spelling: alias.name for alias in found.values() for spelling in alias.spellings
    }


def known_names(
    services: Iterable[Service], found: Mapping[str, Alias]
) -> dict[str, tuple[str, ...]]:
    """Return, by every name in use, the services that answer to it."""
    names = {service.name: (service.name,) for service in services}
    return {
        spelling: alias.services
        for alias in found.values()
        for spelling in alias.spellings
    } | names


def legal_names(
    names: Mapping[str, tuple[str, ...]], legal: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the same by the names that Kubernetes accepts."""
    return {legal.get(name, name): found for name, found in names.items()}
