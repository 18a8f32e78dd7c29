"""Swarm's templates, as ``{{.Node.Hostname}}``: Kubernetes fills in some of them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Manifest, Outcome, origins_of
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.secret_values import SecretValues

_TEMPLATE = re.compile(r"\{\{[^{}]*\.(?:Node|Service|Task)\.[A-Z][^{}]*\}\}")
_SERVICE_NAME = ".Service.Name"
_FIELDS: Mapping[str, tuple[str, str]] = {
    ".Node.Hostname": ("NODE_HOSTNAME", "spec.nodeName"),
    ".Task.ID": ("TASK_ID", "metadata.uid"),
    ".Task.Name": ("TASK_NAME", "metadata.name"),
}
"""What a Pod knows of itself, with the variable that a longer text takes it from."""

_ONE_VOLUME = "Swarm makes a volume for each task; here one claim is that of all tasks"
_VOLUMES = "If they may not share it, write a service and a volume for each of them."
_INSTEAD = "Write what it stands for, or use {{.Node.Hostname}} or {{.Task.Name}}."


def template(text: str | None) -> str | None:
    """Return the first template of Swarm's in a text.

    >>> template("n-{{ .Task.Slot }}"), template("{{.Names}}")
    ('{{ .Task.Slot }}', None)
    """
    found = _TEMPLATE.search(text or "")
    return found[0] if found else None


def unfilled(path: KeyPath, found: str, way_out: str) -> Outcome:
    """Tell of a template that nothing fills in."""
    note = f"it is left out: Kubernetes does not fill in {found} here"
    return Outcome(path, Fate.LOST, note, way_out)


def variables(
    service: Service, name: str, secrets: SecretValues
) -> tuple[list[Manifest], list[Outcome]]:
    """Write variables with templates for a service whose objects are called *name*."""
    entries: dict[str, Manifest] = {}
    outcomes = []
    for key, value in service.environment.items():
        if value is None or not template(value):
            continue
        path = service.at("environment", key)
        lost = _lost(key, value, secrets)
        if lost:
            outcomes.append(unfilled(path, *lost))
            continue
        entries |= _entries(service, key, value, name)
        note = "Kubernetes fills in what Swarm's templates stand for"
        outcomes.append(Outcome(path, Fate.ADAPTED, note))
    return list(entries.values()), outcomes


def without_templates(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Leave out mounts whose places Swarm fills in; volumes stay, one for all tasks."""
    told = [
        Outcome((*volume.path, "name"), Fate.LOST, _ONE_VOLUME, _VOLUMES)
        for volume in inputs.volumes.values()
        if template(volume.name) and not volume.is_external
    ]
    outcomes = [
        unfilled(mount.path, found, "Write the place itself.")
        for service in inputs.services
        for mount in service.mounts
        if (found := _in_mount(mount))
    ]
    if not outcomes:
        return inputs, told
    services = tuple(
        replace(service, mounts=tuple(m for m in service.mounts if not _in_mount(m)))
        for service in inputs.services
    )
    return replace(inputs, services=services), [*told, *outcomes]


def _in_mount(mount: Mount) -> str | None:
    return template(mount.source) or template(mount.target)


def _lost(key: str, value: str, secrets: SecretValues) -> tuple[str, str] | None:
    """Return the template that makes a variable impossible, and the way out."""
    known = {_SERVICE_NAME, *_FIELDS}
    parts = _TEMPLATE.findall(value)
    for part in parts:
        if _inner(part) not in known:
            return part, _INSTEAD
    if secrets.covers(key, value) and parts != [value]:
        return parts[0], "Write it out: a secret cannot stand openly in the Pod."
    return None


def _inner(found: str) -> str:
    return found.strip("{}- \t")


def _entries(service: Service, key: str, value: str, name: str) -> dict[str, Manifest]:
    """Write one variable, and before it those that it takes parts from."""
    mark = origins_of(name=[service.at("environment", key)])
    inner = _inner(value)
    if _TEMPLATE.fullmatch(value) and inner in _FIELDS:
        return {key: {"name": key, **_field(inner), **mark}}
    entries: dict[str, Manifest] = {}
    written, end = [], 0
    for match in _TEMPLATE.finditer(value):
        inner = _inner(match[0])
        part = name
        if inner in _FIELDS:
            helper = _free(_FIELDS[inner][0], service)
            entries[helper] = {"name": helper, **_field(inner)}
            part = f"$({helper})"
        written += [value[end : match.start()].replace("$", "$$"), part]
        end = match.end()
    text = "".join((*written, value[end:].replace("$", "$$")))
    return {**entries, key: {"name": key, "value": text, **mark}}


def _field(inner: str) -> Manifest:
    field = {"apiVersion": "v1", "fieldPath": _FIELDS[inner][1]}
    return {"valueFrom": {"fieldRef": field}}


def _free(name: str, service: Service) -> str:
    while name in service.environment:
        name = f"SWARM_{name}"
    return name
