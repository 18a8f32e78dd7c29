"""``ports`` and ``expose``: container ports, and a Service for every service."""

from collections.abc import Iterator
from dataclasses import replace

from kompyle.compose.ports import Port, exposed
from kompyle.compose.service import Service
from kompyle.keypath import KeyPath, service_key
from kompyle.mapping.docker_sysctls import docker_sysctls
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, ignored, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.service_ports import MOST, ServicePort, is_headless, is_possible
from kompyle.names import is_annotation_name, labels, selector

_OUTSIDE = (
    "in the cluster the Service listens on the container's port; "
    "`kompyle port-forward` brings it to this number"
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


def fragment(service: Service, plan: Plan) -> Fragment:
    found = plan.ports[service.name]
    is_host = plan.pods[service.name].host == service.name
    # The host of a shared Pod has the ports of all its members, each once.
    written = [port for port in found if port.paths and is_host]
    container = (
        {"ports": [_container_port(port) for port in written]} if written else {}
    )
    main = _service(service, found, plan)
    twin = _ready_twin(main, plan.ready.get(service.name))
    return Fragment(
        container=container,
        pod=docker_sysctls(service, plan),
        objects=(main, *twin, *_tasks(main, plan.tasks.get(service.name))),
        outcomes=(*_odd_ports(service), *_odd_protocols(service)),
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
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": labels(name, project)},
        "spec": {
            "clusterIP": "None" if is_headless(service, ports) else None,
            **origins_of(clusterIP=[endpoint_mode]),
            "publishNotReadyAddresses": service.name in plan.early or None,
            "selector": selector(plan.host(service), project),
            "ports": [service_port(port) for port in ports] or None,
        },
    }


def _ready_twin(service: Manifest, name: str | None) -> tuple[Manifest, ...]:
    """Build what waits for health ask where that is not the Service itself."""
    metadata, spec = service["metadata"], service["spec"]
    if name in (None, metadata["name"]):
        return ()
    twin = {
        **service,
        "metadata": {**metadata, "name": name},
        "spec": {"clusterIP": "None", "selector": spec["selector"]},
    }
    return (twin,)


def _tasks(service: Manifest, name: str | None) -> tuple[Manifest, ...]:
    """Build what lists all Pods of a service, as Swarm lists those that run."""
    if name is None:
        return ()
    spec = {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": service["spec"]["selector"],
    }
    metadata = {**service["metadata"], "name": name}
    return ({**service, "metadata": metadata, "spec": spec},)


def service_port(port: ServicePort) -> Manifest:
    return {
        "name": port.name,
        "port": port.number,
        "protocol": port.protocol,
        "targetPort": port.number,
        "appProtocol": _legal(port.app_protocol),
        **origins_of(
            port=_of(port, "target"),
            protocol=_of(port, "protocol"),
            targetPort=_of(port, "published", "host_ip"),
            appProtocol=_of(port, "app_protocol"),
        ),
    }


def _legal(protocol: str | None) -> str | None:
    return protocol if protocol and is_annotation_name(protocol) else None


def _odd_ports(service: Service) -> list[Outcome]:
    found = [_odd(port) for port in service.ports if not is_possible(port)]
    for index, text in enumerate(service.expose):
        said = _odd_exposed(text)
        if said:
            path = service.at("expose", index)
            found.append(Outcome(path, Fate.LOST, *said))
    return found


def _odd_protocols(service: Service) -> Iterator[Outcome]:
    for port in service.ports:
        if port.app_protocol and not is_annotation_name(port.app_protocol):
            note = f"{port.app_protocol!r} is no name of a protocol"
            way_out = "Use a word such as http, or PREFIX/NAME."
            yield Outcome((*port.path, "app_protocol"), Fate.LOST, note, way_out)


def _odd(port: Port) -> Outcome:
    if is_possible(replace(port, protocol="tcp")):
        note = f"{port.protocol!r} is no protocol of a port"
        way_out = "Use tcp, udp or sctp; `app_protocol` says what is spoken over it."
        return Outcome(port.path, Fate.LOST, note, way_out)
    note = f"{port.target} is not a port number"
    return Outcome(port.path, Fate.LOST, note, "Use 1 to 65535.")


def _odd_exposed(text: str) -> tuple[str, str] | None:
    found = exposed(text)
    if found is None:
        return f"{text!r} is not a port", "Write a number from 1 to 65535."
    count = len(found[0])
    if count <= MOST:
        return None
    note = f"{count} ports are more than the {MOST} that are listed in a Service"
    return note, "Expose those that are used."
