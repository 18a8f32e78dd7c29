"""Name the Services that list only Pods that are ready: waits for health ask them.

A headless Service lists such Pods alone, whatever ports and protocols they speak. Where
a service's own has an address, or lists its Pods early, a twin stands beside it.
"""

from collections.abc import Collection, Mapping

from kompyle.compose.service import Service
from kompyle.mapping.service_ports import ServicePort, is_headless
from kompyle.names import distinct, shortened


def awaited_names(
    services: Mapping[str, Service], names: Mapping[str, str], begun: Collection[str]
) -> dict[str, str]:
    """Return the Service of each service that others await, by the service's name.

    Those of *begun* are awaited until they run, all others until they are healthy.
    """
    awaited = {
        dependency.service
        for service in services.values()
        for dependency in service.depends_on
        if dependency.condition == "service_healthy"
    }
    return {
        name: names[name] for name in sorted(awaited.union(begun) & services.keys())
    }


def ready_names(
    services: Mapping[str, Service],
    awaited: Mapping[str, str],
    ports: Mapping[str, tuple[ServicePort, ...]],
    early: Collection[str],
    taken: Collection[str],
) -> dict[str, str]:
    """Return, for each service that is *awaited*, the Service to ask.

    *taken* are all names of Services.
    """
    used = {*taken}
    found: dict[str, str] = {}
    for name, usual in awaited.items():
        own = usual
        if name in early or not is_headless(services[name], ports[name]):
            own = distinct(shortened(f"{usual}-ready"), used)
        used.add(own)
        found[name] = own
    return found
