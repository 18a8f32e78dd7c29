"""``hostname``: the Pod's own name for itself; others know it by its Service."""

import re

from kompyle.compose.service import Service
from kompyle.mapping import swarm_templates
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.names import slug
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {"services.*.hostname": kept()}
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def fragment(service: Service, _plan: Plan) -> Fragment:
    hostname = service.text("hostname")
    if hostname is None:
        return Fragment()
    template = swarm_templates.told(service.at("hostname"), hostname)
    if template:
        return Fragment(outcomes=(template,))
    label = hostname if _LABEL.fullmatch(hostname) else slug(hostname.partition(".")[0])
    outcomes: tuple[Outcome, ...] = ()
    if label != hostname:
        note = f"a Pod's host name is one lower-case label: {label!r}"
        outcomes = (Outcome(service.at("hostname"), Fate.ADAPTED, note),)
    pod = {"hostname": label, **origin(service.path, hostname="hostname")}
    return Fragment(pod=pod, outcomes=outcomes)
