"""Name the objects of services, and refuse names that would fall together."""

from collections.abc import Iterable, Iterator

from kompyle.compose.file_objects import FileObject
from kompyle.compose.service import Service
from kompyle.compose.volumes import Volume
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate
from kompyle.names import slug
from kompyle.options import Options

COLLISION = "name-collision"
_ALONG = "; variables and commands that name it as a host are changed along"
_OF_SERVER, _DEFAULT = "kubernetes", "default"
_WAY_OUT = "Rename one: Kubernetes names have only a-z, 0-9 and -."


def service_names(
    services: Iterable[Service],
) -> tuple[dict[str, str], list[Outcome]]:
    """Return the name of each service's objects, and what is to be told of them."""
    listed = tuple(services)
    names = {service.name: slug(service.name) for service in listed}
    outcomes = list(collisions((service.name, service.path) for service in listed))
    clashing = {outcome.path for outcome in outcomes}
    for service in listed:
        name = names[service.name]
        if name != service.name and service.path not in clashing:
            outcomes.append(renamed_service(name, service.path))
    return names, outcomes


def reserved_names(
    used: Iterable[tuple[str, KeyPath]], options: Options
) -> Iterator[Outcome]:
    """Tell of the name that the server's own Service has in one namespace.

    *used* are the names that Services get, each with where it is written.
    """
    if options.namespace not in (None, _DEFAULT):
        return
    for path in (path for name, path in used if name == _OF_SERVER):
        note = f"{_OF_SERVER!r} is the server's own Service in the namespace {_DEFAULT}"
        if options.namespace:
            way_out = "Choose another name, or another --namespace."
            yield Outcome(path, Fate.LOST, note, way_out, COLLISION)
        else:
            way_out = "Choose another name, or say --namespace: any but that one."
            yield Outcome(path, Fate.ADAPTED, note, way_out, "taken-name")


def renamed_service(name: str, path: KeyPath) -> Outcome:
    note = f"its name in the cluster is {name!r}{_ALONG}"
    return Outcome(path, Fate.ADAPTED, note, code="renamed-service")


def object_name(found: Volume | FileObject) -> str:
    """Return the name of the claim, ConfigMap or Secret that something becomes."""
    return slug(found.name if found.is_external else found.key)


def resource_collisions(inputs: Inputs) -> list[Outcome]:
    """Refuse volumes, configs and secrets that would share an object.

    Two keys may stand for one that exists: then they share it in Docker too.
    """
    kinds = (inputs.volumes, inputs.configs, inputs.secrets)
    return [outcome for kind in kinds for outcome in _shared_objects(kind.values())]


def _shared_objects(listed: Iterable[Volume | FileObject]) -> Iterator[Outcome]:
    owners: dict[str, Volume | FileObject] = {}
    for found in listed:
        name = object_name(found)
        other = owners.setdefault(name, found)
        is_one = found.is_external and other.is_external and found.name == other.name
        if other is not found and not is_one:
            yield collision(found.key, other.key, name, found.path)


def collisions(found: Iterable[tuple[str, KeyPath]]) -> Iterator[Outcome]:
    """Refuse names that differ, but not in Kubernetes."""
    owners: dict[str, str] = {}
    for written, path in found:
        name = slug(written)
        other = owners.setdefault(name, written)
        if other != written:
            yield collision(written, other, name, path)


def collision(written: str, other: str, name: str, path: KeyPath) -> Outcome:
    note = f"{written!r} and {other!r} would both be named {name!r}"
    return Outcome(path, Fate.LOST, note, _WAY_OUT, COLLISION)
