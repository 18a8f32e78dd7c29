"""Decide, once, whatever needs the whole project; concerns stay blind to each other.

Here are the names of objects, the kinds of workloads, the ports of Services, and
what becomes of each mounted file and volume.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from kompyle.compose.file_objects import FileObject
from kompyle.compose.service import Service
from kompyle.compose.volumes import Volume
from kompyle.mapping.aliases import (
    Alias,
    alias_names,
    aliases,
    known_names,
    legal_names,
    public_names,
)
from kompyle.mapping.autoheal import autoheal_label
from kompyle.mapping.binds import Bind, MountKey, binds
from kompyle.mapping.claims import (
    is_written_outside,
    mounted_claims,
    shared_claims,
)
from kompyle.mapping.concealed import concealed
from kompyle.mapping.convertible import without_providers
from kompyle.mapping.data_containers import without_data_containers
from kompyle.mapping.docker_names import DockerNames, docker_names
from kompyle.mapping.early import early_services
from kompyle.mapping.engine_machine import engine_machine
from kompyle.mapping.evidence import Spoken, evidence
from kompyle.mapping.expansion import Secrets
from kompyle.mapping.first_try import awaits_start
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inherited import with_inherited_mounts
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.kinds import Kind, kinds
from kompyle.mapping.mount_points import taken_places
from kompyle.mapping.mounted_texts import mounted_texts
from kompyle.mapping.naming import (
    object_name,
    reserved_names,
    resource_collisions,
    service_names,
)
from kompyle.mapping.needed import needed_members
from kompyle.mapping.network_plan import NetworkPlan, network_plan
from kompyle.mapping.old_names import old_names
from kompyle.mapping.one_folder import in_one_claim, split_folders
from kompyle.mapping.one_network import same_ports
from kompyle.mapping.pod_cycles import check_cycles, pod_cycles
from kompyle.mapping.pods import PodGroup, pod_groups
from kompyle.mapping.published_here import published_here
from kompyle.mapping.ready import awaited_names, ready_names
from kompyle.mapping.refused import refused_values
from kompyle.mapping.renaming import renamed
from kompyle.mapping.same_volume import with_one_volume_per_name
from kompyle.mapping.secret_values import SecretValues
from kompyle.mapping.service_ports import ServicePort, service_ports, unique
from kompyle.mapping.sidecars import sidecars
from kompyle.mapping.speech import Speech, speech
from kompyle.mapping.swarm_templates import without_templates
from kompyle.mapping.variables import VariableGroup, variable_groups
from kompyle.names import slug
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
    binds: Mapping[MountKey, Bind]
    pods: Mapping[str, PodGroup]
    claims: Mapping[str, frozenset[str]] = field(default_factory=dict)
    shared_claims: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    sidecars: Mapping[str, bool] = field(default_factory=dict)
    early: frozenset[str] = frozenset()
    ready: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    autoheal: str = ""
    networks: NetworkPlan = field(default_factory=NetworkPlan)
    job_names: Mapping[str, str] = field(default_factory=dict)
    secret_values: SecretValues = field(default_factory=SecretValues)
    concealed: Mapping[str, Secrets] = field(default_factory=dict)
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
        return self.uses_host(service, "network_mode")

    def uses_host(self, service: Service, key: str) -> bool:
        """Whether the service's Pod has the node's own of what *key* can share."""
        members = self.pods[service.name].members
        return any(self.services[name].text(key) == "host" for name in members)

    def replaces_at_once(self, service: Service) -> str | None:
        """Say why a Pod has to be gone before its successor starts, if it has to."""
        group = self.pods[service.name]
        if self.kinds[group.host].name != "Deployment":
            return None
        if any(self.claims[name] for name in group.members):
            return "hold a volume"
        if self.uses_host_network(service):
            return "use the node's ports"
        if self._writes_alone(group):
            return "write to a share or a folder of the node"
        return None

    def _writes_alone(self, group: PodGroup) -> bool:
        """Whether one Pod writes to a server or a node, and no second one is to.

        Replicas share what they write to anyway, and so does a Pod that is said to
        start before the old one stops.
        """
        host = self.services[group.host]
        order = host.text("deploy", "update_config", "order")
        if (host.replicas or 1) > 1 or order == "start-first":
            return False
        return any(
            is_written_outside(
                mount, self.inputs, self.binds.get(mount.key), self.options
            )
            for name in group.members
            for mount in self.services[name].mounts
        )


def plan(inputs: Inputs, options: Options) -> Plan:
    inputs, changed = _made_ready(inputs)
    texts = mounted_texts(inputs)
    others, taken = aliases(inputs.services, texts)
    names, told = _named(inputs, others, options)
    docker = docker_names(inputs, names, alias_names(others))
    speaking = docker.joined(known_names(inputs.services, others))
    legal = names | alias_names(others) | docker.tasks | docker.networks
    spoken = evidence(inputs.services, speaking, texts)
    inputs, rewritten, secrets, hidden = _reworded(inputs, legal, docker, others)
    used = _object_names(inputs.configs) | _object_names(inputs.secrets)
    groups = variable_groups(inputs, names, used, secrets)
    used |= _object_names(inputs.volumes) | _names(groups)
    decided = in_one_claim(binds(inputs, options, used, secrets), inputs.services)
    told += old_names(inputs, decided, legal | docker.containers)
    services, heard = inputs.by_name, legal_names(speaking, legal)
    whom = speech(inputs.services, heard)
    chosen = kinds(inputs.services, options, whom)
    pods = pod_groups(inputs.services, chosen)
    told += check_cycles(services, pods, heard)
    claims = mounted_claims(inputs, options, decided)
    planned = Plan(
        inputs=inputs,
        options=options,
        services=services,
        names=names,
        kinds=chosen,
        ports=_ports(services, spoken, pods),
        groups=groups,
        binds=decided,
        claims=claims,
        shared_claims=shared_claims(claims, services, pods),
        pods=pods,
        aliases=others,
        networks=network_plan(inputs.networks, inputs.services, pods, inputs.name),
        secret_values=secrets,
        concealed=hidden,
        outcomes=(*changed, *told, *taken, *rewritten),
    )
    return _with_waits(planned, docker.services, whom, {*legal.values()})


def _reworded(
    inputs: Inputs,
    legal: Mapping[str, str],
    docker: DockerNames,
    others: Mapping[str, Alias],
) -> tuple[Inputs, list[Outcome], SecretValues, Mapping[str, Secrets]]:
    """Write hosts as they are called in the cluster, and take out what is secret."""
    staying = docker.containers | public_names(others)
    written, told = renamed(inputs.services, legal, staying)
    written, secrets, hidden = concealed(written, inputs.filled)
    return replace(inputs, services=written), told, secrets, hidden


def _with_waits(
    found: Plan, tasks: Mapping[str, str], spoken: Speech, taken: Collection[str]
) -> Plan:
    """Decide how those who wait for others learn that these are ready."""
    services, pods = found.services, found.pods
    needed = needed_members(services, spoken, pods)
    early = early_services(services, spoken, pods) | needed
    begun = {
        dependency.service
        for service in services.values()
        for dependency in service.depends_on
        if awaits_start(dependency, services, found.kinds, pods)
    }
    awaited = awaited_names(services, found.names, begun)
    asked = ready_names(services, awaited, found.ports, early, taken)
    ready = {name: host for name, host in asked.items() if not found.kinds[name].ends}
    troubles = (
        *engine_machine(found.inputs, found.binds),
        *split_folders(found.binds, found.inputs.services),
        *pod_cycles(services, pods),
        *same_ports(services, pods),
    )
    return replace(
        found,
        needed=needed,
        early=early,
        ready=ready,
        autoheal=autoheal_label(services.values()),
        tasks=tasks,
        sidecars=sidecars(services, pods, needed),
        outcomes=(*found.outcomes, *troubles),
    )


_STEPS = (
    without_providers,
    with_inherited_mounts,
    without_data_containers,
    without_templates,
    with_one_volume_per_name,
)


def _made_ready(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Leave out what is not ours to make, and make plain what mounts stand for."""
    told: list[Outcome] = []
    for step in _STEPS:
        inputs, outcomes = step(inputs)
        told += outcomes
    return inputs, told


