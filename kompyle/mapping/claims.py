"""The claims that services mount, and those that several Pods share (R11)."""

from collections.abc import Mapping

from kompyle.compose.local_driver import flags
from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.mapping.binds import Bind, Claim, HostPath, MountKey
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.naming import object_name
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.shares import is_share
from kompyle.options import Options


def mounted_claims(
    inputs: Inputs, options: Options, decided: Mapping[MountKey, Bind]
) -> dict[str, frozenset[str]]:
    """Return the claims that each service mounts, by their names in the cluster."""
    return {
        service.name: frozenset(
            name
            for mount in service.mounts
            if (name := claim_of(mount, inputs, decided.get(mount.key), options))
        )
        for service in inputs.services
    }


def claim_of(
    mount: Mount, inputs: Inputs, bind: Bind | None, options: Options
) -> str | None:
    """Name the claim that a mount leads to, unless any number of nodes may have it."""
    if isinstance(bind, Claim):
        return bind.name
    if mount.type != "volume" or not mount.source:
        return None
    volume = inputs.volumes[mount.source]
    if options.volumes == "emptydir" and not volume.is_external:
        return None
    if is_share(volume, options):
        return None  # a server lets any number of nodes in
    return object_name(volume)


def is_written_outside(
    mount: Mount, inputs: Inputs, bind: Bind | None, options: Options
) -> bool:
    """Whether a mount leads to a server or a node, and can be written to."""
    if mount.read_only:
        return False
    if isinstance(bind, HostPath):
        return True
    volume = inputs.volumes.get(mount.source or "") if mount.type == "volume" else None
    if volume is None or options.volumes == "emptydir" or "ro" in flags(volume):
        return False
    return not volume.is_external and is_share(volume, options)


def shared_claims(
    claims: Mapping[str, frozenset[str]],
    services: Mapping[str, Service],
    pods: Mapping[str, PodGroup],
) -> dict[str, str]:
    """Return the claims that more than one Pod mounts, each with its group's first.

    Claims are of one group if a Pod mounts both: then all their Pods need one node.
    """
    users: dict[str, set[str]] = {}
    crowded: set[str] = set()
    for name, mounted in claims.items():
        for claim in mounted:
            users.setdefault(claim, set()).add(pods[name].host)
            if (services[name].replicas or 1) > 1:
                crowded.add(claim)
    shared = {claim for claim, hosts in users.items() if len(hosts) > 1} | crowded
    groups: dict[str, set[str]] = {}
    for claim in sorted(shared):
        tied = {claim}
        for other in [g for g in groups if not users[claim].isdisjoint(groups[g])]:
            tied.add(other)
        first = min(tied)
        groups[first] = set.union(
            users[claim], *(groups.pop(g) for g in tied & {*groups})
        )
    return {
        claim: first
        for claim in shared
        for first, hosts in groups.items()
        if not users[claim].isdisjoint(hosts)
    }
