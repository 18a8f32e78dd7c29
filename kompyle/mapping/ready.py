"""Name the Services that list only Pods that are ready: waits for health ask them.

A headless Service lists such Pods alone, whatever ports and protocols they speak. Where
a service's own has an address, or lists its Pods early, a twin stands beside it.
"""

from collections.abc import Collection, Mapping

from kompyle.compose.service import Service
from kompyle.mapping.service_ports import ServicePort, is_headless
from kompyle.names import distinct, shortened


def ready_names(
    services: Mapping[str, Service],
    names: Mapping[str, str],
    ports: Mapping[str, tuple[ServicePort, ...]],
    early: Collection[str],
    taken: Collection[str],
) -> dict[str, str]:
    """Return, for each service whose health others await, the Service to ask.

    *names* are those of services, *taken* whatever else names a Service.
    """
    used = {*names.values(), *taken}
    found: dict[str, str] = {}
    for name in sorted(_awaited(services) & services.keys()):
        own = names[name]
        if name in early or not is_headless(services[name], ports[name]):
            own = distinct(shortened(f"{own}-ready"), used)
        used.add(own)
        found[name] = own
    return found


def _awaited(services: Mapping[str, Service]) -> set[str]:
    return {
        dependency.service
        for service in services.values()
        for dependency in service.depends_on
        if dependency.condition == "service_healthy"
    }
