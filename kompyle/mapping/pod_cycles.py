"""Tell of Pods that wait for each other, though the services in them do not."""

import itertools
from collections.abc import Mapping

from kompyle.compose.cycles import circle
from kompyle.compose.depends_on import Dependency
from kompyle.compose.service import Service
from kompyle.keypath import render
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.speech import checked


def pod_cycles(
    services: Mapping[str, Service], pods: Mapping[str, PodGroup]
) -> list[Outcome]:
    """Tell each circle of Pods: one is ready only when all of its services are."""
    waits = _waits(services, pods)
    finished: set[str] = set()
    outcomes = []
    for host in waits:
        found = circle(host, waits, finished)
        if found:
            finished.update(found)
            edges = [waits[one][other] for one, other in itertools.pairwise(found)]
            outcomes.append(_cycle(found, edges))
    return outcomes


def _waits(
    services: Mapping[str, Service], pods: Mapping[str, PodGroup]
) -> dict[str, dict[str, Dependency]]:
    """Return, by the hosts of two Pods, why the first waits for the second."""
    found: dict[str, dict[str, Dependency]] = {}
    for name, service in services.items():
        own = pods[name]
        for dependency in service.depends_on:
            other = pods.get(dependency.service, own)
            if other != own and dependency.condition != "service_started":
                found.setdefault(own.host, {}).setdefault(other.host, dependency)
    return found


def _cycle(hosts: list[str], edges: list[Dependency]) -> Outcome:
    note = f"Pods would wait for each other: {' -> '.join(hosts)}"
    paths = ", ".join(render(edge.path) for edge in edges)
    way_out = f"Let one of these need no more than service_started: {paths}."
    return Outcome(edges[0].path, Fate.LOST, note, way_out, "dependency-cycle")


def check_cycles(
    services: Mapping[str, Service],
    pods: Mapping[str, PodGroup],
    names: Mapping[str, tuple[str, ...]],
) -> list[Outcome]:
    """Tell who waits for a Pod in which a health check speaks to who waits.

    *names* maps every name in use to the services that answer to it.
    """
    return [
        _unready(name, found, member)
        for name, service in services.items()
        for found in service.depends_on
        if found.condition == "service_healthy" and found.service in pods
        for member in pods[found.service].members
        if member != found.service and pods[member] != pods[name]
        if name in checked(services[member], names)
    ]


def _unready(name: str, dependency: Dependency, member: str) -> Outcome:
    note = (
        f"the Pod of {dependency.service!r} is ready only when {member!r} is, too, "
        f"whose health check speaks to {name!r}: both would wait for ever"
    )
    way_out = "Let it need no more than service_started, or let that check ask nobody."
    return Outcome(dependency.path, Fate.ADAPTED, note, way_out, "check-cycle")
