"""Where things are mounted in a container: no two at one place, some below others."""

from collections.abc import Iterable, Iterator

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath, render
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.mounts import absolute

SECRETS = "/run/secrets"


def taken_places(services: Iterable[Service]) -> list[Outcome]:
    """Tell of each mount whose place another one has already."""
    return [outcome for service in services for outcome in _taken(service)]


def below(service: Service, folder: str) -> list[str]:
    """Return the places inside of *folder* where something else is mounted.

    What holds ConfigMaps and Secrets cannot have mount points in it: they would have
    to be made there, and it is read-only.
    """
    inside = folder.rstrip("/") + "/"
    return [place for place, _ in _places(service) if place.startswith(inside)]


def is_covered(place: str, others: Iterable[str]) -> bool:
    """Whether a file is hidden by a mount at its place, or above it."""
    return any(f"{place}/".startswith(other.rstrip("/") + "/") for other in others)


def _taken(service: Service) -> Iterator[Outcome]:
    owners: dict[str, KeyPath] = {}
    for place, path in _places(service):
        other = owners.setdefault(place.rstrip("/"), path)
        if other != path:
            note = f"{place} is mounted already by {render(other)}"
            way_out = "Choose another target, or delete one of them."
            yield Outcome(path, Fate.LOST, note, way_out, "taken-place")


def _places(service: Service) -> Iterator[tuple[str, KeyPath]]:
    for mount in service.mounts:
        yield absolute(mount.target), mount.path
    for config in service.configs:
        yield absolute(config.target or config.source), config.path
    for secret in service.secrets:
        yield absolute(secret.target or secret.source, SECRETS), secret.path
