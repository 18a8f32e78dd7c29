"""Services whose name must resolve before they are healthy (recipe R9).

Docker resolves a container's name as soon as it runs; a Service lists only Pods that
are ready.  A service whose own check speaks to its own name would never become ready,
nor would services with checks that speak to each other.
"""

from collections.abc import Iterable, Mapping

from kompyle.compose.service import Service
from kompyle.mapping.renaming import spoken_hosts


def early_services(
    services: Iterable[Service], names: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    """Name the services that speak to themselves, or to each other in a circle."""
    checked = {
        service.name: service
        for service in services
        if service.healthcheck and service.healthcheck.test
    }
    speaks = {
        name: {
            target
            for host in spoken_hosts(service, names)
            for target in names[host]
            if target in checked
        }
        for name, service in checked.items()
    }
    return frozenset(name for name in speaks if _reaches(name, speaks))


def _reaches(start: str, speaks: Mapping[str, set[str]]) -> bool:
    """Whether the speech of *start* comes back to it."""
    seen: set[str] = set()
    pending = list(speaks[start])
    while pending:
        name = pending.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            pending.extend(speaks[name])
    return False
