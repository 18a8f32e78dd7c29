"""Tell services on the node's network what they do not find at ``localhost`` there.

Docker publishes ports on the machine, where a container with its network finds them;
in a cluster they are at the Services' names.
"""

import re
from collections.abc import Iterator, Mapping

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

_HERE = re.compile(r"(?:localhost|127\.0\.0\.1):(?P<port>[0-9]{1,5})\b")


def published_here(
    services: Mapping[str, Service], names: Mapping[str, str]
) -> list[Outcome]:
    """Look for the published ports of others in what services on the node say."""
    outside = {
        port.published: f"{names[service.name]}:{port.target}"
        for service in services.values()
        for port in service.ports
        if port.published and service.text("network_mode") != "host"
    }
    return [
        _told(path, match[0], outside[match["port"]])
        for service in services.values()
        if service.text("network_mode") == "host"
        for path, text in _texts(service)
        for match in _HERE.finditer(text)
        if match["port"] in outside
    ]


def _texts(service: Service) -> Iterator[tuple[KeyPath, str]]:
    for name, value in service.environment.items():
        yield service.at("environment", name), value or ""
    yield service.at("command"), " ".join(service.command or ())
    yield service.at("entrypoint"), " ".join(service.entrypoint or ())


def _told(path: KeyPath, said: str, service: str) -> Outcome:
    note = f"nothing listens at {said} of a node: ports are published by Docker alone"
    return Outcome(path, Fate.LOST, note, f"Write {service}.", "published-here")
