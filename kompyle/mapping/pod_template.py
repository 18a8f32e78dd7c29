"""Build a Pod template from the fragments of one service, or of several in one Pod."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, merged, origin
from kompyle.mapping.plan import Plan
from kompyle.mapping.pod_settings import joined
from kompyle.mapping.pod_volumes import declared, final_names, mounting
from kompyle.mapping.sidecars import waits_outside
from kompyle.names import distinct, labels

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
    pod, outcomes = joined((member.service, member.parts.pod) for member in members)
    marks = origin((), **{"app.kubernetes.io/part-of": ("name",)})
    metadata: Manifest = {"labels": {**labels(name, project), **marks}}
    annotations, unsaid = _annotations(members, digests)
    for member in members:
        metadata = merged(metadata, _labels(member))
    if annotations:
        metadata["annotations"] = annotations
    pod.pop("initContainers", None)
    started, staying = _containers(members, plan)
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
    return {"metadata": metadata, "spec": spec}, [*outcomes, *unsaid]


def _named(members: Sequence[Member]) -> list[Member]:
    """Let the containers of services have different names, whatever they are called."""
    if len(members) == 1:
        return list(members)
    containers = _apart((member.parts.container for member in members), ())
    return [
        replace(member, parts=replace(member.parts, container=container))
        for member, container in zip(members, containers, strict=True)
    ]


def _containers(
    members: Sequence[Member], plan: Plan
) -> tuple[list[Manifest], list[Manifest]]:
    """Return what is started first, in that order, and what is started after it.

    What has to end before a service starts stands right before it; before a tunnel
    stands all that waits for others.
    """
    named = {member.service.name: member for member in members}
    beside = [name for name in plan.sidecars if name in named]
    staying = [name for name in named if name not in plan.sidecars]
    initial, hooks = _ending(members)
    started: list[Manifest] = []
    group = plan.pods[members[0].service.name]
    if waits_outside(group, plan.services, plan.needed):
        started += [found for name in named for found in initial.pop(name)]
    for name in beside:
        started += [*initial.get(name, ()), *hooks[name], _sidecar(named[name], plan)]
    started += [found for name in staying for found in initial.get(name, ())]
    started += [found for name in staying for found in hooks[name]]
    return started, [named[name].parts.container for name in staying]


_Ending = dict[str, list[Manifest]]


def _ending(members: Sequence[Member]) -> tuple[_Ending, _Ending]:
    """Return each service's own init containers, and its hooks, by different names."""
    initial = {m.service.name: m.parts.pod.get("initContainers", []) for m in members}
    hooks = {
        m.service.name: [_inheriting(h, m) for h in m.parts.hooks] for m in members
    }
    both = (initial, hooks)
    listed = [one for found in both for each in found.values() for one in each]
    if not listed:
        return both
    apart = iter(_apart(listed, [member.parts.container for member in members]))
    initial, hooks = (
        {name: [next(apart) for _ in each] for name, each in found.items()}
        for found in both
    )
    return initial, hooks


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


def _annotations(
    members: Sequence[Member], digests: Mapping[str, str]
) -> tuple[Manifest, list[Outcome]]:
    digest = _config_hash(members, digests)
    found, outcomes = joined(
        (
            member.service,
            member.parts.template.get("metadata", {}).get("annotations", {}),
        )
        for member in members
    )
    return ({CONFIG_HASH: digest} if digest else {}) | found, outcomes


def _sidecar(member: Member, plan: Plan) -> Manifest:
    """Start a container before the others, and keep it (native sidecars, 1.29)."""
    container = {**member.parts.container, "restartPolicy": "Always"}
    container.pop("startupProbe", None)  # the Pod would wait for it
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
    if "env" in own and "env" in taken:
        said = {item["name"] for item in own["env"]}
        kept = [item for item in taken["env"] if item["name"] not in said]
        own["env"] = [*kept, *own["env"]]
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
        for source in (volume, *volume.get("projected", {}).get("sources", ())):
            yield from _objects(source)


def _objects(source: Manifest) -> Iterable[str]:
    """Name the object that a volume, or one source of it, is made of."""
    for kind in _SOURCES.keys() & source.keys():
        found = source[kind]
        yield f"{_SOURCES[kind]}/{found.get('name') or found['secretName']}"


_KINDS = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
_SOURCES = {"configMap": "ConfigMap", "secret": "Secret"}
CONFIGURATION = frozenset(_SOURCES.values())
"""The kinds that Pods read when they start: a change of these replaces them."""


def digest(manifest: Manifest) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
