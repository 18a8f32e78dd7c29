"""What Docker lets anybody do in a container: open low ports, and ping.

Docker sets two sysctls in each container that has a network of its own.  containerd
does so from its version 2 on; in a Pod, every node allows both.
"""

import re

from kompyle.compose.service import Service
from kompyle.mapping.capabilities import capabilities
from kompyle.mapping.fragment import Manifest
from kompyle.mapping.own_users import begins_as_root
from kompyle.mapping.plan import Plan
from kompyle.mapping.speech import said

_FIRST_FREE = 1024
_PORTS = ("net.ipv4.ip_unprivileged_port_start", "0")
_PINGS = ("net.ipv4.ping_group_range", "0 2147483647")
_PING = re.compile(r"\bping\b")


def docker_sysctls(service: Service, plan: Plan) -> Manifest:
    """Set what the service needs of them, where it would not have the right."""
    if plan.uses_host_network(service):
        return {}
    found = []
    if _opens_low_ports(service, plan) and not _may(service, "NET_BIND_SERVICE"):
        found.append(_PORTS)
    if _pings(service) and not _may(service, "NET_RAW"):
        found.append(_PINGS)
    entries: list[Manifest] = [
        {"name": name, "value": value}
        for name, value in found
        if name not in service.sysctls
    ]
    return {"securityContext": {"sysctls": entries}} if entries else {}


def _opens_low_ports(service: Service, plan: Plan) -> bool:
    return any(port.number < _FIRST_FREE for port in plan.ports[service.name])


def _pings(service: Service) -> bool:
    commands = (text for name, text in said(service) if not name and "ping" in text)
    return any(map(_PING.search, commands))


def _may(service: Service, capability: str) -> bool:
    """Whether the service begins as root with a capability of the usual ones."""
    drop = {"ALL", capability} & {*capabilities(service, "cap_drop")}
    is_dropped = drop and capability not in capabilities(service, "cap_add")
    return begins_as_root(service) and not is_dropped
