"""Group a service's variables: by the env file they come from, plain and secret."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.secret_values import SecretValues
from kompyle.mapping.swarm_templates import template
from kompyle.names import slug

LEGAL = re.compile(r"(?!\.{1,2}$|\.\.)[A-Za-z_.-][A-Za-z0-9_.-]*")
"""Names that every supported server takes for a variable (relaxed in 1.34)."""


def illegal_name(name: str, path: KeyPath) -> Outcome:
    """Tell of a variable that no supported server takes."""
    note = f"Kubernetes takes no variable called {name!r}"
    way_out = "Use letters, digits and _; do not begin with a digit."
    return Outcome(path, Fate.LOST, note, way_out)


@dataclass(frozen=True, slots=True)
class VariableGroup:
    """Variables that share a ConfigMap and a Secret, both called ``name``.

    Services that read the same env file with the same outcome share the group.
    """

    name: str
    plain: Mapping[str, str]
    secret: Mapping[str, str]
    users: tuple[str, ...]


def variable_groups(
    inputs: Inputs,
    names: Mapping[str, str],
    taken: Container[str],
    secrets: SecretValues,
) -> dict[str, tuple[VariableGroup, ...]]:
    """Return each service's groups, its env files first, its own variables last.

    *taken* are the names of configs and secrets, which no group may have.
    """
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    chosen: dict[str, list[str]] = {}
    for service in inputs.services:
        own = names[service.name]
        for file, values in _by_file(service, inputs.variable_files).items():
            for name in _candidates(file, own, inputs.name):
                is_free = name not in found or found[name][0] == values
                if is_free and name not in taken:
                    break
            found.setdefault(name, (values, []))[1].append(service.name)
            chosen.setdefault(service.name, []).append(name)
    groups = {name: _group(name, *item, secrets) for name, item in found.items()}
    return {user: tuple(groups[name] for name in mine) for user, mine in chosen.items()}


def _candidates(file: str, service: str, project: str) -> Iterator[str]:
    """Propose names: that of the env file, or the service's own; then longer ones."""
    base = file if file not in ("", ".env") else f"{project if file else service}-env"
    yield slug(base)
    yield slug(f"{service}-{base}")
    yield from (slug(f"{service}-{base}-{number}") for number in count(2))


def _by_file(
    service: Service, files: Mapping[KeyPath, str]
) -> dict[str, dict[str, str]]:
    """Sort variables that have a value by their env file; ``""`` is the last."""
    found: dict[str, dict[str, str]] = {}
    own: dict[str, str] = {}
    for name, value in service.environment.items():
        if value is None or not LEGAL.fullmatch(name) or template(value):
            continue
        file = files.get(service.at("environment", name))
        target = own if file is None else found.setdefault(file, {})
        target[name] = value
    return found | ({"": own} if own else {})


def _group(
    name: str, values: dict[str, str], users: list[str], secrets: SecretValues
) -> VariableGroup:
    secret = {key for key, value in values.items() if secrets.covers(key, value)}
    return VariableGroup(
        name,
        {key: value for key, value in values.items() if key not in secret},
        {key: value for key, value in values.items() if key in secret},
        tuple(users),
    )
