"""Claims that two nodes would have to mount at once, which only one can (R11)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.mapping.claims import claim_of
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.naming import object_name
from kompyle.mapping.placement import is_alone_on_node, required_labels
from kompyle.mapping.plan import Plan

_WAY_OUT = (
    "Keep to one node, mount no volume or one for each service, or make a claim that "
    "many nodes may mount (ReadWriteMany) and call the volume external."
)
_OR_NODES = " --allow-host-paths mounts absolute paths of the nodes instead."


@dataclass(frozen=True, slots=True)
class _Use:
    """A mount of a claim."""

    claim: str
    service: Service
    mount: Mount


def claims(plan: Plan) -> frozenset[str]:
    """Return the claims that two nodes need; those that exist may well allow it."""
    return frozenset(use.claim for use, _ in _torn(plan))


def outcomes(plan: Plan) -> list[Outcome]:
    """Tell where a Pod could never start, for a claim of ours is on another node."""
    external = {
        object_name(volume)
        for volume in plan.inputs.volumes.values()
        if volume.is_external
    }
    return [
        Outcome((*use.mount.path, "source"), Fate.ADAPTED, _MUST_ALLOW)
        if use.claim in external
        else _refused(use, why)
        for use, why in _torn(plan)
    ]


_MUST_ALLOW = "several nodes mount it: the claim has to be ReadWriteMany"


def _refused(use: _Use, why: str) -> Outcome:
    note = f"{why}, but only one node can mount the claim {use.claim!r}"
    path = (*use.mount.path, "source")
    way_out = _WAY_OUT + (_OR_NODES if _is_of_machine(use.mount) else "")
    return Outcome(path, Fate.LOST, note, way_out, "claim-on-two-nodes")


def _torn(plan: Plan) -> Iterator[tuple[_Use, str]]:
    """Yield the mounts whose claim would have to be on several nodes, and why."""
    places: dict[str, dict[str, tuple[str, str]]] = {}
    for use in _uses(plan):
        why = _spread(use.service, plan)
        if why:
            yield use, why
            continue
        known = places.setdefault(use.claim, {})
        own = _labels(use.service, plan)
        yield from ((use, why) for why in _elsewhere(own, known))
        for label, value in own.items():
            known.setdefault(label, (value, use.service.name))


def _uses(plan: Plan) -> Iterator[_Use]:
    for service in plan.services.values():
        for mount in service.mounts:
            bind = plan.binds.get(mount.key)
            claim = claim_of(mount, plan.inputs, bind, plan.options)
            if claim:
                yield _Use(claim, service, mount)


def _spread(service: Service, plan: Plan) -> str | None:
    """Say why a service runs on several nodes, if it has to."""
    host = plan.services[plan.pods[service.name].host]
    if plan.kinds[host.name].name == "DaemonSet":
        return "each node has a Pod of it"
    if (host.replicas or 1) > 1 and _is_alone(host, plan):
        return f"its {host.replicas} replicas are on a node each"
    return None


def _labels(service: Service, plan: Plan) -> dict[str, str]:
    """Return the labels of nodes that the services of a Pod insist on."""
    members = plan.pods[service.name].members
    found = (required_labels(plan.services[name]) for name in reversed(members))
    return {label: value for labels in found for label, value in labels.items()}


def _is_alone(host: Service, plan: Plan) -> bool:
    """Whether no two replicas fit on one node; Jobs of one network may collide."""
    keeps_ports = plan.uses_host_network(host) and not plan.kinds[host.name].ends
    return keeps_ports or is_alone_on_node(host)


def _elsewhere(
    own: Mapping[str, str], known: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """Say where labels contradict those of another service, once."""
    for label, value in own.items():
        other, name = known.get(label, (value, ""))
        if other != value:
            yield f"it runs on other nodes than {name!r} ({label})"
            return


def _is_of_machine(mount: Mount) -> bool:
    return mount.type == "bind" and not mount.is_relative
