"""On which ports a service listens by itself: its image's own, or those that it says.

The servers of well-known images can be told another port in their command.
"""

import re
from collections.abc import Mapping

from kompyle.compose.service import Service
from kompyle.mapping.speech import BETWEEN

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

_VARIANTS: Mapping[str, tuple[re.Pattern[str], tuple[int, ...]]] = {
    "rabbitmq": (re.compile(r"\bmanagement\b"), (15672,)),
}
"""Further ports of images whose tag says what is in them."""

_LONG = r"--port[=\s]\s*"
_POSTGRES = ("postgres", rf"-p\s*|{_LONG}|(?:-c\s*|--)port\s*=\s*")
_MYSQL = ("mysqld|mariadbd|mysqld_safe", rf"-P\s*|{_LONG}")
_REDIS = ("redis-server|valkey-server", _LONG)
_MONGO = ("mongod|mongos", _LONG)
_SERVERS: Mapping[str, tuple[str, str]] = {
    "mariadb": _MYSQL,
    "memcached": ("memcached", rf"-p\s*|{_LONG}"),
    "mongo": _MONGO,
    "mongodb": _MONGO,
    "mysql": _MYSQL,
    "nats": ("nats-server", rf"-p\s*|{_LONG}"),
    "postgis": _POSTGRES,
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "redis": _REDIS,
    "timescaledb": _POSTGRES,
    "valkey": _REDIS,
}
"""The programs of images, and the options that tell them their port."""

_PROGRAM = re.compile("|".join(sorted({program for program, _ in _SERVERS.values()})))


def listening(service: Service) -> tuple[int, ...]:
    """Return the ports that a service's command names, or else those of its image."""
    return told(service) or well_known(service.image)


def told(service: Service) -> tuple[int, ...]:
    """Return the ports that a command tells a well-known server, whatever its image."""
    words = (*(service.entrypoint or ()), *(service.command or ()))
    if not words:
        return ()
    text = BETWEEN.join(words)
    own = _SERVERS.get(image_name(service.image or ""))
    is_own = own and words[0].startswith("-") and not service.entrypoint
    if own and is_own:  # the image begins the command with its program
        text = f"{own[0].partition('|')[0]}{BETWEEN}{text}"
    if not _PROGRAM.search(text):
        return ()
    servers = dict.fromkeys(_SERVERS.values())
    found = (_port(text, *server) for server in servers)
    return tuple(dict.fromkeys(port for port in found if port))


def _port(text: str, program: str, option: str) -> int | None:
    """Read a server's port; of several the last counts.

    >>> _port("redis-cli --port 1; exec redis-server --port 6380", *_REDIS)
    6380
    """
    found = None
    for call in re.finditer(rf"(?<![\w.-])(?:{program})(?![\w.:-])([^;|&]*)", text):
        for match in re.finditer(rf"\s['\"]?(?:{option})['\"]?(\d{{1,5}})\b", call[1]):
            found = int(match[1])
    return found if found and found <= _LARGEST else None


def well_known(image: str | None) -> tuple[int, ...]:
    """Return the usual ports of an image, whatever its registry and mostly its tag.

    >>> well_known("docker.io/library/postgres:16-alpine@sha256:00")
    (5432,)
    >>> well_known("rabbitmq:3-management-alpine")
    (5672, 15672)
    """
    name = image_name(image or "")
    usual = WELL_KNOWN.get(name, ())
    variant, further = _VARIANTS.get(name, (None, ()))
    return usual + further if variant and variant.search(image or "") else usual


def image_name(image: str) -> str:
    """Return the last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]
