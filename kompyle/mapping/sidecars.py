"""Choose what starts first in a shared Pod, as native sidecars (recipe R1).

All containers of a Pod start at once, after its init containers; what has to be there
before another one is an init container that stays.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from graphlib import TopologicalSorter

from kompyle.compose.service import Service
from kompyle.mapping.listening import image_name
from kompyle.mapping.pods import PodGroup

_TUNNELS = frozenset(("gluetun", "tailscale", "wireguard", "openvpn-client", "openvpn"))
"""Images whose network must be up before anything else in the Pod starts."""


def sidecars(
    services: Mapping[str, Service],
    pods: Mapping[str, PodGroup],
    needed: AbstractSet[str],
) -> dict[str, bool]:
    """Name what starts before others, in this order, and whether these wait for it.

    These are tunnels, what another member waits for to be healthy, what others *need*
    that the Pod itself waits for, and all that one of these depends on.
    """
    found: dict[str, bool] = {}
    for group in dict.fromkeys(pods.values()):
        if group.is_shared:
            found |= _of_group(group, services, needed)
    return found


def waits_outside(
    group: PodGroup, services: Mapping[str, Service], needed: AbstractSet[str]
) -> bool:
    """Whether a Pod waits for others before its tunnel is up.

    A tunnel may let out nothing but what goes through it, questions for names included.
    """
    return is_tunnel(services[group.host]) and needed.isdisjoint(group.members)


def is_tunnel(service: Service) -> bool:
    return image_name(service.image or "") in _TUNNELS


def _of_group(
    group: PodGroup, services: Mapping[str, Service], needed: AbstractSet[str]
) -> dict[str, bool]:
    awaited = _awaited(group, services)
    first = {*awaited, *(name for name in group.members if name in needed)}
    if is_tunnel(services[group.host]):
        first.add(group.host)
        if services[group.host].healthcheck:
            awaited.add(group.host)
    found = {name: name in awaited for name in _ordered(first, group, services)}
    if len(found) == len(group.members):
        found.popitem()  # some container has to be one that stays
    return found


def _awaited(group: PodGroup, services: Mapping[str, Service]) -> set[str]:
    """Name the members that others of the Pod wait for to be healthy."""
    return {
        dependency.service
        for name in group.members
        for dependency in services[name].depends_on
        if dependency.service in group.members
        and dependency.condition == "service_healthy"
    }


def _ordered(
    first: set[str], group: PodGroup, services: Mapping[str, Service]
) -> list[str]:
    """List members, and what they depend on in the Pod, each after all it needs."""
    inside = {
        name: [
            dependency.service
            for dependency in services[name].depends_on
            if dependency.service in group.members
        ]
        for name in group.members
    }
    found: set[str] = set()
    while first:
        found |= first
        first = {below for name in first for below in inside[name]} - found
    return [name for name in TopologicalSorter(inside).static_order() if name in found]
