"""Services whose name must resolve before they are healthy (recipe R9).

Docker resolves a container's name as soon as it runs; a Service lists only Pods that
are ready.  A service whose own check speaks to its own name would never become ready,
nor would services with checks that speak to each other, nor a database whose replica
set a one-shot has to set up.
"""

from collections.abc import Mapping

from kompyle.compose.service import Service
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.speech import Speech

_STAYING = frozenset(("always", "unless-stopped"))


def early_services(
    services: Mapping[str, Service],
    spoken: Speech,
    pods: Mapping[str, PodGroup],
) -> frozenset[str]:
    """Name the services that some service may have to reach to make them healthy.

    These are the service itself, others in a circle, or what may prepare it.
    """
    checked = {name for name, service in services.items() if _is_checked(service)}
    if not checked:
        return frozenset()
    speaks = {
        name: checked & spoken[name]
        for name, service in services.items()
        if name in checked or _may_prepare(service)
    }
    waits = {
        name: _needed(service, started=False) for name, service in services.items()
    }
    prepared = {
        target
        for name in speaks.keys() - checked
        for target in checked & (speaks[name] | _needed(services[name], started=True))
        if target not in reached(name, waits) and pods[target] != pods[name]
    }
    circling = {name for name in checked if name in reached(name, speaks)}
    return frozenset(circling | prepared)


def _is_checked(service: Service) -> bool:
    return service.healthcheck is not None and service.healthcheck.is_told


def _may_prepare(service: Service) -> bool:
    """Whether a service may end once it has done its work for others."""
    policy = service.text("deploy", "restart_policy", "condition")
    is_staying = service.text("restart") in _STAYING or policy == "any"
    return not (service.ports or service.expose or is_staying)


def _needed(service: Service, *, started: bool) -> set[str]:
    """Name what must be started before a service, or what must be more than that."""
    return {
        found.service
        for found in service.depends_on
        if (found.condition == "service_started") is started
    }


def reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Return all that *edges* lead to from *start*, perhaps itself."""
    seen: set[str] = set()
    pending = [start]
    while pending:
        for name in edges.get(pending.pop(), set()) - seen:
            seen.add(name)
            pending.append(name)
    return seen
