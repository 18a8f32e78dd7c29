"""``user``: numeric identities; Kubernetes takes no names."""

import re

from kompyle.compose.service import Service
from kompyle.mapping.evidence import image_name
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {"services.*.user": kept()}
_NUMERIC = re.compile(r"(?P<user>\d{1,9})?(?::(?P<group>\d{1,9})?)?")
_ROOT = frozenset(("root", "root:root", "0:root", "root:0"))
_KNOWN = {
    ("node", "node"): 1000,
    ("nginx", "nginx"): 101,
    ("www-data", "nginx"): 33,
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
    ("www-data", "php"): 82,
}
_ANY_IMAGE = {"nobody": 65534}


def fragment(service: Service, _plan: Plan) -> Fragment:
    text = service.text("user")
    if text is None:
        return Fragment()
    if text.strip(":") == "":
        note = "it names nobody, so the image's own user runs"
        return Fragment(outcomes=(Outcome(service.at("user"), Fate.IGNORED, note),))
    found = numeric_user(text) or _by_name(text, service.image or "")
    if found is None:
        note = f"Kubernetes takes no user names, and {text!r} is one of the image's own"
        way_out = 'Write the numbers: `user: "1000:1000"`.'
        return Fragment(
            outcomes=(Outcome(service.at("user"), Fate.LOST, note, way_out),)
        )
    user, group = found
    context = {
        "runAsUser": user,
        "runAsGroup": group,
        **origin(service.path, runAsUser="user", runAsGroup="user"),
    }
    writes = any(not mount.read_only for mount in service.mounts)
    owner = group or user
    pod = _ownership(owner) if owner and writes else {}
    return Fragment(container={"securityContext": context}, pod=pod)


def numeric_user(text: str | None) -> tuple[int, int | None] | None:
    """Read a user and group in numbers; None if a name is among them.

    >>> numeric_user("1000:50"), numeric_user("root"), numeric_user("node")
    ((1000, 50), (0, 0), None)
    """
    match = _NUMERIC.fullmatch("0:0" if text in _ROOT else text or "-")
    if not match or match["user"] is None:
        return None
    return int(match["user"]), int(match["group"]) if match["group"] else None


def _by_name(text: str, image: str) -> tuple[int, int | None] | None:
    """Look a name up that a well-known image has in its own list of users."""
    name = text.partition(":")[0]
    key = (name, image_name(image))
    known = _ALPINE.get(key) if "alpine" in image else None
    number = known or _KNOWN.get(key) or _ANY_IMAGE.get(name)
    return (number, number) if number else None


def _ownership(group: int) -> Manifest:
    """Let the group write to volumes, without walking through them each time."""
    return {
        "securityContext": {
            "fsGroup": group,
            "fsGroupChangePolicy": "OnRootMismatch",
        }
    }
