"""Members of shared Pods that have to be up while their Pod waits for others.

In Compose a member that waits holds back no other one. In a Pod it does; and if what it
waits for needs one of the others, neither would ever start.
"""

from collections.abc import Mapping

from kompyle.compose.service import Service
from kompyle.mapping.early import reached
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.speech import Speech


def needed_members(
    services: Mapping[str, Service],
    speaks: Speech,
    pods: Mapping[str, PodGroup],
) -> frozenset[str]:
    """Name the members of Pods that what the Pod waits for depends on or speaks to."""
    waits = [
        (service.name, found.service)
        for service in services.values()
        for found in service.depends_on
        if found.condition != "service_started"
        and pods.get(found.service, pods[service.name]) != pods[service.name]
        and pods[service.name].is_shared
    ]
    if not waits:
        return frozenset()
    depends = {
        name: {found.service for found in service.depends_on}
        for name, service in services.items()
    }
    needs = {name: found | speaks[name] for name, found in depends.items()}
    return frozenset(
        member
        for waiting, awaited in waits
        for member in reached(awaited, needs).intersection(pods[waiting].members)
        if member != waiting and awaited not in reached(member, depends)
    )
