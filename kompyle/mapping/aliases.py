"""Other names of services: links, aliases, container and host names in use (R4)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.compose.source import YamlScalar
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.host_words import Use, uses
from kompyle.mapping.keys import Fate
from kompyle.mapping.naming import collision, renamed_service
from kompyle.mapping.speech import said
from kompyle.names import shortened, slug

_LONGEST = 63 - len("name.")
_SPOKEN = ("container_name", "hostname")
"""What Docker's DNS answers to, too; a host name only on networks of the project."""

_PRIVATE = re.compile(r"\.(?:arpa|docker|home|internal|lan|local|localdomain|test)$")
"""The ends of names that are not of the internet."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name by which services are reached; several can share one.

    ``spellings`` are the names as Compose knows them, ``name`` is the Service's;
    ``scopes`` say for whom Docker knows it.
    """

    spellings: tuple[str, ...]
    name: str
    services: tuple[str, ...]
    paths: tuple[KeyPath, ...]
    scopes: frozenset[KeyPath] = frozenset()

    @property
    def label(self) -> str:
        return f"kompyle.io/name.{shortened(self.name, _LONGEST)}"


def aliases(
    services: Iterable[Service], texts: Mapping[str, Iterable[str]]
) -> tuple[dict[str, Alias], list[Outcome]]:
    """Collect every name that is no service's own; the rest is accounted for.

    *texts* is what files say that services mount.
    """
    listed = tuple(services)
    own = {slug(service.name): service.name for service in listed}
    found: dict[str, Alias] = {}
    outcomes = []
    for written, owner, path in (*_written(listed), *_spoken(listed, texts)):
        name = slug(written)
        if name in own:
            outcomes.append(_taken(name, own[name], owner, path))
            continue
        known = found.get(name, Alias((written,), name, (owner,), ()))
        if written not in known.spellings and owner not in known.services:
            outcomes.append(collision(written, known.spellings[0], name, path))
            continue
        scope = _scope(path)
        if owner not in known.services and _is_apart(scope, known):
            outcomes.append(_divided(written, known.services[0], path))
            continue
        if written != name and not _is_public(written, path):
            outcomes.append(renamed_service(name, path))
        found[name] = _joined(known, Alias((written,), name, (owner,), (path,), scope))
    return found, outcomes


def _scope(path: KeyPath) -> frozenset[KeyPath]:
    """Name the network that knows an alias, or the service that has it as a link.

    A container or host name is one for all who can ask, and has no scope.
    """
    if path[2] == "networks":
        return frozenset([path[2:4]])
    return frozenset([path[:2]] if path[2] == "links" else [])


def _is_apart(scope: frozenset[KeyPath], known: Alias) -> bool:
    return bool(scope and known.scopes) and scope.isdisjoint(known.scopes)


def _divided(alias: str, holder: str, path: KeyPath) -> Outcome:
    """Tell of an alias that in Docker means one service here, and another there."""
    note = f"{alias!r} means {holder!r} here: a name is one for the whole namespace"
    way_out = (
        "Use the service's own name, or another alias; or deploy what is on the other "
        "network to a namespace of its own."
    )
    return Outcome(path, Fate.LOST, note, way_out, "taken-name")


def _joined(known: Alias, added: Alias) -> Alias:
    return Alias(
        tuple(dict.fromkeys(known.spellings + added.spellings)),
        known.name,
        tuple(dict.fromkeys(known.services + added.services)),
        known.paths + added.paths,
        known.scopes | added.scopes,
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


def _spoken(
    services: tuple[Service, ...], texts: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, str, KeyPath]]:
    """Yield the container and host names that other services speak to."""
    named = [
        (name, service.name, service.at(key))
        for service in services
        for key in _SPOKEN
        if (name := service.text(key)) and _adds(name, key, service)
    ]
    if not named:
        return
    names = dict.fromkeys((name for name, _, _ in named), "")
    said_by = {
        service.name: _said(service, texts.get(service.name, ()), names)
        for service in services
    }
    for name, owner, path in named:
        if any(name in said_by[other] for other in said_by.keys() - {owner}):
            yield name, owner, path


def _adds(name: str, key: str, service: Service) -> bool:
    """Whether a name is one more: a host name may be the service's, as it stays one."""
    if key == "container_name":
        return name != service.name
    is_other = slug(name) != slug(service.name)
    return is_other and service.text("network_mode") is None


def _said(
    service: Service, texts: Iterable[str], names: Mapping[str, str]
) -> frozenset[str]:
    """Return which of *names* may be hosts in what a service says, or are in files."""
    spoken = {
        word[0]
        for key, text in said(service)
        for word, use in uses(text, names, key)
        if use is not Use.OTHER
    }
    in_files = {
        word[0]
        for text in texts
        if any(name in text for name in names)
        for word, use in uses(text, names)
        if use is Use.HOST
    }
    return frozenset(spoken | in_files)


def public_names(found: Mapping[str, Alias]) -> dict[str, str]:
    """Return host names that may be of the internet, as ``mail.example.org``.

    What says one may mean what users or certificates call it, so nothing is rewritten.
    """
    return {
        spelling: alias.name
        for alias in found.values()
        for spelling in alias.spellings
        if all(_is_public(spelling, path) for path in alias.paths)
    }


def _is_public(name: str, path: KeyPath) -> bool:
    is_domain = "." in name and not _PRIVATE.search(name)
    return path[-1] == "hostname" and is_domain


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
