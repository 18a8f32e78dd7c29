"""Assemble fragments into workloads, and put the objects that services share beside."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath, render
from kompyle.mapping import configs, environment, links, networks, secrets, volumes
from kompyle.mapping.devices import asks_for_devices
from kompyle.mapping.fragment import Manifest, Outcome, combine, origins_of
from kompyle.mapping.keys import Fate
from kompyle.mapping.kinds import Kind
from kompyle.mapping.naming import COLLISION
from kompyle.mapping.placement import is_alone_on_node
from kompyle.mapping.plan import Plan
from kompyle.mapping.pod_template import CONFIGURATION, Member, digest, pod_template
from kompyle.mapping.registry import concerns
from kompyle.mapping.sealing import marks, sealed
from kompyle.mapping.shared_workload import shared_workload
from kompyle.mapping.sizes import size_outcomes
from kompyle.names import labels, selector, shortened

PROJECT_WIDE = (environment, configs, secrets, volumes, links, networks)
"""The concerns that also make objects which services share."""

_WAY_OUT = "Rename one of the two."
_LONGEST_CRON_JOB = 52
_LONGEST_JOB = 54
_LONGEST_STATEFUL_SET = 52
"""Its Pods carry the name of its revision as a label, with a hash of 10 letters."""


def manifests(plan: Plan) -> tuple[list[Manifest], list[Outcome]]:
    """Build every object of the project, marked with where its fields come from."""
    shared = [item for module in PROJECT_WIDE for item in module.objects(plan)]
    digests = {
        _reference(item): digest(sealed(item))
        for item in shared
        if item["kind"] in CONFIGURATION
    }
    outcomes = [
        *plan.outcomes,
        *networks.project_outcomes(plan),
        *volumes.project_outcomes(plan),
    ]
    built: dict[str, list[tuple[KeyPath, Manifest]]] = {}
    for host in _jobs_first(plan):
        members = [_member(name, plan) for name in plan.pods[host.name].members]
        template, differences = pod_template(members, digests, plan)
        workload, unsaid = _workload(members, template, plan)
        if workload["kind"] == "Job":
            name = workload["metadata"]["name"]
            plan = replace(plan, job_names={**plan.job_names, host.name: name})
        own = [item for member in members for item in member.parts.objects]
        built[host.name] = [(host.path, item) for item in (*own, workload)]
        outcomes += differences
        outcomes += [found for member in members for found in member.parts.outcomes]
        outcomes += unsaid
    found = [item for service in plan.services for item in built.get(service, ())]
    beside = [(next(marks(item), ()), item) for item in shared]
    everything, outcomes = _once([*beside, *found], outcomes)
    return everything, [*outcomes, *size_outcomes(everything)]


def _member(name: str, plan: Plan) -> Member:
    service = plan.services[name]
    keys = service.node.entries.keys()
    parts = combine(concern.fragment(service, plan) for concern in concerns(keys))
    return Member(service, parts)


def _once(
    found: Iterable[tuple[KeyPath, Manifest]], outcomes: list[Outcome]
) -> tuple[list[Manifest], list[Outcome]]:
    """Keep one of each object; services of one Pod can ask for the same.

    Where two that differ have one name, it is an error, unless it has been told.
    """
    kept: dict[str, tuple[KeyPath, Manifest]] = {}
    told = {outcome.path for outcome in outcomes if outcome.code == COLLISION}
    collisions: dict[KeyPath, Outcome] = {}
    for path, item in found:
        reference = _reference(item)
        first, known = kept.setdefault(reference, (path, item))
        if known is not item and sealed(known) != sealed(item) and path not in told:
            note = f"it would make {reference}, which {render(first)} makes too"
            collisions[path] = Outcome(path, Fate.LOST, note, _WAY_OUT, COLLISION)
    return [item for _, item in kept.values()], [*outcomes, *collisions.values()]


def _jobs_first(plan: Plan) -> Iterable[Service]:
    """Order Pods so that a Job is built before those who wait for it by name."""
    ordered: dict[str, Service] = {}
    hosts = [found for name, found in plan.services.items() if _is_host(name, plan)]
    pending = hosts[::-1]
    while pending:
        host = pending[-1]
        missing = [job for job in _awaited_jobs(host, plan) if job.name not in ordered]
        if missing and host.name not in ordered:
            pending += missing[::-1]
        else:
            ordered.setdefault(host.name, pending.pop())
    return ordered.values()


def _is_host(name: str, plan: Plan) -> bool:
    return plan.pods[name].host == name


def _awaited_jobs(host: Service, plan: Plan) -> list[Service]:
    """Return the Jobs that the services of a Pod wait for."""
    return [
        plan.services[dependency.service]
        for name in plan.pods[host.name].members
        for dependency in plan.services[name].depends_on
        if dependency.service in plan.kinds
        and plan.kinds[dependency.service].name == "Job"
    ]


def _workload(
    members: Sequence[Member], template: Manifest, plan: Plan
) -> tuple[Manifest, list[Outcome]]:
    service = members[0].service
    name, project = plan.names[service.name], plan.inputs.name
    kind = plan.kinds[service.name]
    usual = {} if kind.ends else _by_kind(service, kind.name, plan)
    said, metadata, outcomes = shared_workload(members, usual)
    metadata = {"name": name, "labels": labels(name, project), **metadata}
    spec: Manifest = {**said, "template": template}
    if kind.name == "Job":
        unique = digest(sealed(spec))[:8]
        metadata["name"] = f"{shortened(name, _LONGEST_JOB)}-{unique}"
    elif kind.name == "CronJob":
        spec = _scheduled(kind, spec)
        metadata["name"] = shortened(name, _LONGEST_CRON_JOB)
    else:
        if kind.name == "StatefulSet":
            metadata["name"] = shortened(name, _LONGEST_STATEFUL_SET)
        spec = {"selector": {"matchLabels": selector(name, project)}, **spec}
    agreeing, unlike = _modes(members, plan)
    workload = {
        "apiVersion": "batch/v1" if kind.ends else "apps/v1",
        "kind": kind.name,
        "metadata": metadata,
        "spec": spec,
        **origins_of(kind=[*agreeing, *kind.paths, *kind.schedule_paths]),
    }
    return workload, [*outcomes, *unlike]


def _modes(
    members: Sequence[Member], plan: Plan
) -> tuple[list[KeyPath], list[Outcome]]:
    """Return the keys that agree on the kind of a Pod, and what is said of others."""
    host = members[0].service.name
    agreeing, unlike = [], []
    for member in members:
        path = member.service.at("deploy", "mode")
        if plan.kinds[member.service.name].name == plan.kinds[host].name:
            agreeing.append(path)
        elif member.service.text("deploy", "mode"):
            note = f"its Pod is that of {host!r}, which is a {plan.kinds[host].name}"
            unlike.append(Outcome(path, Fate.LOST, note, f"Say it in {host!r}."))
    return agreeing, unlike


def _scheduled(kind: Kind, spec: Manifest) -> Manifest:
    zone = kind.zone
    return {
        "schedule": kind.schedule,
        "timeZone": zone.name if zone else None,
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": spec},
        **origins_of(
            schedule=list(kind.schedule_paths), timeZone=[zone.path] if zone else []
        ),
    }


def _by_kind(service: Service, kind: str, plan: Plan) -> Manifest:
    if kind == "StatefulSet":
        return {"serviceName": plan.names[service.name]}
    if plan.replaces_at_once(service):
        return {"strategy": {"type": "Recreate"}}
    members = plan.pods[service.name].members
    if any(_has_scarce_place(plan.services[name]) for name in members):
        return {"strategy": {"type": "RollingUpdate", "rollingUpdate": _STOP_FIRST}}
    return {}


_STOP_FIRST = {"maxSurge": 0, "maxUnavailable": 1}
"""As Swarm replaces tasks; a new Pod might find no place beside the old one."""


def _has_scarce_place(service: Service) -> bool:
    """Whether a Pod needs a node, or a part of one, for itself."""
    return is_alone_on_node(service) or asks_for_devices(service)


def _reference(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"
