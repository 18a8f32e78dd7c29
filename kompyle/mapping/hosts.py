"""Names of other machines: ``extra_hosts``, ``dns`` and the domain of a service."""

from collections import defaultdict

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, kept, lost
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.extra_hosts": kept(whole=True),
    "services.*.dns": adapted("they are asked after the cluster's own", whole=True),
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


def fragment(service: Service, _plan: Plan) -> Fragment:
    aliases, outcomes = _aliases(service)
    pod: Manifest = {"hostAliases": aliases} if aliases else {}
    config = _dns(service)
    if config:
        pod["dnsConfig"] = config
    return Fragment(pod=pod, outcomes=tuple(outcomes))


def _aliases(service: Service) -> tuple[list[Manifest], list[Outcome]]:
    """Group names by address, as Kubernetes wants them."""
    names: dict[str, list[str]] = defaultdict(list)
    paths: dict[str, list[KeyPath]] = defaultdict(list)
    outcomes = []
    for index, text in enumerate(service.node.texts("extra_hosts")):
        name, _, address = text.partition("=")
        path = service.at("extra_hosts", index)
        if address == _GATEWAY:
            note = "the machine that Compose ran on is not part of the cluster"
            way_out = f"Give {name} an address: `{name}=192.0.2.1`."
            outcomes.append(Outcome(path, Fate.LOST, note, way_out, "host-gateway"))
            continue
        names[address].append(name)
        paths[address].append(path)
    found = [
        {"ip": address, "hostnames": hosts, **origins_of(hostnames=paths[address])}
        for address, hosts in names.items()
    ]
    return found, outcomes


def _dns(service: Service) -> Manifest | None:
    """Add servers and search domains to the cluster's; names of services still work."""
    node = service.node
    options = [_option(text) for text in node.texts("dns_opt")]
    config = {
        "nameservers": node.texts("dns")[:3] or None,
        "searches": node.texts("dns_search") or None,
        "options": options or None,
    }
    if not any(config.values()):
        return None
    marks = origin(
        service.path, nameservers="dns", searches="dns_search", options="dns_opt"
    )
    return config | marks


def _option(text: str) -> Manifest:
    name, _, value = text.partition(":")
    return {"name": name, "value": value or None}
