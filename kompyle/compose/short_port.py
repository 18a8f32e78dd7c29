"""Read the short form of a port, `[[ip:][host]:]container[/protocol]`."""

import ipaddress
import re
from dataclasses import dataclass

_PORT = re.compile(r"\+?0*([0-9]{1,5})", re.ASCII)
_HIGHEST = 65535
_PROTOCOLS = ("tcp", "udp", "sctp")
_CONTAINER_PORT = 'a port up to 65535, or a range as in "3000-3005"'


@dataclass(frozen=True, slots=True)
class ShortPort:
    """One port of a container; `published` may be a range to choose from."""

    target: int
    published: str | None
    host_ip: str | None
    protocol: str = "tcp"
    mode: str = "ingress"


def parse(text: str) -> list[ShortPort]:
    """Return one port, or all of a range, in the order that Compose prints."""
    address, host, container = _parts(text)
    container, _, protocol = container.partition("/")
    protocol = _protocol(protocol, text)
    host_ip = _host_ip(address, text) if address else None
    targets = _targets(container, text)
    return [
        ShortPort(target, published, host_ip, protocol)
        for target, published in _pairs(targets, host, text)
    ]


def _parts(text: str) -> tuple[str, str, str]:
    """Cut from the right, because an IPv6 address has colons of its own."""
    rest, _, container = text.rpartition(":")
    address, _, host = rest.rpartition(":")
    return address, host, container


def _protocol(word: str, text: str) -> str:
    protocol = word.lower() or "tcp"
    if protocol not in _PROTOCOLS:
        fact = f'"{word}" in "{text}" is not a protocol'
        raise ValueError(f"{fact}; write one of {', '.join(_PROTOCOLS)}")
    return protocol


def _host_ip(address: str, text: str) -> str:
    is_bracketed = address.startswith("[") and address.endswith("]")
    bare = address[1:-1] if is_bracketed else address
    if not _is_ip(bare):
        ports = text.removeprefix(address)
        fact = f'"{address}" in "{text}" is not an IP address'
        raise ValueError(f'{fact}; write one, as in "127.0.0.1{ports}"')
    return bare


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _targets(container: str, text: str) -> range:
    if not container:
        fact = f'"{text}" has no container port'
        raise ValueError(f'{fact}; write it behind the last colon, as in "8080:80"')
    targets = _range(container)
    if targets is None:
        fact = f"{_quoted(container, text)} is not a container port"
        raise ValueError(f"{fact}; write {_way_out(container)}")
    if targets[0] == 0:
        raise ValueError(f'"{text}" has container port 0; write one from 1 to 65535')
    return targets


def _pairs(targets: range, host: str, text: str) -> list[tuple[int, str | None]]:
    if not host:
        return [(target, None) for target in _as_printed(targets)]
    published = _range(host)
    if published is None:
        raise ValueError(_host_fault(host, text))
    if len(targets) == 1 and len(published) > 1:
        return [(targets[0], f"{published[0]}-{published[-1]}")]
    if len(targets) != len(published):
        fact = f'the ranges in "{text}" have {len(published)} and {len(targets)} ports'
        raise ValueError(f"{fact}; make them equally long")
    shift = published[0] - targets[0]
    return [(target, str(target + shift)) for target in _as_printed(targets)]


def _as_printed(targets: range) -> list[int]:
    # The reference sorts ports as text: 10 comes before 9.
    return sorted(targets, key=str)


def _range(text: str) -> range | None:
    first, dash, last = text.partition("-")
    start = _port(first)
    stop = _port(last) if dash else start
    if start is None or stop is None or start > stop:
        return None
    return range(start, stop + 1)


def _port(text: str) -> int | None:
    match = _PORT.fullmatch(text)
    number = int(match[1]) if match else _HIGHEST + 1
    return number if number <= _HIGHEST else None


def _host_fault(host: str, text: str) -> str:
    if _is_ip(host):
        port = text.removeprefix(f"{host}:")
        fact = f'"{text}" has an IP address but no host port'
        return f'{fact}; write "{host}::{port}" or "{host}:{port}:{port}"'
    return f"{_quoted(host, text)} is not a host port; write {_way_out(host)}"


def _quoted(part: str, text: str) -> str:
    return f'"{part}"' if part == text else f'"{part}" in "{text}"'


def _way_out(ports: str) -> str:
    compact = "".join(ports.split())
    first, dash, last = compact.partition("-")
    if dash and _range(f"{last}-{first}"):
        return f'"{last}-{first}"'
    return f'"{compact}"' if _range(compact) else _CONTAINER_PORT
