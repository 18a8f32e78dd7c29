"""Write down what an absent key means (compose-go, transform/defaults.go)."""

from kompyle.compose import rules
from kompyle.compose.source import Plain, YamlMap, YamlNode, YamlScalar
from kompyle.keypath import KeyPath


def with_defaults(model: YamlMap) -> YamlMap:
    return rules.apply_to_map(_RULES, model, None)


def _missing(**defaults: Plain) -> rules.Action[None]:
    def action(node: YamlNode, _path: KeyPath, _context: None) -> YamlNode:
        if not isinstance(node, YamlMap) or node.entries.keys() >= defaults.keys():
            return node
        added = {
            key: YamlScalar(value, node.position)  # type: ignore[arg-type]
            for key, value in defaults.items()
            if key not in node.entries
        }
        return YamlMap(node.entries | added, node.position)

    return action


def _secret(node: YamlNode, _path: KeyPath, _context: None) -> YamlNode:
    source = node.get("source") if isinstance(node, YamlMap) else None
    if not isinstance(source, YamlScalar) or not isinstance(node, YamlMap):
        return node
    target = YamlScalar(f"/run/secrets/{source.value}", node.position)
    return YamlMap({"target": target} | node.entries, node.position)


def _device(node: YamlNode, _path: KeyPath, _context: None) -> YamlNode:
    if not isinstance(node, YamlMap) or {"count", "device_ids"} & node.entries.keys():
        return node
    return node.with_entries(count=YamlScalar("all", node.position))


_RULES: rules.Rules[None] = rules.compiled(
    {
        "services.*.build": _missing(context="."),
        "services.*.secrets.[]": _secret,
        "services.*.ports.[]": _missing(protocol="tcp", mode="ingress"),
        "services.*.deploy.resources.reservations.devices.[]": _device,
        "services.*.gpus.[]": _device,
        "services.*.volumes.[].bind": _missing(create_host_path=True),
    }
)
