"""Names of other machines: ``extra_hosts``, ``dns`` and the domain of a service."""

import re
from collections import defaultdict
from ipaddress import ip_address

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.engine_machine import BRIDGE
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, kept, lost
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.extra_hosts": kept(whole=True),
    "services.*.dns": adapted(
        "they are asked where the cluster's own does not answer", whole=True
    ),
    "services.*.dns_opt": kept(whole=True),
    "services.*.dns_search": kept(whole=True),
    "services.*.domainname": lost(
        "a Pod's domain is that of its Service; use the Service's name"
    ),
    "services.*.external_links": lost(
        "name the other project's Service in full: NAME.NAMESPACE"
    ),
}
_GATEWAY = "host-gateway"
_SERVERS = 2
"""A resolver asks three, and the first is the cluster's own."""

_UNASKED = "what only these servers know is not found: the cluster's own answers first"
_FORWARD = "Have the cluster's DNS forward such names to them (CoreDNS: `forward`)."
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


def fragment(service: Service, _plan: Plan) -> Fragment:
    aliases, unknown = _aliases(service)
    pod: Manifest = {"hostAliases": aliases} if aliases else {}
    config, unused = _dns(service)
    if config:
        pod["dnsConfig"] = config
    return Fragment(pod=pod, outcomes=(*unknown, *unused))


def _aliases(service: Service) -> tuple[list[Manifest], list[Outcome]]:
    """Group names by address, as Kubernetes wants them."""
    names: dict[str, list[str]] = defaultdict(list)
    paths: dict[str, list[KeyPath]] = defaultdict(list)
    outcomes = []
    for index, text in enumerate(service.node.texts("extra_hosts")):
        name, _, address = text.partition("=")
        path = service.at("extra_hosts", index)
        odd = _odd_host(name, address, path)
        if odd:
            outcomes.append(odd)
            continue
        names[address].append(name.lower())
        paths[address].append(path)
    found = [
        {"ip": address, "hostnames": hosts, **origins_of(hostnames=paths[address])}
        for address, hosts in names.items()
    ]
    return found, outcomes


def _odd_host(name: str, address: str, path: KeyPath) -> Outcome | None:
    """Say what keeps a name out of a Pod's hosts file, if anything does."""
    if not _HOST_NAME.fullmatch(name.lower()):
        note = f"Kubernetes takes no host names such as {name!r}"
        way_out = "Use a name of a-z, 0-9, - and dots."
        return Outcome(path, Fate.LOST, note, way_out)
    way_out = f"Give {name} an address: `{name}=192.0.2.1`."
    if address in (_GATEWAY, BRIDGE):
        note = "the machine that Compose ran on is not part of the cluster"
        return Outcome(path, Fate.LOST, note, way_out, "host-gateway")
    if not _is_address(address):
        return Outcome(path, Fate.LOST, f"{address!r} is no address", way_out)
    return None


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text)) and "%" not in text
    except ValueError:
        return False


def _dns(service: Service) -> tuple[Manifest | None, list[Outcome]]:
    """Add servers and search domains to the cluster's; names of services still work."""
    listed = service.node.texts("dns")
    good = [index for index, text in enumerate(listed) if _is_address(text)]
    servers = good[:_SERVERS]
    outcomes = [
        _unasked(service.at("dns", index), text, is_address=index in good)
        for index, text in enumerate(listed)
        if index not in servers
    ]
    if servers:
        path = service.at("dns")
        outcomes.append(Outcome(path, Fate.ADAPTED, _UNASKED, _FORWARD, "second-dns"))
    options = [_option(text) for text in service.node.texts("dns_opt")]
    domains = [text.lower().rstrip(".") for text in service.node.texts("dns_search")]
    for index, text in enumerate(domains):
        if not _HOST_NAME.fullmatch(text):
            path = service.at("dns_search", index)
            way_out = "Use a name of a-z, 0-9, - and dots."
            note = f"Kubernetes searches no domain {text!r}"
            outcomes.append(Outcome(path, Fate.LOST, note, way_out))
    config = {
        "nameservers": [listed[index] for index in servers] or None,
        "searches": [text for text in domains if _HOST_NAME.fullmatch(text)] or None,
        "options": options or None,
    }
    if not any(config.values()):
        return None, outcomes
    marks = origin(
        service.path, nameservers="dns", searches="dns_search", options="dns_opt"
    )
    return config | marks, outcomes


def _unasked(path: KeyPath, text: str, *, is_address: bool) -> Outcome:
    if is_address:
        note = f"a Pod asks {_SERVERS} servers beside the cluster's own at most"
        return Outcome(path, Fate.LOST, note, "Leave those that are needed.")
    way_out = "Write the address of the server."
    return Outcome(path, Fate.LOST, f"{text!r} is no address", way_out)


def _option(text: str) -> Manifest:
    name, _, value = text.partition(":")
    return {"name": name, "value": value or None}
