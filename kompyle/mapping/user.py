"""``user``: numeric identities; Kubernetes takes no names."""

import re

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.listening import image_name
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {"services.*.user": kept()}
_NUMBER = re.compile(r"[0-9]{1,9}")
_KNOWN = {
    ("node", "node"): 1000,
    ("nginx", "nginx"): 101,
    ("www-data", "nginx"): 33,
    ("www-data", "php"): 33,
    ("postgres", "postgres"): 999,
    ("mysql", "mysql"): 999,
    ("mysql", "mariadb"): 999,
    ("redis", "redis"): 999,
    ("mongodb", "mongo"): 999,
    ("grafana", "grafana"): 472,
    ("elasticsearch", "elasticsearch"): 1000,
    ("memcache", "memcached"): 11211,
}
_ALPINE = {
    ("postgres", "postgres"): 70,
    ("redis", "redis"): 999,
    ("www-data", "nginx"): 82,
    ("www-data", "php"): 82,
}
_ANY_IMAGE = {"root": 0, "nobody": 65534, "nogroup": 65534}


def fragment(service: Service, _plan: Plan) -> Fragment:
    text = service.text("user")
    if text is None:
        return Fragment()
    if text.strip(":") == "":
        note = "it names nobody, so the image's own user runs"
        return Fragment(outcomes=(Outcome(service.at("user"), Fate.IGNORED, note),))
    found = identity(text, service.image or "")
    if found is None:
        return Fragment(outcomes=(unknown(text, service.at("user")),))
    user, group = found
    context = {
        "runAsUser": user,
        "runAsGroup": group,
        **origin(service.path, runAsUser="user", runAsGroup="user"),
    }
    writes = any(not mount.read_only for mount in service.mounts)
    owner = group or user
    container = {"securityContext": context}
    if not owner or not writes:
        return Fragment(container=container)
    pod = ownership(owner)
    pod["securityContext"] |= origin(service.path, fsGroup="user")
    return Fragment(container=container, pod=pod)


def identity(text: str, image: str) -> tuple[int, int | None] | None:
    """Read a user and a group: numbers, or names that are known to be the image's.

    >>> identity("1000:50", "app"), identity("root", "app"), identity("node", "app")
    ((1000, 50), (0, 0), None)
    """
    name, _, written = text.partition(":")
    user = _number(name, image)
    group = _number(written, image) if written else _own_group(name, user)
    if user is None or (written and group is None):
        return None
    return user, group


def _number(name: str, image: str) -> int | None:
    """Look a name up that a well-known image has in its own list of users."""
    if _NUMBER.fullmatch(name):
        return int(name)
    key = (name, image_name(image))
    alpine = _ALPINE if "alpine" in image else {}
    return alpine.get(key, _KNOWN.get(key, _ANY_IMAGE.get(name)))


def _own_group(name: str, user: int | None) -> int | None:
    """Return the group of a known user, which has its number; else it is not known."""
    return None if _NUMBER.fullmatch(name) else user


def unknown(text: str, path: KeyPath) -> Outcome:
    """Tell that a name stands for numbers which only the image knows."""
    note = f"Kubernetes takes no user names, and {text!r} is one of the image's own"
    if any(
        part.isdecimal() and not _NUMBER.fullmatch(part) for part in text.split(":")
    ):
        note = f"{text!r} is beyond the numbers of users, which end below 2 to the 31"
    way_out = 'Write the numbers: `user: "1000:1000"`.'
    return Outcome(path, Fate.LOST, note, way_out)


def ownership(group: int) -> Manifest:
    """Give volumes to the group, without walking through them each time."""
    return {
        "securityContext": {
            "fsGroup": group,
            "fsGroupChangePolicy": "OnRootMismatch",
        }
    }
