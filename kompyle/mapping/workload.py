"""Assemble fragments into workloads, and put the objects that services share beside."""

from collections.abc import Iterable
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.mapping import configs, environment, links, networks, secrets, volumes
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, combine, origins_of
from kompyle.mapping.kinds import Kind
from kompyle.mapping.names import labels, selector, shortened
from kompyle.mapping.plan import Plan
from kompyle.mapping.pod_template import Member, digest, pod_template
from kompyle.mapping.registry import concerns
from kompyle.mapping.sealing import sealed

PROJECT_WIDE = (environment, configs, secrets, volumes, links, networks)
"""The concerns that also make objects which services share."""

_LONGEST_CRON_JOB = 52
_LONGEST_JOB = 54


def manifests(plan: Plan) -> tuple[list[Manifest], list[Outcome]]:
    """Build every object of the project, marked with where its fields come from."""
    shared = [item for module in PROJECT_WIDE for item in module.objects(plan)]
    digests = {_reference(item): digest(sealed(item)) for item in shared}
    outcomes = [
        *plan.outcomes,
        *networks.project_outcomes(plan),
        *volumes.project_outcomes(plan),
    ]
    built: dict[str, list[Manifest]] = {}
    for host in _jobs_first(plan):
        members = [_member(name, plan) for name in plan.pods[host.name].members]
        template, differences = pod_template(members, digests, plan)
        workload = _workload(host, members[0].parts, template, plan)
        if workload["kind"] == "Job":
            name = workload["metadata"]["name"]
            plan = replace(plan, job_names={**plan.job_names, host.name: name})
        own = [item for member in members for item in member.parts.objects]
        built[host.name] = [*own, workload]
        outcomes += differences
        outcomes += [found for member in members for found in member.parts.outcomes]
    found = [item for service in plan.services for item in built.get(service, ())]
    return _once([*shared, *found]), outcomes


def _member(name: str, plan: Plan) -> Member:
    service = plan.services[name]
    keys = service.node.entries.keys()
    parts = combine(concern.fragment(service, plan) for concern in concerns(keys))
    return Member(service, parts)


def _once(found: Iterable[Manifest]) -> list[Manifest]:
    """Keep one of each object; services of one Pod can ask for the same."""
    kept: dict[str, Manifest] = {}
    for item in found:
        kept.setdefault(_reference(item), item)
    return list(kept.values())


def _jobs_first(plan: Plan) -> Iterable[Service]:
    """Order Pods so that a Job is built before those who wait for it by name."""
    ordered: dict[str, Service] = {}
    services = plan.services

    def visit(host: Service) -> None:
        if host.name in ordered:
            return
        for name in plan.pods[host.name].members:
            for dependency in services[name].depends_on:
                awaited = services.get(dependency.service)
                if awaited and plan.kinds[awaited.name].name == "Job":
                    visit(awaited)
        ordered[host.name] = host

    for name, service in services.items():
        if plan.pods[name].host == name:
            visit(service)
    return ordered.values()


def _workload(
    service: Service, parts: Fragment, template: Manifest, plan: Plan
) -> Manifest:
    name, project = plan.names[service.name], plan.inputs.name
    kind = plan.kinds[service.name]
    metadata = {"name": name, "labels": labels(name, project), **parts.metadata}
    spec: Manifest = {**parts.workload, "template": template}
    if kind.name == "Job":
        unique = digest(sealed(spec))[:8]
        metadata["name"] = f"{shortened(name, _LONGEST_JOB)}-{unique}"
    elif kind.name == "CronJob":
        spec = _scheduled(kind, spec)
        metadata["name"] = shortened(name, _LONGEST_CRON_JOB)
    else:
        matched = {"selector": {"matchLabels": selector(name, project)}}
        spec = {**matched, **_by_kind(service, kind.name, plan), **spec}
    version = "batch/v1" if kind.ends else "apps/v1"
    return {
        "apiVersion": version,
        "kind": kind.name,
        "metadata": metadata,
        "spec": spec,
        **origins_of(
            kind=[service.at("deploy", "mode"), *kind.paths, *kind.schedule_paths]
        ),
    }


def _scheduled(kind: Kind, spec: Manifest) -> Manifest:
    return {
        "schedule": kind.schedule,
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": spec},
        **origins_of(schedule=list(kind.schedule_paths)),
    }


def _by_kind(service: Service, kind: str, plan: Plan) -> Manifest:
    if kind == "StatefulSet":
        return {"serviceName": plan.names[service.name]}
    recreates = plan.replaces_at_once(service)
    return {"strategy": {"type": "Recreate"}} if recreates else {}


def _reference(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"
