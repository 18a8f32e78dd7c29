"""Check what a schema cannot say about single values (compose-go, validation)."""

import ipaddress

from kompyle.compose import rules
from kompyle.compose.source import YamlMap, YamlNode, YamlScalar
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath

_Action = rules.Action[Report]


def validate(model: YamlMap, report: Report) -> None:
    """Report contradictions inside single objects, before paths are resolved."""
    rules.apply(_RULES, model, report)


def _external_volume(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    if not isinstance(node, YamlMap) or not node.value("external"):
        return node
    for key, value in node.entries.items():
        if key not in ("external", "name") and not key.startswith("x-"):
            fact = f"an external volume is made elsewhere; {key!r} cannot apply"
            way_out = f"Delete `external` or `{key}`."
            report.error("conflict", (*path, key), fact, value.position, help=way_out)
    return node


def _sources(*keys: str) -> _Action:
    listed = ", ".join(keys[:-1]) + f" or {keys[-1]}"

    def action(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
        if not isinstance(node, YamlMap):
            return node
        given = [key for key in keys if key in node.entries]
        if len(given) > 1:
            fact = f"{' and '.join(given)} contradict each other; expected one"
            place = node.entries[given[1]].position
            report.error("conflict", (*path, given[1]), fact, place)
        elsewhere = {"external", "driver"} & node.entries.keys()
        if not given and not elsewhere:
            fact = f"nothing says where its content comes from; expected {listed}"
            way_out = f"Write `{keys[0]}: …` below it, or `external: true`."
            report.error("missing-key", path, fact, node.position, help=way_out)
        return node

    return action


def _host_ip(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    value = node.value if isinstance(node, YamlScalar) else None
    try:
        ipaddress.ip_address(str(value).partition("%")[0])
    except ValueError:
        fact = f"{value!r} is not an IP address"
        report.error("wrong-form", path, fact, node.position)
    return node


def _port(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    if isinstance(node, YamlMap) and "target" not in node.entries:
        fact = "a port needs its number inside the container, `target`"
        report.error("missing-key", path, fact, node.position)
    return node


def _mount(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    if (
        isinstance(node, YamlMap)
        and node.value("type") == "bind"
        and "source" not in node.entries
    ):
        fact = "a bind mount needs the path on the host, `source`"
        report.error("missing-key", path, fact, node.position)
    return node


def _not_null(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    if isinstance(node, YamlScalar) and node.value is None:
        report.error("missing-value", path, "the key has no value", node.position)
        return None
    return node


def _watched(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    if isinstance(node, YamlScalar) and not str(node.value).strip():
        report.error("missing-value", path, "the path to watch is blank", node.position)
    return node


def _device_request(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    if isinstance(node, YamlMap) and {"count", "device_ids"} <= node.entries.keys():
        fact = "count and device_ids contradict each other; expected one"
        place = node.entries["device_ids"].position
        report.error("conflict", (*path, "device_ids"), fact, place)
    return node


_RULES = rules.compiled(
    {
        "volumes.*": _external_volume,
        "configs.*": _sources("file", "environment", "content"),
        "secrets.*": _sources("file", "environment"),
        "services.*.pid": _not_null,
        "services.*.ports.[]": _port,
        "services.*.ports.[].host_ip": _host_ip,
        "services.*.volumes.[]": _mount,
        "services.*.develop.watch.[].path": _watched,
        "services.*.deploy.resources.reservations.devices.[]": _device_request,
        "services.*.gpus.[]": _device_request,
    }
)
