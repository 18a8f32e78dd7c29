"""``user``: numeric identities; Kubernetes takes no names."""

import re

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {"services.*.user": kept()}
_NUMERIC = re.compile(r"(?P<user>\d{1,9})(?::(?P<group>\d{1,9}))?")
_ROOT = frozenset(("root", "root:root", "0:root", "root:0"))


def fragment(service: Service, _plan: Plan) -> Fragment:
    text = service.text("user")
    if text is None:
        return Fragment()
    match = _NUMERIC.fullmatch("0:0" if text in _ROOT else text)
    if not match:
        note = f"Kubernetes takes no user names, and {text!r} is one of the image's own"
        way_out = 'Write the numbers: `user: "1000:1000"`.'
        return Fragment(
            outcomes=(Outcome(service.at("user"), Fate.LOST, note, way_out),)
        )
    group = match["group"]
    context = {
        "runAsUser": int(match["user"]),
        "runAsGroup": int(group) if group else None,
        **origin(service.path, runAsUser="user", runAsGroup="user"),
    }
    writes = any(not mount.read_only for mount in service.mounts)
    pod = _ownership(int(group)) if group and int(group) and writes else {}
    return Fragment(container={"securityContext": context}, pod=pod)


def _ownership(group: int) -> dict[str, object]:
    """Let the group write to volumes, without walking through them each time."""
    return {
        "securityContext": {
            "fsGroup": group,
            "fsGroupChangePolicy": "OnRootMismatch",
        }
    }
