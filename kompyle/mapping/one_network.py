"""Tell services of one Pod that their ports collide there.

A Pod has one network. Who shares no more than processes or memory has one of its own in
Docker, where two may listen on the same port. Who shares the network, too, could not
do so there, either, and still it is often written.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.joins import SHARING, joins, network_owner
from kompyle.mapping.keys import Fate
from kompyle.mapping.listening import told, well_known
from kompyle.mapping.pods import PodGroup
from kompyle.mapping.service_ports import ServicePort, service_ports
from kompyle.mapping.sidecars import is_tunnel

_WAY_OUT = "Let one of them listen on another port."
_WRITTEN = ("ports", "expose")
_SETTINGS = re.compile(r"/etc(?:/|$)|conf|\.ya?ml$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """A port of a network, who has it, and the key that says so.

    ``is_own`` is false where a service may publish it for those who join its network.
    """

    port: tuple[int, str]
    network: str
    service: str
    path: KeyPath
    is_own: bool


def same_ports(
    services: Mapping[str, Service], pods: Mapping[str, PodGroup]
) -> list[Outcome]:
    """Look for ports that two services of one Pod listen on."""
    shared = [group for group in dict.fromkeys(pods.values()) if group.is_shared]
    return [
        outcome
        for group in shared
        for outcome in _same({name: services[name] for name in group.members})
    ]


def _same(members: Mapping[str, Service]) -> Iterator[Outcome]:
    known: dict[tuple[int, str], list[_Place]] = {}
    owners = {joins(member, members, "network_mode") for member in members.values()}
    for member in members.values():
        for place in _places(member, members, is_joined=member.name in owners):
            others = known.setdefault(place.port, [])
            unsure = [each for each in others if not is_tunnel(members[each.service])]
            told = [*_collisions(others, place), *_doubts(unsure, place)]
            others.append(place)
            for note, way_out in told[:1]:
                yield Outcome(place.path, Fate.ADAPTED, note, way_out, "same-port")


def _collisions(others: list[_Place], place: _Place) -> Iterator[tuple[str, str]]:
    for other in others:
        is_apart = other.network != place.network or (other.is_own and place.is_own)
        if other.service != place.service and is_apart:
            note = f"{other.service!r} listens on {place.port[0]} too, in the same Pod"
            yield f"{note}: only one of them can", _WAY_OUT


def _doubts(others: list[_Place], place: _Place) -> Iterator[tuple[str, str]]:
    """Tell of a port that both name, where one of them may name it for the other.

    Docker takes it from the one alone whose network it is.
    """
    for other in others:
        if place.is_own and not other.is_own and place.path[2] in _WRITTEN:
            name = other.service
            note = f"{name!r} names {place.port[0]} too, in the same Pod: only one of "
            way_out = f"If {name!r} names it for this one, leave it to {name!r} alone."
            yield f"{note}them can listen on it", f"{_WAY_OUT} {way_out}"


def _places(
    service: Service, services: Mapping[str, Service], *, is_joined: bool
) -> Iterator[_Place]:
    name, network = service.name, network_owner(service.name, services)
    written = service_ports(service, ())
    for port in written:
        yield _Place(_key(port), network, name, port.paths[0], not is_joined)
    joining = next((key for key in SHARING if joins(service, services, key)), "image")
    for number in _by_itself(service):
        yield _Place((number, "TCP"), network, name, service.at(joining), is_own=True)


def _key(port: ServicePort) -> tuple[int, str]:
    return port.number, port.protocol


def _by_itself(service: Service) -> tuple[int, ...]:
    """Return the ports of a service's program, where nothing may say others."""
    if service.command or service.entrypoint:
        return told(service)
    return () if _has_settings(service) else well_known(service.image)


def _has_settings(service: Service) -> bool:
    """Whether files or variables may name another port."""
    places = [mount.target for mount in service.mounts if mount.type == "bind"]
    is_told = any("PORT" in name for name in service.environment)
    return is_told or bool(service.configs) or any(map(_SETTINGS.search, places))
