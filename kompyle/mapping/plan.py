"""Decide, once, whatever needs the whole project; concerns stay blind to each other.

Here are the names of objects, the kinds of workloads, the ports of Services, and
what becomes of each mounted file and volume.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.binds import Bind, Claim, binds
from kompyle.mapping.evidence import evidence
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.kinds import Kind, kinds
from kompyle.mapping.names import slug
from kompyle.mapping.pods import PodGroup, pod_groups, sidecars
from kompyle.mapping.service_ports import ServicePort, service_ports
from kompyle.mapping.variables import VariableGroup, variable_groups
from kompyle.options import Options


@dataclass(frozen=True, slots=True)
class Plan:
    """The decisions; every mapping is by the name that Compose uses."""

    inputs: Inputs
    options: Options
    services: Mapping[str, Service]
    names: Mapping[str, str]
    kinds: Mapping[str, Kind]
    ports: Mapping[str, tuple[ServicePort, ...]]
    groups: Mapping[str, tuple[VariableGroup, ...]]
    binds: Mapping[KeyPath, Bind]
    pods: Mapping[str, PodGroup]
    claimants: frozenset[str] = frozenset()
    sidecars: Mapping[str, bool] = field(default_factory=dict)
    job_names: Mapping[str, str] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()

    def host(self, service: Service) -> str:
        """Return the name of the Pod that a service runs in."""
        return self.names[self.pods[service.name].host]

    def prefix(self, service: Service) -> str:
        """Return what keeps names of one Pod's services apart; mostly nothing."""
        is_shared = self.pods[service.name].is_shared
        return f"{self.names[service.name]}-" if is_shared else ""

    def uses_host_network(self, service: Service) -> bool:
        """Whether the service's Pod uses the node's network."""
        members = self.pods[service.name].members
        return any(
            self.services[name].text("network_mode") == "host" for name in members
        )


def plan(inputs: Inputs, options: Options) -> Plan:
    names, collisions = _names(inputs.services)
    spoken = evidence(inputs.services)
    decided = binds(inputs, options)
    services = {service.name: service for service in inputs.services}
    chosen = kinds(inputs.services, options)
    pods = pod_groups(inputs.services, chosen)
    return Plan(
        inputs=inputs,
        options=options,
        services=services,
        names=names,
        kinds=chosen,
        ports={
            service.name: service_ports(service, spoken[service.name])
            for service in inputs.services
        },
        groups=variable_groups(inputs.services, names, inputs.variable_files),
        binds=decided,
        claimants=_claimants(inputs, decided),
        pods=pods,
        sidecars=sidecars(services, pods),
        outcomes=tuple(collisions),
    )


def _names(services: tuple[Service, ...]) -> tuple[dict[str, str], list[Outcome]]:
    """Name each service's objects; two services of one name are an error."""
    names: dict[str, str] = {}
    owners: dict[str, str] = {}
    collisions = []
    for service in services:
        name = slug(service.name)
        names[service.name] = name
        other = owners.setdefault(name, service.name)
        if other != service.name:
            note = f"{service.name!r} and {other!r} would both be named {name!r}"
            way_out = "Rename one: Kubernetes names have only a-z, 0-9 and -."
            outcome = Outcome(service.path, Fate.LOST, note, way_out, "name-collision")
            collisions.append(outcome)
    return names, collisions


def _claimants(inputs: Inputs, decided: Mapping[KeyPath, Bind]) -> frozenset[str]:
    """Name the services that mount a claim, which only one Pod may hold at a time."""
    return frozenset(
        service.name
        for service in inputs.services
        for mount in service.mounts
        if (mount.type == "volume" and mount.source)
        or isinstance(decided.get(mount.path), Claim)
    )
