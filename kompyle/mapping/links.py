"""``links`` and network aliases: a Service for each further name of a service."""

from kompyle.compose.service import Service
from kompyle.mapping.aliases import Alias
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.ports import service_port
from kompyle.mapping.service_ports import ServicePort
from kompyle.names import label_value, project_labels

KEYS: dict[str, Key] = {"services.*.links": kept(whole=True)}
_PART_OF = "app.kubernetes.io/part-of"


def fragment(service: Service, plan: Plan) -> Fragment:
    """Label the Pod with the names that it answers to."""
    own = [alias for alias in plan.aliases.values() if service.name in alias.services]
    outcomes = tuple(_unknown_links(service, plan))
    if not own:
        return Fragment(outcomes=outcomes)
    labels = {alias.label: "true" for alias in own}
    return Fragment(template={"metadata": {"labels": labels}}, outcomes=outcomes)


def objects(plan: Plan) -> list[Manifest]:
    return [_service(alias, plan) for alias in plan.aliases.values()]


def _service(alias: Alias, plan: Plan) -> Manifest:
    """Build the Service of an alias: it balances over all who share the name."""
    project = plan.inputs.name
    ports = _ports(alias, plan)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": alias.name,
            "labels": project_labels(project),
            **origins_of(name=alias.paths),
        },
        "spec": {
            "clusterIP": None if ports else "None",
            "publishNotReadyAddresses": _is_early(alias, plan) or None,
            "selector": {alias.label: "true", _PART_OF: label_value(project)},
            "ports": [service_port(port) for port in ports] or None,
        },
    }


def _is_early(alias: Alias, plan: Plan) -> bool:
    return not plan.early.isdisjoint(alias.services)


def _ports(alias: Alias, plan: Plan) -> list[ServicePort]:
    """Return the ports of all who share the name; if one has none, any port must do."""
    listed = [plan.ports[name] for name in alias.services]
    if not all(listed):
        return []
    found = {
        (port.number, port.protocol): ServicePort(port.number, port.protocol)
        for ports in listed
        for port in ports
    }
    return list(found.values())


def _unknown_links(service: Service, plan: Plan) -> list[Outcome]:
    return [
        Outcome(
            service.at("links", index),
            Fate.IGNORED,
            "the service is not part of this project",
        )
        for index, text in enumerate(service.node.texts("links"))
        if text.partition(":")[0] not in plan.names
    ]
