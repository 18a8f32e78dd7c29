"""Which services share a namespace with which: their network, processes, memory."""

from collections.abc import Mapping

from kompyle.compose.service import Service

SHARING = ("network_mode", "pid", "ipc")


def joins(service: Service, services: Mapping[str, Service], key: str) -> str | None:
    """Name the service whose namespace this one shares by a key, if it does."""
    if key not in service.node.entries:
        return None
    kind, _, name = (service.text(key) or "").partition(":")
    if kind == "service" and name in services:
        return name
    if kind == "container":
        for other in services.values():
            if name in (other.text("container_name"), other.name):
                return other.name
    return None


def network_owner(name: str, services: Mapping[str, Service]) -> str:
    """Follow the chain of who joins whose network to its end."""
    seen = {name}
    while True:
        target = joins(services[name], services, "network_mode")
        if target is None or target in seen:
            return name
        seen.add(target)
        name = target


def tied(services: Mapping[str, Service]) -> frozenset[str]:
    """Name the services that join another one, and those that are joined."""
    pairs = {
        (name, other)
        for name, service in services.items()
        for key in SHARING
        if (other := joins(service, services, key)) not in (None, name)
    }
    return frozenset(name for pair in pairs for name in pair if name)
