"""Learn on which ports a service is reached, from what the project says elsewhere.

In Docker any port of a container can be reached; a Service needs to name them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kompyle.compose.service import Service

_HOST_PORT = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*):(\d{2,5})(?![\d.:])")
_OWN = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "[::1]"))  # noqa: S104
_LARGEST = 65535

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
    services: Iterable[Service], names: Mapping[str, tuple[str, ...]]
) -> dict[str, set[int]]:
    """Return, by service, the TCP ports on which others or itself speak to it.

    *names* maps every name in use to the services that answer to it.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for service in services:
        for host, port in _spoken(_environment(service)):
            for target in names.get(host, ()):
                found[target].add(port)
        for host, port in _spoken(_commands(service)):
            for target in (service.name,) if host in _OWN else names.get(host, ()):
                found[target].add(port)
        _paired(service, names, found)
        found[service.name].update(well_known(service.image))
    return found


def well_known(image: str | None) -> tuple[int, ...]:
    """Return the usual ports of an image, whatever its registry and tag.

    >>> well_known("docker.io/library/postgres:16-alpine@sha256:00")
    (5432,)
    """
    return WELL_KNOWN.get(image_name(image or ""), ())


def image_name(image: str) -> str:
    """Return the last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _spoken(texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    for text in texts:
        if ":" in text:
            for host, port in _HOST_PORT.findall(text):
                if int(port) <= _LARGEST:
                    yield host, int(port)


def _environment(service: Service) -> Iterator[str]:
    """Yield values; ``localhost`` there is mostly the user's browser's."""
    return (value for value in service.environment.values() if value)


def _commands(service: Service) -> Iterator[str]:
    """Yield the words of what runs inside; ``localhost`` there is the container."""
    yield from service.command or ()
    yield from service.entrypoint or ()
    if service.healthcheck:
        yield from service.healthcheck.test


def _paired(
    service: Service,
    names: Mapping[str, tuple[str, ...]],
    found: dict[str, set[int]],
) -> None:
    """Read ``DB_HOST=db`` and ``DB_PORT=5432`` together."""
    for name, value in service.environment.items():
        if not value or value not in names or not name.endswith("HOST"):
            continue
        port = service.environment.get(f"{name[:-4]}PORT")
        if port and port.isdigit() and 0 < int(port) <= _LARGEST:
            for target in names[value]:
                found[target].add(int(port))
