"""Put services that share a namespace into one Pod (recipes R1 and R2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.mapping.evidence import image_name
from kompyle.mapping.kinds import Kind

_SHARING = ("network_mode", "pid", "ipc")
_TUNNELS = frozenset(("gluetun", "tailscale", "wireguard", "openvpn-client", "openvpn"))
"""Images whose network must be up before anything else in the Pod starts."""


@dataclass(frozen=True, slots=True)
class PodGroup:
    """The services of one Pod; it is named after ``host``, whose network it uses."""

    host: str
    members: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        return len(self.members) > 1


def pod_groups(
    services: Iterable[Service], kinds: Mapping[str, Kind]
) -> Mapping[str, PodGroup]:
    """Return each service's group; most are alone in theirs.

    What runs once has a Pod of its own: beside a service it would never end.
    """
    listed = {service.name: service for service in services}
    staying = {
        name: service for name, service in listed.items() if not kinds[name].ends
    }
    hosts = {name: _host(name, staying) for name in staying}
    members: dict[str, list[str]] = {}
    for name, host in hosts.items():
        members.setdefault(host, []).append(name)
    groups = {
        host: PodGroup(host, (host, *(name for name in found if name != host)))
        for host, found in members.items()
    }
    alone = {name: PodGroup(name, (name,)) for name in listed if name not in staying}
    return {name: groups[host] for name, host in hosts.items()} | alone


def sidecars(
    services: Mapping[str, Service], pods: Mapping[str, PodGroup]
) -> dict[str, bool]:
    """Name the members of shared Pods that start first, and whether others wait.

    A tunnel starts first, and so does what another member waits for to be healthy.
    """
    found: dict[str, bool] = {}
    for group in set(pods.values()):
        if not group.is_shared:
            continue
        for name in group.members:
            for dependency in services[name].depends_on:
                is_inside = dependency.service in group.members
                if is_inside and dependency.condition == "service_healthy":
                    found[dependency.service] = True
        if image_name(services[group.host].image or "") in _TUNNELS:
            found[group.host] = services[group.host].healthcheck is not None
        if len(group.members) == sum(name in found for name in group.members):
            found.pop(group.members[-1])
    return found


def joins(
    service: Service, services: Mapping[str, Service], keys: Iterable[str] = _SHARING
) -> str | None:
    """Name the service whose namespace this one shares, if it does."""
    for key in keys:
        kind, _, name = (service.text(key) or "").partition(":")
        if kind == "service" and name in services:
            return name
        if kind == "container":
            for other in services.values():
                if name in (other.text("container_name"), other.name):
                    return other.name
    return None


def _host(name: str, services: Mapping[str, Service]) -> str:
    """Follow the chain of who joins whom to its end."""
    seen = {name}
    while True:
        target = joins(services[name], services)
        if target is None or target in seen:
            return name
        seen.add(target)
        name = target
