"""``hostname``: the Pod's own name for itself; others find it by a Service (R4)."""

import re

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.swarm_templates import template, unfilled
from kompyle.names import slug

KEYS: dict[str, Key] = {"services.*.hostname": kept()}
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_OWN_NAME = "Leave it out: the host name of a Pod is the name of the Pod."


def fragment(service: Service, _plan: Plan) -> Fragment:
    hostname = service.text("hostname")
    if hostname is None:
        return Fragment()
    filled = template(hostname)
    if filled:
        lost = unfilled(service.at("hostname"), filled, _OWN_NAME)
        return Fragment(outcomes=(lost,))
    label = hostname if _LABEL.fullmatch(hostname) else slug(hostname.partition(".")[0])
    outcomes: tuple[Outcome, ...] = ()
    if label != hostname:
        note = f"a Pod's host name is one lower-case label: {label!r}"
        outcomes = (Outcome(service.at("hostname"), Fate.ADAPTED, note),)
    pod = {"hostname": label, **origin(service.path, hostname="hostname")}
    return Fragment(pod=pod, outcomes=outcomes)
