"""Tell which bound files a service writes to: no ConfigMap or Secret can be."""

import re
from collections.abc import Iterator

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.mapping.bound_files import Content
from kompyle.mapping.listening import image_name
from kompyle.mapping.mounts import absolute
from kompyle.mapping.secret_values import commands

_FOLDER = re.compile(r".*/(?:cache|logs?|sessions|temp|tmp)(?:/.*)?")
_FILE = re.compile(r".*/acme\.json|.*\.(?:db|log|sqlite3?)")
"""Places that programs write to, whatever lies there at first."""

_IMAGES: dict[str, tuple[str, ...]] = {
    "adguardhome": ("/opt/adguardhome/conf",),
    "consul": ("/consul/config",),
    "crowdsec": ("/etc/crowdsec",),
    "elasticsearch": ("/usr/share/elasticsearch/config",),
    "homepage": ("/app/config",),
    "nextcloud": ("/var/www/html",),
    "pihole": ("/etc/pihole", "/etc/dnsmasq.d"),
    "searxng": ("/etc/searxng",),
    "unbound": ("/opt/unbound/etc/unbound",),
    "wordpress": ("/var/www/html",),
}
"""Folders that well-known images change or fill when they start."""

_COMMAND = re.compile(r"[;&|\n()]+|\b(?:then|do|else)\b")
_BLANK = re.compile(r"[\s\"']+")
_WRITERS = frozenset(
    (
        "--sentinel",
        "chgrp",
        "chmod",
        "chown",
        "mv",
        "redis-sentinel",
        "rm",
        "tee",
        "touch",
        "truncate",
    )
)
"""Programs that change what they are given; a sentinel of Redis keeps its state so."""


def is_written(service: Service, mount: Mount, content: Content) -> bool:
    """Whether there is evidence: the mount says ``:rw``, or place, image or command."""
    if mount.read_only:
        return False
    place = absolute(mount.target).rstrip("/")
    usual = _FILE if content.is_file else _FOLDER
    if mount.is_writable or usual.fullmatch(place):
        return True
    return _fills(service, place, content) or _is_changed(service, place)


def _fills(service: Service, place: str, content: Content) -> bool:
    folders = _IMAGES.get(image_name(service.image or ""), ())
    is_inside = any(f"{place}/".startswith(f"{folder}/") for folder in folders)
    return is_inside and not content.is_file


def _is_changed(service: Service, place: str) -> bool:
    """Whether a command writes to the place, or below it."""
    text = "\n".join(" ".join(words) for words in commands(service))
    return place in text and any(_writes(words, place) for words in _simple(text))


def _simple(text: str) -> Iterator[list[str]]:
    for command in _COMMAND.split(text):
        yield _BLANK.split(command.replace(">", " > "))


def _writes(words: list[str], place: str) -> bool:
    """Tell whether a simple command has the place after what writes to it.

    >>> _writes(["sed", "-i", "s/a/b/", "/etc/app.conf"], "/etc/app.conf")
    True
    >>> _writes(["cat", "/etc/app.conf", ">", "/tmp/copy"], "/etc/app.conf")
    False
    """
    before: set[str] = set()
    last = ""
    for word in words:
        is_place = f"{word}/".startswith(f"{place}/")
        is_edited = "sed" in before and any(w[:2] == "-i" for w in before)
        if is_place and (last == ">" or is_edited or before & _WRITERS):
            return True
        before.add(word)
        last = word
    return False
