"""``depends_on``: an init container that waits, with no rights if none are needed."""

import hashlib
import json
import math
from typing import Any

from kompyle.compose.depends_on import Dependency
from kompyle.compose.healthcheck import Healthcheck
from kompyle.compose.service import Service
from kompyle.mapping.awaited import COMPLETION, is_awaited, is_of_job
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.portable import portable
from kompyle.mapping.sidecars import is_tunnel, waits_outside
from kompyle.mapping.waiting import (
    api_container,
    job_reader,
    wait_container,
    wait_for_job,
    wait_for_ready,
)

KEYS: dict[str, Key] = {
    "services.*.depends_on": kept(),
    "services.*.depends_on.*": kept(),
    "services.*.depends_on.*.condition": adapted("an init container waits for it"),
    "services.*.depends_on.*.required": kept(),
    "services.*.depends_on.*.restart": adapted(
        "a change of the dependency replaces these Pods too"
    ),
}
_PULLING = 60
"""Seconds that an image may take to come."""

_NO_WAIT = "Pods start together; a service that needs another tries until it answers"

_NO_SCHEDULE = "Let it wait for a service without a schedule, which does the same once."


def fragment(service: Service, plan: Plan) -> Fragment:
    together = plan.pods[service.name].members
    present = [found for found in service.depends_on if found.service in plan.names]
    apart = [found for found in present if found.service not in together]
    awaited = [found for found in apart if is_awaited(found, plan)]
    told = tuple(
        outcome
        for found in service.depends_on
        for outcome in _outcomes(found, together, plan)
    )
    annotations = _restarts(apart, service, plan)
    template = {"metadata": {"annotations": annotations}} if annotations else {}
    if not awaited:
        return Fragment(template=template, outcomes=told)
    pod, objects = _waits(service, awaited, plan)
    return Fragment(pod=pod, template=template, objects=objects, outcomes=told)


def _waits(
    service: Service, awaited: list[Dependency], plan: Plan
) -> tuple[Manifest, tuple[Manifest, ...]]:
    """Build what waits for services that are ready, then what waits for Jobs."""
    jobs = [found for found in awaited if is_of_job(found, plan)]
    others = [found for found in awaited if found not in jobs]
    name = f"{plan.prefix(service)}wait"
    containers: list[Manifest] = []
    if others:
        lines = [
            wait_for_ready(
                plan.names[found.service],
                plan.ready[found.service],
                _limit(found, plan),
            )
            for found in others
        ]
        waiting = wait_container(name, lines, plan.options.wait_image)
        containers.append(waiting | origins_of(args=_paths(others)))
    if not jobs:
        return {"initContainers": containers}, ()
    lines = [_wait_for_job(found, plan) for found in jobs]
    asking = api_container(f"{name}-for-jobs", lines, plan.options.api_image)
    containers.append(asking | origins_of(args=_paths(jobs)))
    members = plan.pods[service.name].members
    account, volumes, objects = job_reader(
        plan.host(service), plan.inputs.name, _jobs_of_pod(members, plan)
    )
    pod = {
        "initContainers": containers,
        "serviceAccountName": account,
        "volumes": volumes,
    }
    return pod, objects


def _limit(dependency: Dependency, plan: Plan) -> int | None:
    """Return for how many seconds to wait for what is not required.

    Docker Compose goes on when it is unhealthy; here its image may have to come first.
    """
    if dependency.required:
        return None
    check = plan.services[dependency.service].healthcheck or Healthcheck((), ())
    return math.ceil(check.patience) + _PULLING


def _paths(awaited: list[Dependency]) -> list[tuple[str | int, ...]]:
    return [
        (*found.path, key) for found in awaited for key in ("condition", "required")
    ]


def _wait_for_job(dependency: Dependency, plan: Plan) -> str:
    """Wait until a Job is complete, or all its Pods are healthy at once."""
    pods = plan.services[dependency.service].replicas or 1
    return wait_for_job(
        _job(dependency, plan),
        ready=None if dependency.condition == COMPLETION else pods,
        is_required=dependency.required,
    )


def _job(dependency: Dependency, plan: Plan) -> str:
    return plan.job_names.get(dependency.service, plan.names[dependency.service])


def _jobs_of_pod(members: tuple[str, ...], plan: Plan) -> list[str]:
    """Name the Jobs that any service of a Pod waits for: it has one account."""
    return [
        _job(found, plan)
        for name in members
        for found in plan.services[name].depends_on
        if found.service in plan.names and is_of_job(found, plan)
    ]


