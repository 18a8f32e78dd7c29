"""Decide which Compose networks keep services apart (recipe R26)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from kompyle.compose.service import Service
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath
from kompyle.mapping.joins import network_owner
from kompyle.mapping.pods import PodGroup
from kompyle.names import slug

DEFAULT = "default"
_MODES = frozenset(("", "host", "none"))


@dataclass(frozen=True, slots=True)
class Network:
    """One network; ``docker`` is its name outside the project, which others can use.

    ``label`` is what Pods bear that use it, ``named_by`` are the keys that name it.
    """

    name: str
    path: KeyPath
    docker: str
    label: str
    named_by: tuple[KeyPath, ...]
    is_shared: bool = False
    is_internal: bool = False
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """The networks of a project, and ``of`` which of them each service is.

    ``alone`` are services without any network.
    """

    networks: Mapping[str, Network] = field(default_factory=dict)
    of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    separates: bool = False
    alone: tuple[str, ...] = ()

    def labelled(self, service: str) -> list[Network]:
        """Return the networks of a service that its Pods have to tell of.

        What has a name for others may have Pods of theirs, with policies of theirs.
        """
        found = [self.networks[name] for name in self.of.get(service, ())]
        return [network for network in found if self.separates or network.is_shared]

    @property
    def has_internal(self) -> bool:
        return any(network.is_internal for network in self.networks.values())

    def is_cut_off(self, service: str) -> bool:
        """Whether a service can open no connection beyond its own networks."""
        found = self.of.get(service)
        if found is None:
            return service in self.alone
        return bool(found) and all(self.networks[name].is_internal for name in found)


def network_plan(
    model: Mapping[str, YamlMap],
    services: Iterable[Service],
    pods: Mapping[str, PodGroup],
    project: str,
) -> NetworkPlan:
    """Look at the networks of *model* and at who is in which."""
    listed = {service.name: service for service in services}
    of = {
        name: _networks(service, listed, pods)
        for name, service in listed.items()
        if service.text("network_mode") not in ("host", "none")
    }
    alone = tuple(
        name for name, found in listed.items() if found.text("network_mode") == "none"
    )
    used = {name for found in of.values() for name in found}
    networks = {
        name: _network(name, model.get(name), f"{project}_{name}")
        for name in sorted(used)
    }
    is_internal = any(network.is_internal for network in networks.values())
    separates = is_internal or bool(alone) or _is_separated(of)
    return NetworkPlan(networks, of, separates, alone)


def _network(name: str, node: YamlMap | None, usual: str) -> Network:
    """Read a network; *usual* is what Docker calls it if nothing else is said."""
    is_external = node is not None and node.value("external") is True
    is_usual = not is_external and " " not in name
    docker = (node and node.text("name")) or (usual if is_usual else name)
    path: KeyPath = ("networks", name)
    return Network(
        name,
        path,
        docker,
        f"net.kompyle.io/{slug(docker)}",
        ((*path, "name"), (*path, "external")),
        is_shared=is_external or (node is not None and docker != usual),
        is_internal=node is not None and node.value("internal") is True,
        is_external=is_external,
    )


def _networks(
    service: Service, services: Mapping[str, Service], pods: Mapping[str, PodGroup]
) -> tuple[str, ...]:
    """Return the networks of a service's Pod: those of all who live in it.

    What runs once has a Pod of its own, but the networks of the service that it joins.
    """
    found: dict[str, None] = {}
    for name in pods[service.name].members:
        member = services[network_owner(name, services)]
        docker = docker_network(member)
        if docker:
            found[docker] = None
        if member.text("network_mode") is None:
            found.update(dict.fromkeys(member.node.map("networks") or (DEFAULT,)))
    return tuple(found)


def docker_network(service: Service) -> str | None:
    """Name the network of Docker's, and not of the project, that a service asks for.

    The name has a space, which no network of the project can have.
    """
    mode = service.text("network_mode")
    if mode is None or mode in _MODES or ":" in mode:
        return None
    return f"docker {'bridge' if mode == 'default' else mode}"


def _is_separated(of: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether two services share no network."""
    distinct = {frozenset(found) for found in of.values()}
    return any(first.isdisjoint(second) for first, second in combinations(distinct, 2))
