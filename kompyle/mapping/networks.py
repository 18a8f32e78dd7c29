"""``networks``: one flat network, but for policies where Compose keeps services apart.

Where every service can reach every other one, nothing is needed: Pods of a namespace
can, too.  Otherwise each network becomes a policy, and Pods carry the labels of theirs.
"""

from collections.abc import Container, Iterable

from kompyle.compose.service import Service
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath
from kompyle.mapping.awaited import is_of_job
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, ignored, kept, lost
from kompyle.mapping.naming import collisions
from kompyle.mapping.network_plan import Network, docker_network
from kompyle.mapping.plan import Plan
from kompyle.mapping.service_ports import ServicePort
from kompyle.names import project_labels, selector, shortened, slug

_FLAT = "all Pods of a namespace share one network"
_SHARED = (
    "Pods that use it bear its name as a label, in all projects, so that policies let "
    "them in; in another namespace its owner has to `name:` it, and what is there is "
    "reached by NAME.NAMESPACE"
)
_ADDRESS = "Pods get their addresses from the cluster; use names"
KEYS: dict[str, Key] = {
    "services.*.networks": kept(),
    "services.*.networks.*": kept(),
    "services.*.networks.*.aliases": kept(whole=True),
    "services.*.networks.*.interface_name": ignored("a Pod has one interface"),
    "services.*.networks.*.ipv4_address": lost(_ADDRESS),
    "services.*.networks.*.ipv6_address": lost(_ADDRESS),
    "services.*.networks.*.link_local_ips": lost(_ADDRESS),
    "services.*.networks.*.mac_address": lost(_ADDRESS),
    "services.*.networks.*.driver_opts": ignored("the cluster's network has no such"),
    "services.*.networks.*.priority": ignored("a Pod has one interface"),
    "services.*.networks.*.gw_priority": ignored("a Pod has one interface"),
    "networks": kept(),
    "networks.*": kept(),
    "networks.*.name": kept(),
    "networks.*.driver": ignored("the cluster has one network, of its own kind"),
    "networks.*.driver_opts": ignored("the cluster's network has no such options"),
    "networks.*.ipam": ignored(_ADDRESS),
    "networks.*.external": kept(),
    "networks.*.external.name": kept(),
    "networks.*.internal": kept(),
    "networks.*.enable_ipv4": ignored("the cluster decides on its address families"),
    "networks.*.enable_ipv6": ignored("the cluster decides on its address families"),
    "networks.*.attachable": ignored("any Pod can use the cluster's network"),
    "networks.*.labels": ignored("there is no object to label"),
}
_DNS = {"ports": [{"port": 53, "protocol": p} for p in ("UDP", "TCP")]}
_UNPUBLISHED = "Docker publishes no ports of what has internal networks alone, or none"
_API_PORTS = (443, 6443, 8443, 16443)
"""Where API servers listen: policies see the port behind the Service's 443."""

_GROUP = "networking.k8s.io/v1"


def fragment(service: Service, plan: Plan) -> Fragment:
    """Label the Pod with its networks, where they matter."""
    found = plan.networks.labelled(service.name)
    outcomes = _unpublished(service) if plan.networks.is_cut_off(service.name) else []
    outcomes += _ajar(service, plan)
    outcomes += _unneeded(service, {network.name for network in found})
    if not found:
        return Fragment(outcomes=tuple(outcomes))
    labels = {network.label: "true" for network in found}
    marks = {network.label: _origins(service, network) for network in found}
    template = {"metadata": {"labels": labels | origins_of(**marks)}}
    return Fragment(template=template, outcomes=tuple(outcomes))


def _origins(service: Service, network: Network) -> list[KeyPath]:
    """Name the keys that put a service into a network, and say what it is called."""
    if network.name == docker_network(service):
        return [service.at("network_mode")]
    return [service.at("networks", network.name), *network.named_by]


def _unpublished(service: Service) -> list[Outcome]:
    """Say of published ports that nobody outside reaches them, in Compose or here."""
    return [
        Outcome((*port.path, key), Fate.IGNORED, _UNPUBLISHED)
        for port in service.ports
        for key in ("published", "host_ip")
    ]


def _ajar(service: Service, plan: Plan) -> list[Outcome]:
    """Say what a service that is cut off may reach all the same: it asks for a Job."""
    if not _waits_for_jobs(service, plan):
        return []
    ports = ", ".join(map(str, _API_PORTS))
    note = (
        f"to ask whether a Job is complete, it may reach ports {ports} of any address"
    )
    way_out = (
        "A policy knows neither times nor the API server: put the server's address "
        f"under `to:` in {plan.names[service.name]}-asks-the-api, or wait for a "
        "service that is healthy."
    )
    path = service.at("depends_on")
    return [Outcome(path, Fate.ADAPTED, note, way_out, "open-egress")]


