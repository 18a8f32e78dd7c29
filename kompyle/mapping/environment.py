"""``environment`` and ``env_file``: ConfigMaps, and Secrets for what is secret."""

import base64
from collections.abc import Iterable
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.swarm_templates import variables
from kompyle.mapping.variables import LEGAL, VariableGroup, illegal_name
from kompyle.names import labels, project_labels

KEYS: dict[str, Key] = {
    "services.*.environment": kept(whole=True),
    "services.*.env_file": kept(whole=True),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    sources = []
    for group in plan.groups.get(service.name, ()):
        if group.plain:
            sources.append({"configMapRef": {"name": group.name}})
        if group.secret:
            sources.append({"secretRef": {"name": group.name}})
    named = _with_legal_names(service)
    filled, told = variables(named, plan.names[service.name], plan.secret_values)
    container: Manifest = {"envFrom": sources} if sources else {}
    if filled:
        container["env"] = filled
    return Fragment(container=container, outcomes=(*told, *_left_out(service)))


def _with_legal_names(service: Service) -> Service:
    legal = {
        name: value
        for name, value in service.environment.items()
        if LEGAL.fullmatch(name)
    }
    is_whole = len(legal) == len(service.environment)
    return service if is_whole else replace(service, environment=legal)


def objects(plan: Plan) -> list[Manifest]:
    """Return the ConfigMaps and Secrets; services can share those of an env file."""
    groups = {group.name: group for found in plan.groups.values() for group in found}
    return [item for group in groups.values() for item in _objects(group, plan)]


def _objects(group: VariableGroup, plan: Plan) -> list[Manifest]:
    found: list[Manifest] = []
    metadata = {"name": group.name, "labels": _labels(group, plan)}
    if group.plain:
        data = dict(group.plain) | _marks(group, group.plain)
        found.append(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": metadata,
                "data": data,
            }
        )
    if group.secret:
        encoded = {key: _encoded(value) for key, value in group.secret.items()}
        found.append(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": metadata,
                "type": "Opaque",
                "data": encoded | _marks(group, group.secret),
            }
        )
    return found


def _labels(group: VariableGroup, plan: Plan) -> Manifest:
    if len(group.users) == 1:
        return labels(plan.names[group.users[0]], plan.inputs.name)
    return project_labels(plan.inputs.name)


def _marks(group: VariableGroup, values: Iterable[str]) -> Manifest:
    """Mark each value with the variables of all services that use the group."""
    return origins_of(
        **{
            name: [("services", user, "environment", name) for user in group.users]
            for name in values
        }
    )


def _encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _left_out(service: Service) -> list[Outcome]:
    found = []
    for name, value in service.environment.items():
        path = service.at("environment", name)
        if value is None:
            note = "it has no value here, and Compose leaves it unset then"
            found.append(Outcome(path, Fate.IGNORED, note))
        elif not LEGAL.fullmatch(name):
            found.append(illegal_name(name, path))
    return found
