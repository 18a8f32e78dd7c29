"""Ports of a service: ``ports``, in their long form."""

import re
from dataclasses import dataclass

from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath

_LOOPBACK = re.compile(r"127(?:\.\d+){3}|\[?(?:0*:)+0*1\]?|localhost")


@dataclass(frozen=True, slots=True)
class Port:
    """One port; ``published`` is text, since it can be a range, and None is random."""

    path: KeyPath
    target: int
    published: str | None = None
    protocol: str = "tcp"
    host_ip: str | None = None
    app_protocol: str | None = None
    name: str | None = None
    mode: str = "ingress"

    @property
    def is_local(self) -> bool:
        """Whether it is published to the machine alone, and not to others.

        >>> Port((), 80, host_ip="127.0.0.1").is_local, Port((), 80).is_local
        (True, False)
        """
        return bool(_LOOPBACK.fullmatch(self.host_ip or ""))


def ports(service: YamlMap, path: KeyPath) -> tuple[Port, ...]:
    items = enumerate(service.items_of("ports"))
    return tuple(
        _port(item, (*path, "ports", index))
        for index, item in items
        if isinstance(item, YamlMap)
    )


def _port(node: YamlMap, path: KeyPath) -> Port:
    target = node.value("target")
    return Port(
        path=path,
        target=target if isinstance(target, int) else 0,
        published=node.text("published"),
        protocol=(node.text("protocol") or "tcp").lower(),
        host_ip=node.text("host_ip"),
        app_protocol=node.text("app_protocol"),
        name=node.text("name"),
        mode=node.text("mode") or "ingress",
    )


_EXPOSED = re.compile(
    r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?", re.IGNORECASE
)
_LARGEST = 65535


def exposed(text: str) -> tuple[range, str] | None:
    """Read an item of ``expose``: its ports and their protocol; None if it is odd.

    >>> exposed("8000-8001/UDP")
    (range(8000, 8002), 'udp')
    """
    match = _EXPOSED.fullmatch(text)
    if not match:
        return None
    first = int(match[1])
    last = int(match[2] or first)
    if not 0 < first <= last <= _LARGEST:
        return None
    return range(first, last + 1), (match[3] or "tcp").lower()