def _outcomes(
    dependency: Dependency, together: tuple[str, ...], plan: Plan
) -> list[Outcome]:
    if dependency.service not in plan.names:
        note = "the service is not part of this project, and is not required"
        return [Outcome(dependency.path, Fate.IGNORED, note)]
    if dependency.service in together:
        note = "both run in one Pod, and what others wait for starts first there"
        return [Outcome(dependency.path, Fate.IGNORED, note)]
    if plan.services[dependency.service].replicas == 0:
        note = "it has no containers, and Compose does not wait for it then"
        return [Outcome(dependency.path, Fate.IGNORED, note)]
    if dependency.condition == "service_started" and not is_awaited(dependency, plan):
        keys = ("condition", "required")
        return [Outcome((*dependency.path, k), Fate.IGNORED, _NO_WAIT) for k in keys]
    if not is_awaited(dependency, plan):
        note = "it runs when its schedule says so, and nothing waits for that"
        return [Outcome(dependency.path, Fate.LOST, note, _NO_SCHEDULE)]
    found = _waiting(dependency, plan)
    if dependency.condition == "service_healthy":
        found += _unknown_health(dependency, plan.services[dependency.service])
    return found


def _waiting(dependency: Dependency, plan: Plan) -> list[Outcome]:
    """Tell where a wait means more than that: for others in the Pod, or for a Job."""
    group = plan.pods[str(dependency.path[1])]
    notes, way_out = [], None
    if dependency.condition == "service_started":
        notes.append("until it runs, since it is not tried again for long")
    held = ", ".join(map(repr, _held_back(dependency, group, plan)))
    if held:
        notes.append(f"it holds back {held} of the same Pod")
    if is_of_job(dependency, plan) and dependency.condition != COMPLETION:
        notes.append(
            "a Job that is complete counts as healthy, and one that failed not"
        )
    limit = None if is_of_job(dependency, plan) else _limit(dependency, plan)
    if limit is not None:
        notes.append(f"it goes on without it after {limit} s")
    host = plan.services[group.host]
    if is_tunnel(host) and not waits_outside(group, plan.services, plan.needed):
        notes.append(f"{host.name!r} is up by then, since others need it")
        way_out = "Let its firewall admit the cluster's own addresses, for their names."
    if not notes:
        return []
    note = "; ".join(("an init container waits for it", *notes))
    return [Outcome((*dependency.path, "condition"), Fate.ADAPTED, note, way_out)]


def _held_back(dependency: Dependency, group: PodGroup, plan: Plan) -> list[str]:
    """Name the members that start only when a dependency of another one is there."""
    waiting = str(dependency.path[1])
    first = [name for name in plan.sidecars if name in group.members]
    if waits_outside(group, plan.services, plan.needed):
        first = []
    elif waiting in first:
        first = first[: first.index(waiting)]
    return [
        name
        for name in group.members
        if name not in (*first, waiting)
        and not any(
            found.service in (waiting, dependency.service)
            for found in plan.services[name].depends_on
        )
    ]


def _unknown_health(dependency: Dependency, awaited: Service) -> list[Outcome]:
    """Tell where the image would have to say what healthy means."""
    check = awaited.healthcheck
    if check and check.is_told:
        return []
    path = (*dependency.path, "condition")
    note = (
        f"{awaited.name!r} counts as healthy as soon as it runs: "
        "Kubernetes does not run the HEALTHCHECK that its image may have"
    )
    way_out = f"Write `healthcheck:` with a `test:` for {awaited.name!r}."
    return [Outcome(path, Fate.LOST, note, way_out, "unknown-health")]


def _restarts(present: list[Dependency], service: Service, plan: Plan) -> Manifest:
    """Hash what restarts these Pods along with it, if anything does."""
    found = [dependency for dependency in present if dependency.restart]
    if not found:
        return {}
    digest = hashlib.sha256(
        json.dumps(_restarting(service, plan), sort_keys=True).encode()
    ).hexdigest()
    key = "kompyle.io/restarts-with"
    marks = origins_of(**{key: [(*dependency.path, "restart") for dependency in found]})
    return {key: digest[:16]} | marks


def _restarting(service: Service, plan: Plan) -> list[Any]:
    """Return the services whose changes restart the Pod, whichever member asks."""
    members = plan.pods[service.name].members
    names = dict.fromkeys(
        found.service
        for name in members
        for found in plan.services[name].depends_on
        if found.restart and found.service in plan.names
        if found.service not in members
    )
    nodes = [plan.services[name].node.without("develop") for name in names]
    return [portable(node, plan.inputs.folder) for node in nodes]
