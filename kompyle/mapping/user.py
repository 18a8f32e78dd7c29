"""``user``: numeric identities; Kubernetes takes no names."""

import re
from collections.abc import Iterator

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
    told = tuple(odd_user(text, service.image or "", service.at("user")))
    if found is None:
        return Fragment(outcomes=told)
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
        return Fragment(container=container, outcomes=told)
    pod = ownership(owner)
    pod["securityContext"] |= origin(service.path, fsGroup="user")
    return Fragment(container=container, pod=pod, outcomes=told)


def identity(text: str, image: str) -> tuple[int, int | None] | None:
    """Read a user and a group: numbers, or names that are known to be the image's.

    Where only a group is written, Docker's user is root.

    >>> identity("1000:50", "app"), identity("root", "app"), identity("node", "app")
    ((1000, 50), (0, 0), None)
    >>> identity("1000:users", "app"), identity(":50", "app"), identity("", "app")
    ((1000, None), (0, 50), None)
    """
    name, _, written = text.partition(":")
    user = _number(name, image) if name or not written else 0
    group = _number(written, image) if written else _own_group(name, user)
    return None if user is None else (user, group)


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


def odd_user(text: str, image: str, path: KeyPath) -> Iterator[Outcome]:
    """Tell of names that stand for numbers which only the image knows."""
    name, _, group = text.partition(":")
    found = identity(text, image)
    if found is None:
        note = f"Kubernetes takes no user names, and {name!r} is one of the image's own"
        note = _beyond(name) or note
        yield Outcome(path, Fate.LOST, note, 'Write the numbers: `user: "1000:1000"`.')
    elif group and found[1] is None:
        note = (
            f"Kubernetes takes no group names, and {group!r} is one of the image's own"
        )
        note = f"{_beyond(group) or note}; only the user {found[0]} is set"
        way_out = f'Write the number of the group, too: `user: "{found[0]}:1000"`.'
        yield Outcome(path, Fate.ADAPTED, note, way_out, "unsupported-key")
    elif not name:
        note = "it names a group alone, and the user is root (0) then, as in Docker"
        yield Outcome(path, Fate.ADAPTED, note)


def _beyond(number: str) -> str:
    if not number.isdecimal() or _NUMBER.fullmatch(number):
        return ""
    return f"{number!r} is beyond the numbers of users, which end below 2 to the 31"


def ownership(group: int) -> Manifest:
    """Give volumes to the group, without walking through them each time."""
    return {
        "securityContext": {
            "fsGroup": group,
            "fsGroupChangePolicy": "OnRootMismatch",
        }
    }