def _named(
    inputs: Inputs, others: Mapping[str, Alias], options: Options
) -> tuple[dict[str, str], list[Outcome]]:
    """Name services, and tell what cannot be in a cluster as it is written."""
    names, told = service_names(inputs.services)
    used = [(slug(service.name), service.path) for service in inputs.services]
    used += [(alias.name, path) for alias in others.values() for path in alias.paths]
    return names, [
        *told,
        *reserved_names(used, options),
        *resource_collisions(inputs),
        *taken_places(inputs.services),
        *refused_values(inputs.services),
        *published_here(inputs.by_name, names),
    ]


def _object_names(found: Mapping[str, Volume] | Mapping[str, FileObject]) -> set[str]:
    return set(map(object_name, found.values()))


def _names(groups: Mapping[str, tuple[VariableGroup, ...]]) -> set[str]:
    return {group.name for found in groups.values() for group in found}


def _ports(
    services: Mapping[str, Service],
    spoken: Mapping[str, list[Spoken]],
    pods: Mapping[str, PodGroup],
) -> dict[str, tuple[ServicePort, ...]]:
    """Collect the ports of each service; a Pod's host answers for all its members."""
    own = {
        name: service_ports(service, spoken.get(name, ()))
        for name, service in services.items()
    }
    for name, group in pods.items():
        if group.is_shared and group.host == name:
            own[name] = unique(port for member in group.members for port in own[member])
    return own
