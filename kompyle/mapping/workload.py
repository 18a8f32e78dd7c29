"""Assemble a service's fragments into its workload and the objects beside it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.mapping import configs, environment, secrets, volumes
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origin,
    origins_of,
)
from kompyle.mapping.kinds import Kind
from kompyle.mapping.names import labels, selector, shortened
from kompyle.mapping.plan import Plan
from kompyle.mapping.registry import CONCERNS
from kompyle.mapping.sealing import sealed

PROJECT_WIDE = (environment, configs, secrets, volumes)
"""The concerns that also make objects which services share."""

_ANNOTATION = "kompyle.io/config-hash"


def manifests(plan: Plan) -> tuple[list[Manifest], list[Outcome]]:
    """Build every object of the project, marked with where its fields come from."""
    shared = [item for module in PROJECT_WIDE for item in module.objects(plan)]
    digests = {_reference(item): _digest(sealed(item)) for item in shared}
    outcomes = list(plan.outcomes)
    built: dict[str, list[Manifest]] = {}
    for service in _jobs_first(plan):
        parts = combine(concern.fragment(service, plan) for concern in CONCERNS)
        workload = _workload(service, parts, digests, plan)
        if workload["kind"] == "Job":
            name = workload["metadata"]["name"]
            plan = replace(plan, job_names={**plan.job_names, service.name: name})
        built[service.name] = [*parts.objects, workload]
        outcomes += parts.outcomes
    own = [item for service in plan.inputs.services for item in built[service.name]]
    return [*shared, *own], outcomes


def _jobs_first(plan: Plan) -> Iterable[Service]:
    """Order services so that a Job is built before those who wait for it by name."""
    ordered: dict[str, Service] = {}
    services = plan.services

    def visit(service: Service) -> None:
        if service.name in ordered:
            return
        for dependency in service.depends_on:
            awaited = services.get(dependency.service)
            if awaited and plan.kinds[awaited.name].name == "Job":
                visit(awaited)
        ordered[service.name] = service

    for service in services.values():
        visit(service)
    return ordered.values()


def _workload(
    service: Service, parts: Fragment, digests: Mapping[str, str], plan: Plan
) -> Manifest:
    name, project = plan.names[service.name], plan.inputs.name
    kind = plan.kinds[service.name]
    template = _template(service, parts, digests, plan)
    metadata = {"name": name, "labels": labels(name, project), **parts.metadata}
    spec: Manifest = {**parts.workload, "template": template}
    if kind.name == "Job":
        unique = f"{shortened(name, 54)}-{_digest(sealed(spec))[:8]}"
        metadata["name"] = unique
    elif kind.name == "CronJob":
        spec = _scheduled(kind, spec)
        metadata["name"] = shortened(name, _LONGEST_CRON_JOB)
    else:
        matched = {"selector": {"matchLabels": selector(name, project)}}
        spec = {**matched, **_by_kind(service, kind.name, plan), **spec}
    version = "batch/v1" if kind.name in _BATCH else "apps/v1"
    return {
        "apiVersion": version,
        "kind": kind.name,
        "metadata": metadata,
        "spec": spec,
        **origins_of(kind=[service.at("deploy", "mode"), *kind.paths]),
    }


_BATCH = frozenset(("Job", "CronJob"))
_LONGEST_CRON_JOB = 52


def _scheduled(kind: Kind, spec: Manifest) -> Manifest:
    return {
        "schedule": kind.schedule,
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {"spec": spec},
        **origins_of(schedule=list(kind.paths)),
    }


def _by_kind(service: Service, kind: str, plan: Plan) -> Manifest:
    if kind == "StatefulSet":
        return {"serviceName": plan.names[service.name]}
    if kind == "Deployment" and service.name in plan.claimants:
        return {"strategy": {"type": "Recreate"}}
    return {}


def _template(
    service: Service, parts: Fragment, digests: Mapping[str, str], plan: Plan
) -> Manifest:
    name, project = plan.names[service.name], plan.inputs.name
    marks = origin((), **{"app.kubernetes.io/part-of": ("name",)})
    metadata: Manifest = {"labels": labels(name, project) | marks}
    annotations = parts.template.get("metadata", {}).get("annotations", {})
    found = _config_hash(parts, digests)
    if found:
        annotations = {_ANNOTATION: found, **annotations}
    if annotations:
        metadata["annotations"] = annotations
    pod = dict(parts.pod)
    initial = pod.pop("initContainers", None)
    listed = _unique(pod.pop("volumes", []))
    spec = {
        "enableServiceLinks": False,
        "automountServiceAccountToken": False,
        **pod,
        "initContainers": initial,
        "containers": [parts.container],
        "volumes": listed or None,
    }
    return {"metadata": metadata, "spec": spec}


def _unique(listed: list[Manifest]) -> list[Manifest]:
    """Declare a volume once, however often it is mounted."""
    return list({volume["name"]: volume for volume in reversed(listed)}.values())[::-1]


def _config_hash(parts: Fragment, digests: Mapping[str, str]) -> str | None:
    """Hash the content of what the Pod reads, so that a change replaces the Pod."""
    known = [digests[name] for name in sorted(set(_read(parts))) if name in digests]
    return hashlib.sha256("".join(known).encode()).hexdigest()[:16] if known else None


def _read(parts: Fragment) -> Iterable[str]:
    for source in parts.container.get("envFrom", ()):
        for kind, reference in source.items():
            yield f"{_KINDS[kind]}/{reference['name']}"
    for volume in parts.pod.get("volumes", ()):
        if "configMap" in volume:
            yield f"ConfigMap/{volume['configMap']['name']}"
        if "secret" in volume:
            yield f"Secret/{volume['secret']['secretName']}"
        for source in volume.get("projected", {}).get("sources", ()):
            if "secret" in source:
                yield f"Secret/{source['secret']['name']}"


_KINDS = {"configMapRef": "ConfigMap", "secretRef": "Secret"}


def _reference(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def _digest(manifest: Manifest) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
