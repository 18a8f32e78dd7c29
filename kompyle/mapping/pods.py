"""Put services that share a namespace into one Pod (recipes R1 and R2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.mapping.joins import SHARING, joins, network_owner
from kompyle.mapping.kinds import Kind


@dataclass(frozen=True, slots=True)
class PodGroup:
    """The services of one Pod; it is named after ``host``, whose network it uses."""

    host: str
    members: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        return len(self.members) > 1


def pod_groups(
    services: Iterable[Service], kinds: Mapping[str, Kind]
) -> Mapping[str, PodGroup]:
    """Return each service's group; most are alone in theirs.

    What runs once has a Pod of its own: beside a service it would never end.
    """
    listed = {service.name: service for service in services}
    staying = {
        name: service for name, service in listed.items() if not kinds[name].ends
    }
    found = {name: PodGroup(name, (name,)) for name in listed}
    for names in _tied(staying):
        host = _host(names, staying)
        group = PodGroup(host, (host, *(name for name in names if name != host)))
        found |= dict.fromkeys(names, group)
    return found


def _tied(services: Mapping[str, Service]) -> list[list[str]]:
    """Return the sets of services that any keys tie together, in their own order."""
    sets = {name: [name] for name in services}
    for name, service in services.items():
        for key in SHARING:
            other = joins(service, services, key)
            if other and sets[other] is not sets[name]:
                both = sets[other] + sets[name]
                sets |= dict.fromkeys(both, both)
    place = {name: index for index, name in enumerate(services)}
    unique = {id(found): found for found in sets.values()}
    return [sorted(found, key=place.__getitem__) for found in unique.values()]


def _host(names: Iterable[str], services: Mapping[str, Service]) -> str:
    """Choose the service that joins no other, and whose network the most join."""
    ends = [network_owner(name, services) for name in names]
    free = [name for name in names if not _targets(services[name], services)]
    return max(free or names, key=ends.count)


def _targets(service: Service, services: Mapping[str, Service]) -> set[str]:
    found = {joins(service, services, key) for key in SHARING}
    return {name for name in found if name not in (None, service.name)}
