"""Tell services on the node's network what they do not find at ``localhost`` there.

Docker publishes ports on the machine, where a container with its network finds them;
in a cluster they are at the Services' names.
"""

import re
from collections.abc import Mapping

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.addresses import USUAL, addresses
from kompyle.mapping.evidence import port_beside
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.speech import said_at

_HERE = ("localhost", "127.0.0.1")
_SPEAKS_TO = re.compile(
    r"(?!.*(?:BIND|LISTEN))(?P<what>.+?)_?(?:HOST(?:NAME)?|SERVER|ADDR(?:ESS)?|BROKER)",
    re.IGNORECASE,
)
"""Names of variables that have another's host: one's own has no word before it."""

_SHOWN = 3


def published_here(
    services: Mapping[str, Service], names: Mapping[str, str]
) -> list[Outcome]:
    """Look for the published ports of others in what services on the node say."""
    on_node = [
        item for item in services.values() if item.text("network_mode") == "host"
    ]
    if not on_node:
        return []
    outside = {
        port.published: f"{names[service.name]}:{port.target}"
        for service in services.values()
        for port in service.ports
        if port.published and service.text("network_mode") != "host"
    }
    return [
        _told(service.at(*keys), found)
        for service in on_node
        for keys, name, text in said_at(service)
        if any(here in text for here in _HERE)
        if (found := _found(service, name, text, outside))
        if len(on_node) == 1 or found.keys().isdisjoint(_HERE)  # it may mean the other
    ]


def _found(
    service: Service, name: str, text: str, outside: Mapping[str, str]
) -> dict[str, str]:
    """Return what a text says that is not found, and what to write instead."""
    if text in _HERE:
        return _of_host(name, text, service.environment, outside)
    said = [(found.host, str(found.number)) for found in addresses(text)]
    return {
        f"{host}:{port}": outside[port]
        for host, port in said
        if host in _HERE and port in outside
    }


def _of_host(
    name: str,
    host: str,
    variables: Mapping[str, str | None],
    outside: Mapping[str, str],
) -> dict[str, str]:
    """Look for the port of a host: beside it, or the usual one of what it is called."""
    apart = {port: f"{text.replace(':', ' (port ')})" for port, text in outside.items()}
    beside = port_beside(name, variables)
    if beside:
        return {f"{host}:{beside}": apart[beside]} if beside in apart else {}
    speaks = _SPEAKS_TO.fullmatch(name)
    if not speaks or not apart:
        return {}
    usual = str(USUAL.get(speaks["what"].lower().rpartition("_")[2]))
    if usual in apart:
        return {f"{host}:{usual}": apart[usual]}
    return {host: " or ".join([*apart.values()][:_SHOWN])}


def _told(path: KeyPath, found: Mapping[str, str]) -> Outcome:
    said = ", ".join(found)
    note = f"nothing listens at {said} of a node: ports are published by Docker alone"
    way_out = f"Write {', '.join(found.values())}."
    return Outcome(path, Fate.LOST, note, way_out, "published-here")
