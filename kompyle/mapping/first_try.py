"""What runs once, and is not tried again for long, begins when others have started.

A service that stays can end and be started again until all it needs is there.  A Job
with few tries would have failed by then: Docker starts it when the others run.
"""

from collections.abc import Mapping

from kompyle.compose.depends_on import Dependency
from kompyle.compose.service import Service
from kompyle.mapping.kinds import ENDLESS, Kind
from kompyle.mapping.pods import PodGroup


def awaits_start(
    dependency: Dependency,
    services: Mapping[str, Service],
    kinds: Mapping[str, Kind],
    pods: Mapping[str, PodGroup],
) -> bool:
    """Whether a Job waits until another service, whose health nobody checks, runs.

    One with a check may become healthy only by what the Job does.
    """
    awaited = services.get(dependency.service)
    kind = kinds[str(dependency.path[1])]
    if awaited is None or dependency.condition != "service_started":
        return False
    if not kind.ends or kind.retries == ENDLESS or kinds[awaited.name].ends:
        return False
    is_checked = awaited.healthcheck is not None and awaited.healthcheck.is_told
    is_there = awaited.replicas != 0 and not pods[awaited.name].is_shared
    return is_there and not is_checked
