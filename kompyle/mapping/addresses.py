"""Read from a text on which ports of which hosts it speaks to somebody."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kompyle.mapping.keyed_ports import HOST, keyed_ports

_AUTHORITY = r"[^\s/@?#'\"`;|&()<>{}\[\]\\$]*"
_URL = re.compile(rf"(?<![\w+.-])([A-Za-z][\w+.-]*)://(?:{_AUTHORITY}@)?({_AUTHORITY})")
_GRPC = ("dns:", "ipv4:", "passthrough:")
TARGET = r"(?<![\w+.-])(?:dns:(?://[^/\s]*/|(?!//))|(?:ipv4|passthrough):(?:///)?)"
"""What gRPC has before its hosts: ``dns:///``, or with a server, ``dns://1.1.1.1/``."""

_TARGETS = re.compile(rf"{TARGET}(?=\w)({_AUTHORITY})")
_ITEM = re.compile(rf"({HOST})(?::(\d{{1,5}}))?")
_PAIR = re.compile(rf"(?<![\w.-])(?<![^/]/)({HOST}):(\d{{2,5}})(?![\w.:@-])")
_WORDS = re.compile(
    rf"(?<![\w.:/@-])(?<!-[dDuUn]\s)(?<!user=)(?<!name=)({HOST})['\"]?\s+"
    r"(?:-[pP]\s*|--port[=\s]|port=)?['\"]?(\d{2,5})(?![\w.:-])"
)
_DEVICE = re.compile(rf"/dev/(tcp|udp)/({HOST})/(\d{{1,5}})")
_SENDS_DATAGRAMS = re.compile(r"\bn(?:c|cat|etcat)\b[^;|&]*\s-\w*u\w*\s[^;|&]*")
_HINT = re.compile(r"[:/\s,;(]")
"""What stands in every address, and in few other texts."""

_NEAR = 200
"""Letters before a host in which a command says that it sends datagrams."""

_LARGEST = 65535
_DATAGRAMS = frozenset((53, 123, 161, 514, 8125, 12201))
"""DNS, NTP, SNMP, syslog, StatsD, GELF: mostly UDP, but some listen to TCP, too."""

USUAL: Mapping[str, int] = {
    "amqp": 5672,
    "amqps": 5671,
    "bolt": 7687,
    "cassandra": 9042,
    "clickhouse": 9000,
    "dns": 53,
    "ftp": 21,
    "gelf": 12201,
    "http": 80,
    "https": 443,
    "imap": 143,
    "imaps": 993,
    "ldap": 389,
    "ldaps": 636,
    "mariadb": 3306,
    "memcached": 11211,
    "mongodb": 27017,
    "mqtt": 1883,
    "mqtts": 8883,
    "mssql": 1433,
    "mysql": 3306,
    "nats": 4222,
    "neo4j": 7687,
    "ntp": 123,
    "postgres": 5432,
    "postgresql": 5432,
    "pyamqp": 5672,
    "redis": 6379,
    "rediss": 6379,
    "rtsp": 554,
    "sftp": 22,
    "smtp": 25,
    "smtps": 465,
    "sqlserver": 1433,
    "ssh": 22,
    "statsd": 8125,
    "syslog": 514,
    "ws": 80,
    "wss": 443,
    "zk": 2181,
}
"""The port of a URL that names none, by its scheme."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and its port; ``is_usual`` if the port is not written, but meant."""

    host: str
    number: int
    protocol: str
    is_usual: bool = False


def addresses(text: str) -> Iterator[Address]:
    """Find URLs, ``host:port``, and hosts whose port follows as a word or by its key.

    >>> [(found.host, found.number) for found in addresses("nc -z db 81; curl ws://a/")]
    [('a', 80), ('db', 81)]
    """
    return iter(dict.fromkeys(_found(text)) if _HINT.search(text) else ())


def _found(text: str) -> Iterator[Address]:
    if any(scheme in text for scheme in _GRPC):
        for target in _TARGETS.finditer(text):
            yield from _of_url("https", target[1])
        text = _TARGETS.sub(" ", text)
    for url in _URL.finditer(text):
        yield from _of_url(url[1].lower(), url[2])
    for device in _DEVICE.finditer(text):
        yield from _each(device[2], device[3], (device[1].upper(),))
    rest = _URL.sub(" ", text)
    for pair in _PAIR.finditer(rest):
        yield from _each(pair[1], pair[2], protocols(int(pair[2])))
    for words in _WORDS.finditer(rest):
        near = max(0, words.start() - _NEAR)
        is_udp = _SENDS_DATAGRAMS.search(rest, near, words.start())
        known = ("UDP",) if is_udp else protocols(int(words[2]))
        yield from _each(words[1], words[2], known)
    for host, port in keyed_ports(rest):
        yield from _each(host, port, protocols(int(port)))


def protocols(number: int) -> tuple[str, ...]:
    """Return what a port may be spoken to with, where nothing but its number says."""
    return ("TCP", "UDP") if number in _DATAGRAMS else ("TCP",)


def _of_url(scheme: str, hosts: str) -> Iterator[Address]:
    """Read the hosts of a URL, which can be several."""
    name, _, transport = scheme.partition("+")
    usual = USUAL.get(name)
    known = protocols(usual) if usual else ("TCP",)
    if name.startswith("udp") or transport == "udp":
        known = ("UDP",)
    for item in hosts.split(","):
        match = _ITEM.fullmatch(item)
        if match and match[2]:
            yield from _each(match[1], match[2], known)
        elif match and usual:
            yield from (
                Address(match[1], usual, found, is_usual=True) for found in known
            )


def _each(host: str, port: str, known: tuple[str, ...]) -> Iterator[Address]:
    if 0 < int(port) <= _LARGEST:
        yield from (Address(host, int(port), protocol) for protocol in known)
