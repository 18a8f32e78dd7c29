"""Add what the user did not write: default network, implied dependencies, names."""

from collections.abc import Mapping

from kompyle.compose.environment import with_values
from kompyle.compose.source import (
    Plain,
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    at_position,
)
from kompyle.diagnostics import Position

_NAMED = ("networks", "volumes", "secrets", "configs")
SHARED_WITH = ("network_mode", "ipc", "pid", "uts", "cgroup")


def normalized(model: YamlMap, project: str, environment: Mapping[str, str]) -> YamlMap:
    """Complete a bound model as ``docker compose config`` does."""
    entries = dict(model.entries)
    services = model.get("services")
    if isinstance(services, YamlMap):
        completed = {
            name: _service(node, environment) if isinstance(node, YamlMap) else node
            for name, node in services.entries.items()
        }
        entries["services"] = YamlMap(completed, services.position)
        if any("default" in _networks(node) for node in completed.values()):
            entries["networks"] = _with_default_network(model)
    for kind in _NAMED:
        found = entries.get(kind)
        if isinstance(found, YamlMap):
            entries[kind] = _with_names(found, project)
    return YamlMap(entries, model.position)


def _networks(service: YamlNode) -> Mapping[str, YamlNode]:
    return service.map("networks") if isinstance(service, YamlMap) else {}


def _service(service: YamlMap, environment: Mapping[str, str]) -> YamlMap:
    added: dict[str, YamlNode] = {}
    if not {"networks", "network_mode", "provider"} & service.entries.keys():
        added["networks"] = at_position({"default": None}, service.position)
    if service.value("pull_policy") == "if_not_present":
        added["pull_policy"] = YamlScalar(
            "missing", service.entries["pull_policy"].position
        )
    build = service.get("build")
    if isinstance(build, YamlMap):
        added["build"] = _build(build, environment)
    variables = service.get("environment")
    if isinstance(variables, YamlMap):
        added["environment"] = with_values(variables, environment)
    if service.items_of("pre_start"):
        added["pre_start"] = _with_image(service)
    depends_on = _implied(service)
    if depends_on:
        base = service.get("depends_on")
        place = base.position if base else service.position
        added["depends_on"] = YamlMap(service.map("depends_on") | depends_on, place)
    completed = YamlMap(service.entries | added, service.position)
    return completed.without("network_mode") if _is_blank(completed) else completed


def _is_blank(service: YamlMap) -> bool:
    return service.value("network_mode") == ""


def _build(build: YamlMap, environment: Mapping[str, str]) -> YamlMap:
    entries = dict(build.entries)
    if "dockerfile" not in entries and "dockerfile_inline" not in entries:
        entries["dockerfile"] = YamlScalar("Dockerfile", build.position)
    arguments = entries.get("args")
    if isinstance(arguments, YamlMap):
        known = with_values(arguments, environment).entries
        given = {name: node for name, node in known.items() if not _is_null(node)}
        entries["args"] = YamlMap(given, arguments.position)
        if not given:
            del entries["args"]
    return YamlMap(entries, build.position)


def _is_null(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and node.value is None


def _with_image(service: YamlMap) -> YamlNode:
    hooks = service.get("pre_start")
    assert hooks is not None
    image = service.get("image")
    completed = [
        YamlMap({"image": image} | hook.entries, hook.position)
        if isinstance(hook, YamlMap) and image
        else hook
        for hook in service.items_of("pre_start")
    ]
    return YamlList(tuple(completed), hooks.position)


def _implied(service: YamlMap) -> dict[str, YamlNode]:
    """Return the dependencies that other keys imply and ``depends_on`` lacks."""
    implied: dict[str, YamlNode] = {}
    for item in service.items_of("links"):
        if isinstance(item, YamlScalar):
            name = str(item.value).partition(":")[0]
            implied[name] = _dependency(item.position, restart=True)
    for key in SHARED_WITH:
        text = service.text(key) or ""
        if text.startswith("service:"):
            place = service.entries[key].position
            name = text.removeprefix("service:")
            implied[name] = _dependency(place, restart=True)
    for item in service.items_of("volumes_from"):
        text = str(item.value) if isinstance(item, YamlScalar) else ""
        if not text.startswith("container:"):
            name = text.partition(":")[0]
            implied.setdefault(name, _dependency(item.position, restart=False))
    known = service.map("depends_on")
    return {name: node for name, node in implied.items() if name not in known}


def _dependency(place: Position, *, restart: bool) -> YamlNode:
    value: Plain = {"condition": "service_started", "required": True}
    assert isinstance(value, dict)
    return at_position(value | ({"restart": True} if restart else {}), place)


def _with_default_network(model: YamlMap) -> YamlMap:
    networks = model.get("networks")
    place = networks.position if networks else model.position
    default = {"default": YamlMap({}, place)}
    return YamlMap(default | model.map("networks"), place)


def _with_names(found: YamlMap, project: str) -> YamlMap:
    entries: dict[str, YamlNode] = {}
    for key, node in found.entries.items():
        if not isinstance(node, YamlMap) or "name" in node.entries:
            entries[key] = node
            continue
        name = key if node.value("external") else f"{project}_{key}"
        entries[key] = node.with_entries(name=YamlScalar(name, node.position))
    return YamlMap(entries, found.position)
