"""Tell services of one Pod that their ports collide there, and did not in Docker.

A Pod has one network. Who shares no more than processes or memory has one of its own in
Docker, where two may listen on the same port.
"""

from collections.abc import Iterator, Mapping

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.joins import network_owner
from kompyle.mapping.keys import Fate
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.service_ports import service_ports

_WAY_OUT = "Let one of them listen on another port."


def same_ports(
    services: Mapping[str, Service], pods: Mapping[str, PodGroup]
) -> list[Outcome]:
    """Look for ports that services with networks of their own have in one Pod."""
    shared = [group for group in dict.fromkeys(pods.values()) if group.is_shared]
    return [outcome for group in shared for outcome in _same(group, services)]


def _same(group: PodGroup, services: Mapping[str, Service]) -> Iterator[Outcome]:
    known: dict[tuple[int, str], str] = {}
    for name in group.members:
        owner = network_owner(name, services)
        for port in service_ports(services[name], ()):
            other = known.setdefault((port.number, port.protocol), name)
            if network_owner(other, services) != owner:
                note = f"{other!r} listens on {port.number} too, in the same Pod"
                yield Outcome(port.paths[0], Fate.LOST, note, _WAY_OUT)
