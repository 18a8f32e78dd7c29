"""Learn on which ports a service is reached, from what the project says elsewhere.

In Docker any port of a container can be reached; a Service needs to name them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kompyle.compose.service import Service
from kompyle.mapping.addresses import Address, addresses, protocols
from kompyle.mapping.listening import listening
from kompyle.mapping.speech import said

_OWN = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "[::1]"))  # noqa: S104
_LARGEST = 65535
_HOST_NAME = re.compile(
    r"(?:HOST|(?<=.)(?:HOSTNAME|SERVER|ADDR(?:ESS)?))$", re.IGNORECASE
)
_DATAGRAMS = re.compile(r"STATSD|SYSLOG|GELF|GRAYLOG|SNMP|NTP")
"""Names of variables whose services mostly listen to UDP."""

Spoken = tuple[int, str]
"""A port's number and its protocol."""


def evidence(
    services: Iterable[Service],
    names: Mapping[str, tuple[str, ...]],
    texts: Mapping[str, Iterable[str]],
) -> dict[str, list[Spoken]]:
    """Return, by service, the ports on which others or itself speak to it.

    *names* maps every name in use to the services that answer to it; *texts* is what
    files say that services mount.  A port that only a file names, or that a URL means
    without naming it, comes last, and only where others are known: without any, the
    Service is headless, and every port works.
    """
    listed = tuple(services)
    found: dict[str, set[Spoken]] = defaultdict(set)
    usual: dict[str, set[Spoken]] = defaultdict(set)
    for service in listed:
        for target, address in _spoken(service, names):
            kind = usual if address.is_usual else found
            kind[target].add((address.number, address.protocol))
        for text in texts.get(service.name, ()):
            for target, address in _called(text, names):
                usual[target].add((address.number, address.protocol))
        _paired(service, names, found)
        found[service.name].update((number, "TCP") for number in listening(service))
    for service in listed:
        if not (found[service.name] or service.ports or service.expose):
            usual.pop(service.name, None)
    return {
        name: [*sorted(ports), *sorted(usual[name] - ports)]
        for name, ports in found.items()
    }


def _spoken(
    service: Service, names: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Address]]:
    """Yield the services that a service speaks to.

    In what runs inside, ``localhost`` is the container; in variables it is mostly the
    machine that the user's browser runs on.
    """
    for name, text in said(service):
        for address in addresses(text):
            is_own = not name and address.host in _OWN
            for target in (service.name,) if is_own else names.get(address.host, ()):
                yield target, address


def _called(
    text: str, names: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Address]]:
    for address in addresses(text):
        for target in names.get(address.host, ()):
            yield target, address


def port_beside(name: str, variables: Mapping[str, str | None]) -> str:
    """Return what the variable says that has the port of the host in *name*.

    >>> port_beside("DB_SERVER", {"DB_PORT": "5432"}), port_beside("DB", {})
    ('5432', '')
    """
    first = _HOST_NAME.sub("", name)
    written = "port" if name.islower() else "PORT"
    beside = variables.get(f"{first}{written}") or variables.get(f"{name}_{written}")
    return beside or ""


def _paired(
    service: Service,
    names: Mapping[str, tuple[str, ...]],
    found: dict[str, set[Spoken]],
) -> None:
    """Read ``DB_HOST=db``, or ``DB=db``, and ``DB_PORT=5432`` together."""
    for name, value in service.environment.items():
        if not value or value not in names:
            continue
        port = port_beside(name, service.environment)
        if port.isdigit() and 0 < int(port) <= _LARGEST:
            sent = _DATAGRAMS.search(name)
            known = ("TCP", "UDP") if sent else protocols(int(port))
            for target in names[value]:
                found[target].update((int(port), protocol) for protocol in known)
