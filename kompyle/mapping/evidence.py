"""Learn on which ports a service is reached, from what the project says elsewhere.

In Docker any port of a container can be reached; a Service needs to name them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kompyle.compose.service import Service
from kompyle.mapping.addresses import Address, addresses, protocols
from kompyle.mapping.speech import said

_OWN = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "[::1]"))  # noqa: S104
_LARGEST = 65535
_DATAGRAMS = re.compile(r"STATSD|SYSLOG|GELF|GRAYLOG|SNMP|NTP")
"""Names of variables whose services mostly listen to UDP."""

Spoken = tuple[int, str]
"""A port's number and its protocol."""

WELL_KNOWN: Mapping[str, tuple[int, ...]] = {
    "adminer": (8080,),
    "caddy": (80, 443),
    "cassandra": (9042,),
    "clickhouse": (8123, 9000),
    "clickhouse-server": (8123, 9000),
    "cockroach": (26257, 8080),
    "consul": (8500,),
    "couchdb": (5984,),
    "elasticsearch": (9200, 9300),
    "etcd": (2379,),
    "grafana": (3000,),
    "haproxy": (80,),
    "httpd": (80,),
    "influxdb": (8086,),
    "kafka": (9092,),
    "kibana": (5601,),
    "logstash": (5044,),
    "mailhog": (1025, 8025),
    "mailpit": (1025, 8025),
    "mariadb": (3306,),
    "memcached": (11211,),
    "minio": (9000,),
    "mongo": (27017,),
    "mongodb": (27017,),
    "mosquitto": (1883,),
    "eclipse-mosquitto": (1883,),
    "mysql": (3306,),
    "nats": (4222,),
    "neo4j": (7474, 7687),
    "nginx": (80,),
    "opensearch": (9200,),
    "phpmyadmin": (80,),
    "postgis": (5432,),
    "postgres": (5432,),
    "postgresql": (5432,),
    "prometheus": (9090,),
    "rabbitmq": (5672,),
    "redis": (6379,),
    "registry": (5000,),
    "solr": (8983,),
    "timescaledb": (5432,),
    "traefik": (80,),
    "valkey": (6379,),
    "vault": (8200,),
    "zookeeper": (2181,),
}
"""Ports on which an image of that name listens if nothing else is said."""


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
        known = {(number, "TCP") for number in well_known(service.image)}
        found[service.name].update(known)
    for service in listed:
        if not (found[service.name] or service.ports or service.expose):
            usual.pop(service.name, None)
    return {
        name: [*sorted(ports), *sorted(usual[name] - ports)]
        for name, ports in found.items()
    }


def well_known(image: str | None) -> tuple[int, ...]:
    """Return the usual ports of an image, whatever its registry and tag.

    >>> well_known("docker.io/library/postgres:16-alpine@sha256:00")
    (5432,)
    """
    return WELL_KNOWN.get(image_name(image or ""), ())


def image_name(image: str) -> str:
    """Return the last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


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


def _paired(
    service: Service,
    names: Mapping[str, tuple[str, ...]],
    found: dict[str, set[Spoken]],
) -> None:
    """Read ``DB_HOST=db`` and ``DB_PORT=5432`` together."""
    for name, value in service.environment.items():
        if not value or value not in names or not name.endswith("HOST"):
            continue
        port = service.environment.get(f"{name[:-4]}PORT")
        if port and port.isdigit() and 0 < int(port) <= _LARGEST:
            sent = _DATAGRAMS.search(name)
            known = ("TCP", "UDP") if sent else protocols(int(port))
            for target in names[value]:
                found[target].update((int(port), protocol) for protocol in known)
