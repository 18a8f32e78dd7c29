"""The ports of a Service: the container's own, as peers use them in Compose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kompyle.compose.ports import Port, exposed
from kompyle.compose.service import Service
from kompyle.keypath import KeyPath

MOST = 1000
"""Ports of one item that a Service lists; more would be a wall of text."""

_LARGEST = 65535
_PROTOCOLS = frozenset(("tcp", "udp", "sctp"))


@dataclass(frozen=True, slots=True)
class ServicePort:
    """A port of the container; ``paths`` are the keys that name it, if any do."""

    number: int
    protocol: str = "TCP"
    app_protocol: str | None = None
    paths: tuple[KeyPath, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.protocol.lower()}-{self.number}"


def service_ports(
    service: Service, spoken: Iterable[tuple[int, str]]
) -> tuple[ServicePort, ...]:
    """Collect published ports, exposed ones, and those that others speak to."""
    unwritten = [ServicePort(number, protocol) for number, protocol in spoken]
    return unique((*_written(service), *unwritten))


def unique(ports: Iterable[ServicePort]) -> tuple[ServicePort, ...]:
    """Join the ports that are the same, whoever names them."""
    found: dict[tuple[int, str], ServicePort] = {}
    for port in ports:
        key = port.number, port.protocol
        known = found.get(key)
        found[key] = _joined(known, port) if known else port
    return tuple(found.values())


def is_headless(service: Service, ports: Sequence[ServicePort]) -> bool:
    """Whether a service's name stands for its Pods' addresses: then any port works."""
    return not ports or service.text("deploy", "endpoint_mode") == "dnsrr"


def _written(service: Service) -> Iterable[ServicePort]:
    for port in service.ports:
        if is_possible(port):
            protocol, path = port.protocol.upper(), port.path
            yield ServicePort(port.target, protocol, port.app_protocol, (path,))
    for index, text in enumerate(service.expose):
        numbers, protocol = exposed(text) or ((), "")
        if len(numbers) <= MOST:
            path = service.at("expose", index)
            yield from (
                ServicePort(number, protocol.upper(), paths=(path,))
                for number in numbers
            )


def is_possible(port: Port) -> bool:
    return 0 < port.target <= _LARGEST and port.protocol in _PROTOCOLS


def _joined(known: ServicePort, port: ServicePort) -> ServicePort:
    return replace(
        known,
        app_protocol=known.app_protocol or port.app_protocol,
        paths=known.paths + port.paths,
    )
