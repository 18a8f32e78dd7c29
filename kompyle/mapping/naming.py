"""Name the objects of services, and refuse names that would fall together."""

from collections.abc import Iterable, Iterator

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.mapping.names import slug

_WAY_OUT = "Rename one: Kubernetes names have only a-z, 0-9 and -."


def service_names(
    services: Iterable[Service],
) -> tuple[dict[str, str], list[Outcome]]:
    """Return the name of each service's objects, and what is to be told of them."""
    listed = tuple(services)
    names = {service.name: slug(service.name) for service in listed}
    outcomes = list(_collisions((service.name, service.path) for service in listed))
    clashing = {outcome.path for outcome in outcomes}
    for service in listed:
        name = names[service.name]
        if name != service.name and service.path not in clashing:
            note = f"its name in the cluster is {name!r}, also where others speak to it"
            outcome = Outcome(service.path, Fate.ADAPTED, note, code="renamed-service")
            outcomes.append(outcome)
    return names, outcomes


def resource_collisions(inputs: Inputs) -> list[Outcome]:
    """Refuse volumes, configs and secrets that would share an object."""
    kinds = (inputs.volumes, inputs.configs, inputs.secrets)
    return [
        outcome
        for kind in kinds
        for outcome in _collisions((key, found.path) for key, found in kind.items())
    ]


def _collisions(found: Iterable[tuple[str, KeyPath]]) -> Iterator[Outcome]:
    owners: dict[str, str] = {}
    for written, path in found:
        name = slug(written)
        other = owners.setdefault(name, written)
        if other != written:
            note = f"{written!r} and {other!r} would both be named {name!r}"
            yield Outcome(path, Fate.LOST, note, _WAY_OUT, "name-collision")