def objects(plan: Plan) -> list[Manifest]:
    if not plan.networks.separates:
        return []
    found = plan.networks
    policies = [_policy(network, plan) for network in found.networks.values()]
    outside = [
        _published(service, ports, plan)
        for service in plan.inputs.services
        if service.name in found.of and (ports := _open(service, plan))
    ]
    asking = [
        _api_wait(service, plan)
        for service in plan.inputs.services
        if _waits_for_jobs(service, plan)
    ]
    alone = [_alone(plan.services[name], plan) for name in found.alone]
    return [*policies, *outside, *asking, *alone]


def project_outcomes(plan: Plan) -> list[Outcome]:
    """Account for networks that make no policy, or belong to others."""
    networks = plan.networks.networks.values()
    shared = [
        Outcome(network.path, Fate.ADAPTED, _SHARED)
        for network in networks
        if network.is_shared
    ]
    if plan.networks.separates:
        return [*shared, *collisions((item.docker, item.path) for item in networks)]
    flat = [
        Outcome(network.path, Fate.IGNORED, _FLAT)
        for network in networks
        if not network.is_shared
    ]
    return [*shared, *flat]


def _unneeded(service: Service, labelled: Container[str]) -> list[Outcome]:
    return [
        Outcome(service.at("networks", name), Fate.IGNORED, _FLAT)
        for name, node in service.node.map("networks").items()
        if name not in labelled and not (isinstance(node, YamlMap) and node.entries)
    ]


def _manifest(name: str, spec: Manifest, plan: Plan, *paths: KeyPath) -> Manifest:
    metadata = {
        "name": shortened(name),
        "labels": project_labels(plan.inputs.name),
        **origins_of(name=paths),
    }
    return {
        "apiVersion": _GROUP,
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": spec,
    }


def _policy(network: Network, plan: Plan) -> Manifest:
    """Let the Pods of a network reach each other; internal ones reach nothing else.

    Those of other projects are let in, but it is for their policies what these take.
    """
    label = {network.label: "true"}
    peer: Manifest = {"podSelector": {"matchLabels": label}}
    if network.is_shared:
        peer = {"namespaceSelector": {}, **peer}
    members = {"matchLabels": label | _part_of(plan)}
    spec: Manifest = {"podSelector": members, "ingress": [{"from": [peer]}]}
    if network.is_internal:
        spec["egress"] = [{"to": [peer]}, _DNS]
        spec |= origins_of(egress=[(*network.path, "internal")])
    elif plan.networks.has_internal:
        # Without it the policy of an internal network would decide for the Pod.
        spec["egress"] = [{}]
    kinds = ["Ingress", "Egress"] if "egress" in spec else ["Ingress"]
    spec["policyTypes"] = kinds
    paths = [network.path, (*network.path, "external")]
    name = slug(f"network-{plan.inputs.name}-{network.name}")
    return _manifest(name, spec, plan, *paths)


def _part_of(plan: Plan) -> Manifest:
    key = "app.kubernetes.io/part-of"
    return {key: project_labels(plan.inputs.name)[key]}


def _open(service: Service, plan: Plan) -> list[ServicePort]:
    """Return the ports that others than the machine itself reach in Compose."""
    if plan.networks.is_cut_off(service.name):
        return []
    paths = {port.path for port in service.ports if not port.is_local}
    return [
        port for port in plan.ports[service.name] if not paths.isdisjoint(port.paths)
    ]


def _published(service: Service, ports: Iterable[ServicePort], plan: Plan) -> Manifest:
    """Let everyone reach the ports that Compose publishes on the machine."""
    name = plan.names[service.name]
    spec = {
        "podSelector": _pods(service, plan),
        "ingress": [{"ports": [_port(port.number, port.protocol) for port in ports]}],
        "policyTypes": ["Ingress"],
    }
    return _manifest(f"{name}-published", spec, plan, service.at("ports"))


def _api_wait(service: Service, plan: Plan) -> Manifest:
    """Let a service that is cut off ask the API server whether a Job is complete."""
    ports = [_port(port, "TCP") for port in _API_PORTS]
    spec = {
        "podSelector": _pods(service, plan),
        "egress": [{"ports": ports}, _DNS],
        "policyTypes": ["Egress"],
    }
    name = f"{plan.names[service.name]}-asks-the-api"
    return _manifest(name, spec, plan, service.at("depends_on"))


def _port(number: int | None, protocol: str) -> Manifest:
    return {"port": number, "protocol": protocol}


def _waits_for_jobs(service: Service, plan: Plan) -> bool:
    return plan.networks.is_cut_off(service.name) and any(
        found.service in plan.names and is_of_job(found, plan)
        for found in service.depends_on
    )


def _pods(service: Service, plan: Plan) -> Manifest:
    return {"matchLabels": selector(plan.host(service), plan.inputs.name)}


def _alone(service: Service, plan: Plan) -> Manifest:
    """Cut a service off: ``network_mode: none``; what waits asks for names before."""
    waits = any(found.condition == "service_healthy" for found in service.depends_on)
    spec = {
        "podSelector": _pods(service, plan),
        "egress": [_DNS] if waits else None,
        "policyTypes": ["Ingress", "Egress"],
    }
    name = f"{plan.names[service.name]}-no-network"
    return _manifest(name, spec, plan, service.at("network_mode"))
