"""Build a Pod template from the fragments of one service, or of several in one Pod."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kompyle.compose.service import Service
from kompyle.mapping.fragment import FROM, Fragment, Manifest, Outcome, merged, origin
from kompyle.mapping.keys import Fate
from kompyle.mapping.names import distinct, labels
from kompyle.mapping.plan import Plan
from kompyle.mapping.pod_volumes import declared, final_names, mounting

CONFIG_HASH = "kompyle.io/config-hash"
_INHERITED = (
    "image",
    "imagePullPolicy",
    "envFrom",
    "env",
    "volumeMounts",
    "workingDir",
    "securityContext",
)
_LARGEST = frozenset(("terminationGracePeriodSeconds",))


@dataclass(frozen=True, slots=True)
class Member:
    """A service of a Pod and what its concerns contribute."""

    service: Service
    parts: Fragment


def pod_template(
    members: Sequence[Member], digests: Mapping[str, str], plan: Plan
) -> tuple[Manifest, list[Outcome]]:
    """Return the template, named after the first member, and what did not fit in it."""
    members = _named(members)
    host = members[0]
    name, project = plan.names[host.service.name], plan.inputs.name
    pod, outcomes = _joined(members)
    marks = origin((), **{"app.kubernetes.io/part-of": ("name",)})
    metadata: Manifest = {"labels": {**labels(name, project), **marks}}
    annotations = _annotations(members, digests)
    for member in members:
        metadata = merged(metadata, _labels(member))
    if annotations:
        metadata["annotations"] = annotations
    started, staying = _containers(members, pod.pop("initContainers", []), plan)
    volumes = pod.pop("volumes", [])
    named = final_names(volumes)
    spec = {
        "enableServiceLinks": False,
        "automountServiceAccountToken": False,
        **pod,
        "initContainers": [mounting(found, named) for found in started] or None,
        "containers": [mounting(found, named) for found in staying],
        "volumes": declared(volumes, named) or None,
    }
    return {"metadata": metadata, "spec": spec}, outcomes


def _named(members: Sequence[Member]) -> list[Member]:
    """Let the containers of services have different names, whatever they are called."""
    containers = _apart((member.parts.container for member in members), ())
    return [
        replace(member, parts=replace(member.parts, container=container))
        for member, container in zip(members, containers, strict=True)
    ]


def _containers(
    members: Sequence[Member], initial: Sequence[Manifest], plan: Plan
) -> tuple[list[Manifest], list[Manifest]]:
    """Return what is started first, in that order, and what is started after it."""
    sidecars = [_sidecar(found, plan) for found in members if _is_sidecar(found, plan)]
    hooks = [
        _inheriting(hook, member) for member in members for hook in member.parts.hooks
    ]
    staying = [
        member.parts.container for member in members if not _is_sidecar(member, plan)
    ]
    added = _apart([*initial, *hooks], [*sidecars, *staying])
    before, after = added[: len(initial)], added[len(initial) :]
    return [*before, *sidecars, *after], staying


def _apart(added: Iterable[Manifest], others: Iterable[Manifest]) -> list[Manifest]:
    """Give containers names that are free in the Pod."""
    taken = {container["name"] for container in others}
    found = []
    for container in added:
        name = distinct(container["name"], taken)
        taken.add(name)
        found.append({**container, "name": name})
    return found


def _labels(member: Member) -> Manifest:
    found = member.parts.template.get("metadata", {}).get("labels")
    return {"labels": found} if found else {}


def _annotations(members: Sequence[Member], digests: Mapping[str, str]) -> Manifest:
    found: Manifest = {}
    digest = _config_hash(members, digests)
    if digest:
        found[CONFIG_HASH] = digest
    for member in members:
        own = member.parts.template.get("metadata", {}).get("annotations", {})
        found = _first_wins(found, own)
    return found


def _first_wins(left: Manifest, right: Manifest) -> Manifest:
    return merged(left, {k: v for k, v in right.items() if k is FROM or k not in left})


def _joined(members: Sequence[Member]) -> tuple[Manifest, list[Outcome]]:
    """Join the Pod settings of all members; where two differ, the first one's hold."""
    if len(members) == 1:
        return dict(members[0].parts.pod), []
    pod: Manifest = {}
    outcomes: list[Outcome] = []
    for member in members:
        settled = {}
        for field, value in member.parts.pod.items():
            old = pod.get(field)
            if field in _LARGEST and old is not None and value is not None:
                pod[field] = max(old, value)
            elif old is None or isinstance(old, list) or field is FROM:
                settled[field] = value
            elif isinstance(old, dict) and isinstance(value, dict):
                settled[field] = _first_wins(old, value)
                pod.pop(field)
            elif value is not None and old != value:
                outcomes.append(_difference(member, field))
        pod = merged(pod, settled)
    return pod, outcomes


def _difference(member: Member, field: str) -> Outcome:
    marks = member.parts.pod.get(FROM, {}).get(field)
    path = marks[0] if marks else member.service.path
    note = f"the Pod that it shares has another {field} already"
    return Outcome(path, Fate.LOST, note, "Say the same in both services.")


def _is_sidecar(member: Member, plan: Plan) -> bool:
    return member.service.name in plan.sidecars


def _sidecar(member: Member, plan: Plan) -> Manifest:
    """Start a container before the others, and keep it (native sidecars, 1.29)."""
    container = {**member.parts.container, "restartPolicy": "Always"}
    probe = container.get("readinessProbe")
    if probe and plan.sidecars[member.service.name]:
        container["startupProbe"] = {**probe, "failureThreshold": _PATIENT}
    return container


_PATIENT = 60
"""Tries of a sidecar to become healthy: the Pod waits for it as Compose does."""


def _inheriting(hook: Manifest, member: Member) -> Manifest:
    container = member.parts.container
    taken = {key: container[key] for key in _INHERITED if container.get(key)}
    own = {key: value for key, value in hook.items() if value is not None}
    return {"name": hook["name"], **taken, **own}


def _config_hash(members: Sequence[Member], digests: Mapping[str, str]) -> str | None:
    """Hash the content of what the Pod reads, so that a change replaces the Pod."""
    read = {name for member in members for name in _read(member.parts)}
    known = [digests[name] for name in sorted(read) if name in digests]
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


def digest(manifest: Manifest) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
