"""``ports`` and ``expose``: container ports, and a Service for every service."""

from kompyle.compose.ports import Port, exposed
from kompyle.compose.service import Service
from kompyle.keypath import KeyPath, service_key
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, ignored, kept
from kompyle.mapping.names import labels, selector, shortened
from kompyle.mapping.plan import Plan
from kompyle.mapping.service_ports import ServicePort

_OUTSIDE = (
    "in the cluster the Service listens on the container's port; "
    "`kubectl port-forward` brings it to this number"
)
KEYS: dict[str, Key] = {
    "services.*.ports": kept(),
    "services.*.ports.[]": kept(),
    "services.*.ports.[].target": kept(),
    "services.*.ports.[].protocol": kept(),
    "services.*.ports.[].app_protocol": kept(),
    "services.*.ports.[].published": adapted(_OUTSIDE),
    "services.*.ports.[].name": ignored("Services name their ports by number"),
    "services.*.ports.[].mode": ignored("every port goes through the Service"),
    "services.*.ports.[].host_ip": adapted(
        "nothing is published outside the cluster unless asked for"
    ),
    "services.*.expose": kept(whole=True),
}
_LARGEST = 65535


def fragment(service: Service, plan: Plan) -> Fragment:
    found = plan.ports[service.name]
    written = [port for port in found if port.paths]
    container = (
        {"ports": [_container_port(port) for port in written]} if written else {}
    )
    main = _service(service, found, plan)
    twin = (_ready_twin(main),) if service.name in plan.early else ()
    return Fragment(
        container=container,
        objects=(main, *twin),
        outcomes=tuple(_odd_ports(service)),
    )


def _container_port(port: ServicePort) -> Manifest:
    marks = origins_of(
        containerPort=_of(port, "target"), protocol=_of(port, "protocol")
    )
    return {"containerPort": port.number, "protocol": port.protocol} | marks


def _of(port: ServicePort, *keys: str) -> list[KeyPath]:
    """Name the keys of a port's maps; an item of ``expose`` is one text."""
    return [
        path if service_key(path) == "expose" else (*path, key)
        for path in port.paths
        for key in keys
    ]


def _service(service: Service, ports: tuple[ServicePort, ...], plan: Plan) -> Manifest:
    """Build the Service; without known ports it is headless, and any port works."""
    name, project = plan.names[service.name], plan.inputs.name
    endpoint_mode = service.at("deploy", "endpoint_mode")
    is_headless = not ports or service.text("deploy", "endpoint_mode") == "dnsrr"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": labels(name, project)},
        "spec": {
            "clusterIP": "None" if is_headless else None,
            **origins_of(clusterIP=[endpoint_mode]),
            "publishNotReadyAddresses": service.name in plan.early or None,
            "selector": selector(plan.host(service), project),
            "ports": [service_port(port) for port in ports] or None,
        },
    }


def ready_name(name: str) -> str:
    """Name the Service that lists only Pods that are ready."""
    return shortened(f"{name}-ready")


def _ready_twin(service: Manifest) -> Manifest:
    """Build what waits ask where the Service itself lists Pods that are not ready."""
    metadata, spec = service["metadata"], service["spec"]
    return {
        **service,
        "metadata": {**metadata, "name": ready_name(metadata["name"])},
        "spec": {"clusterIP": "None", "selector": spec["selector"]},
    }


def service_port(port: ServicePort) -> Manifest:
    return {
        "name": port.name,
        "port": port.number,
        "protocol": port.protocol,
        "targetPort": port.number,
        "appProtocol": port.app_protocol,
        **origins_of(
            port=_of(port, "target"),
            protocol=_of(port, "protocol"),
            targetPort=_of(port, "published", "host_ip"),
            appProtocol=_of(port, "app_protocol"),
        ),
    }


def _odd_ports(service: Service) -> list[Outcome]:
    found = [
        Outcome(
            port.path,
            Fate.LOST,
            f"{port.target} is not a port number",
            "Use 1 to 65535.",
        )
        for port in service.ports
        if not _is_possible(port)
    ]
    for index, text in enumerate(service.expose):
        if not exposed(text):
            note = f"{text!r} is not a port"
            path = service.at("expose", index)
            found.append(
                Outcome(path, Fate.LOST, note, "Write a number from 1 to 65535.")
            )
    return found


def _is_possible(port: Port) -> bool:
    return 0 < port.target <= _LARGEST
