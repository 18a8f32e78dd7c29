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
"""Names of variables that can have another's host, or the one to listen at."""

_DATABASES = ("mariadb", "mongodb", "mssql", "mysql", "postgres")
_CALLED: Mapping[str, tuple[str, ...]] = {
    "database": _DATABASES,
    "db": _DATABASES,
    "mongo": ("mongodb",),
    "pg": ("postgres",),
    "rabbitmq": ("amqp",),
    "valkey": ("redis",),
    "zookeeper": ("zk",),
}
"""What hosts are called beside the schemes of URLs, and which of these are meant."""

_WEB = frozenset(("80", "443"))
"""What so many listen to that a name such as ``HTTP_HOST`` is as well one's own."""

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
    usual = _usual(speaks["what"]) if speaks else frozenset()
    meant = [port for port in apart if port in usual]
    if len(meant) == 1:
        return {f"{host}:{meant[0]}": apart[meant[0]]}
    own = [port for port, text in outside.items() if text.rpartition(":")[2] in usual]
    found = [apart[port] for port in dict.fromkeys((*meant, *own))]
    return {host: " or ".join(found[:_SHOWN])} if found else {}


def _usual(what: str) -> frozenset[str]:
    """Return the usual ports of what a host is called.

    >>> sorted(_usual("APP_MQTT")), sorted(_usual("METRICS")), sorted(_usual("HTTP"))
    (['1883'], [], [])
    """
    word = what.lower().rpartition("_")[2]
    schemes = _CALLED.get(word, (word,))
    return frozenset(str(USUAL[name]) for name in schemes if name in USUAL) - _WEB


def _told(path: KeyPath, found: Mapping[str, str]) -> Outcome:
    said = ", ".join(found)
    note = f"nothing listens at {said} of a node: ports are published by Docker alone"
    way_out = f"Write {', '.join(found.values())}."
    return Outcome(path, Fate.LOST, note, way_out, "published-here")
