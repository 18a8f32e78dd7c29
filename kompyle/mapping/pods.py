"""Put services that share a namespace into one Pod (recipes R1 and R2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service

_SHARING = ("network_mode", "pid", "ipc")


@dataclass(frozen=True, slots=True)
class PodGroup:
    """The services of one Pod; it is named after ``host``, whose network it uses."""

    host: str
    members: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        return len(self.members) > 1


def pod_groups(services: Iterable[Service]) -> Mapping[str, PodGroup]:
    """Return each service's group; most are alone in theirs."""
    listed = {service.name: service for service in services}
    hosts = {name: _host(name, listed) for name in listed}
    members: dict[str, list[str]] = {}
    for name, host in hosts.items():
        members.setdefault(host, []).append(name)
    groups = {
        host: PodGroup(host, (host, *(name for name in found if name != host)))
        for host, found in members.items()
    }
    return {name: groups[host] for name, host in hosts.items()}


def joins(service: Service, services: Mapping[str, Service]) -> str | None:
    """Name the service whose namespace this one shares, if it does."""
    for key in _SHARING:
        kind, _, name = (service.text(key) or "").partition(":")
        if kind == "service" and name in services:
            return name
        if kind == "container":
            found = [
                other.name
                for other in services.values()
                if other.text("container_name") == name
            ]
            if found:
                return found[0]
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
