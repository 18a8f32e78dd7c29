"""Namespaces of the host or of another service: network, processes, memory."""

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    merged,
    origin,
    origins_of,
)
from kompyle.mapping.joins import joins, network_owner
from kompyle.mapping.keys import Fate, Key, ignored, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.replicas import counts
from kompyle.mapping.shared_memory import borrowed
from kompyle.mapping.sidecars import is_tunnel
from kompyle.names import selector

KEYS: dict[str, Key] = {
    "services.*.network_mode": kept(),
    "services.*.pid": kept(),
    "services.*.ipc": kept(),
    "services.*.uts": ignored("every Pod has host and domain names of its own"),
    "services.*.cgroup": ignored("every container has a cgroup of its own"),
    "services.*.cgroup_parent": ignored("the kubelet chooses the cgroup of a Pod"),
}
_NODE = "the Pod sees the node's own; Pod Security must allow it (privileged)"
_NODE_EACH = "each replica needs a node of its own, whose network it uses"
_PRIVATE = "every Pod has its own anyway"
_ALONE = "a policy cuts the Pod off, but for what it has to ask to wait for others"
_APART = "policies keep it apart from services of other networks, as Docker does"
_HOST_FIELDS = {"pid": "hostPID", "ipc": "hostIPC"}


def fragment(service: Service, plan: Plan) -> Fragment:
    """Share what Compose shares; services of one Pod share their network anyway."""
    pod: Manifest = {}
    container: Manifest = {}
    outcomes: list[Outcome] = []
    spread: list[Fragment] = []
    for key in ("network_mode", "pid", "ipc"):
        value = service.text(key)
        if value is None:
            continue
        path = service.at(key)
        if value == "host":
            pod |= _of_host(service, key, pod)
            spread += [_apart(service, plan)] if key == "network_mode" else []
            outcomes.append(Outcome(path, Fate.ADAPTED, _NODE, code="host-namespace"))
        elif value.startswith(("service:", "container:")):
            outcomes.append(_joined(service, key, plan))
            container = merged(container, origins_of(name=[path]))
        else:
            is_network = key == "network_mode"
            outcomes.append(
                _of_network(service, plan)
                if is_network
                else Outcome(path, Fate.IGNORED, _PRIVATE)
            )
    pod |= _shared_processes(service, plan)
    found = Fragment(container=container, pod=pod, outcomes=tuple(outcomes))
    return combine((found, *spread, borrowed(service, plan)))


def _apart(service: Service, plan: Plan) -> Fragment:
    """Give each replica a node of its own: on one they would have the same ports."""
    host = plan.services[plan.pods[service.name].host]
    kind = plan.kinds[host.name]
    most = service.value("deploy", "placement", "max_replicas_per_node")
    if (host.replicas or 1) == 1 or kind.ends or kind.name == "DaemonSet" or most == 1:
        return Fragment()
    term = {
        "labelSelector": {"matchLabels": selector(plan.host(host), plan.inputs.name)},
        "topologyKey": "kubernetes.io/hostname",
        **origin(service.path, topologyKey="network_mode"),
    }
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    outcomes = tuple(Outcome(path, Fate.ADAPTED, _NODE_EACH) for path in counts(host))
    return Fragment(pod={"affinity": {"podAntiAffinity": rule}}, outcomes=outcomes)


def _of_network(service: Service, plan: Plan) -> Outcome:
    """Account for a service without a network, or on one of Docker's own."""
    path = service.at("network_mode")
    if service.name in plan.networks.alone:
        return Outcome(path, Fate.ADAPTED, _ALONE)
    if plan.networks.separates:
        return Outcome(path, Fate.ADAPTED, _APART)
    return Outcome(path, Fate.IGNORED, "all Pods of a namespace share one network")


def _of_host(service: Service, key: str, pod: Manifest) -> Manifest:
    if key == "network_mode":
        fields: Manifest = {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}
        return fields | _marked(pod, service, hostNetwork=key, dnsPolicy=key)
    field = _HOST_FIELDS[key]
    return {field: True} | _marked(pod, service, **{field: key})


def _marked(pod: Manifest, service: Service, **keys: str) -> Manifest:
    (name, marks), *_ = origin(service.path, **keys).items()
    return {name: {**pod.get(name, {}), **marks}}


def _joined(service: Service, key: str, plan: Plan) -> Outcome:
    path = service.at(key)
    target = joins(service, plan.services, key)
    if target is None:
        note = f"{service.text(key)} is no service of this project"
        return Outcome(path, Fate.LOST, note, "Bring both into one Compose project.")
    group = plan.pods[service.name]
    if target not in group.members:
        return _outside(path, target, plan)
    note = f"it runs in the Pod of {group.host!r}: both scale, roll and move together"
    owners = {network_owner(name, plan.services) for name in (service.name, target)}
    note += ", and have one network" if len(owners) > 1 else ""
    return Outcome(path, Fate.ADAPTED, note, code="shared-pod")


def _outside(path: KeyPath, target: str, plan: Plan) -> Outcome:
    note = f"what runs once has a Pod of its own, and not that of {target!r}"
    way_out = f"Let it reach {target!r} by its name instead of localhost."
    if is_tunnel(plan.services[target]):
        note += ", so what it sends does not go through that"
        way_out = "Let nobody wait for it to complete: then it is in that Pod."
    return Outcome(path, Fate.LOST, note, way_out)


def _shared_processes(service: Service, plan: Plan) -> Manifest:
    """Let the containers of a Pod see each other's processes if one asks for it."""
    members = [plan.services[name] for name in plan.pods[service.name].members]
    joined = [
        m for m in members if (m.text("pid") or "").startswith(("service:", "con"))
    ]
    on_host = any(member.text("pid") == "host" for member in members)
    if service not in joined or on_host:
        return {}
    return {
        "shareProcessNamespace": True,
        **origin(service.path, shareProcessNamespace="pid"),
    }
