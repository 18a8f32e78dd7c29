"""Whom a service waits for, and who knows about that: the cluster's DNS, or its API."""

from kompyle.compose.depends_on import Dependency
from kompyle.mapping.first_try import awaits_start
from kompyle.mapping.plan import Plan

COMPLETION = "service_completed_successfully"


def is_awaited(dependency: Dependency, plan: Plan) -> bool:
    """Whether something waits: for more than a start, and for what there is to be."""
    if awaits_start(dependency, plan.services, plan.kinds, plan.pods):
        return True
    kind = plan.kinds[dependency.service].name
    is_there = plan.services[dependency.service].replicas != 0 and kind != "CronJob"
    return dependency.condition != "service_started" and is_there


def is_of_job(dependency: Dependency, plan: Plan) -> bool:
    """Whether a Job is awaited: it may be over before anyone asks for its name."""
    is_job = plan.kinds[dependency.service].name == "Job"
    return is_job and is_awaited(dependency, plan)
