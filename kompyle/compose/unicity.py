"""Let a later entry of a list replace an earlier one with the same identity."""

from collections.abc import Callable

from kompyle.compose import gotext, rules, short_volume
from kompyle.compose.private import is_private, shown
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar, plain
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath

Identity = Callable[[YamlNode], str | None]
"""What an entry is known by; None when the entry has the wrong shape."""


def _by(identity: Identity, expected: str) -> rules.Action[Report]:
    def action(node: YamlNode, path: KeyPath, report: Report) -> YamlNode:
        if not isinstance(node, YamlList) or not node.items:
            return node
        latest: dict[str, YamlNode] = {}
        for index, item in enumerate(node.items):
            known_as = identity(item)
            if known_as is None:
                _refuse(item, (*path, index), expected, report)
                continue
            latest[known_as] = item
        if len(latest) == len(node.items):
            return node
        return YamlList(tuple(latest.values()), node.position)

    return action


def _refuse(item: YamlNode, path: KeyPath, expected: str, report: Report) -> None:
    fact = f"expected {expected}, not {shown(path, plain(item))}"
    way_out = None
    if isinstance(item, YamlMap) and is_private(path) and len(item.entries) == 1:
        (name,) = item.entries
        way_out = f"Write it as `- {name}=…`, or the whole list as a map."
    elif isinstance(item, YamlScalar) and item.value is not None:
        way_out = "Put it in quotes."
    report.error("wrong-type", path, fact, item.position, help=way_out)


def _string(node: YamlNode | None) -> str | None:
    value = node.value if isinstance(node, YamlScalar) else None
    return value if isinstance(value, str) else None


def _key(node: YamlNode) -> str | None:
    text = _string(node)
    return None if text is None else text.partition("=")[0]


def _member(node: YamlNode, name: str) -> YamlNode | None:
    return node.get(name) if isinstance(node, YamlMap) else None


def _scalar_text(node: YamlNode | None) -> str:
    return gotext.text(node.value) if isinstance(node, YamlScalar) else ""


def _port(node: YamlNode) -> str | None:
    if isinstance(node, YamlMap):
        host = _scalar_text(node.get("host_ip")) or "0.0.0.0"  # noqa: S104 - Docker's default
        published = node.get("published")
        is_number = isinstance(published, YamlScalar) and type(published.value) is int
        number = "#" if is_number else ""
        target = _scalar_text(node.get("target"))
        protocol = _scalar_text(node.get("protocol")) or "tcp"
        return f"{host}:{number}{_scalar_text(published)}:{target}/{protocol}"
    is_text = isinstance(node, YamlScalar) and type(node.value) in (str, int)
    return _scalar_text(node) if is_text else None


def _volume(node: YamlNode) -> str | None:
    if isinstance(node, YamlMap):
        return _string(node.get("target"))
    text = _string(node)
    if text is None:
        return None
    try:
        return short_volume.parse(text).target
    except ValueError:
        return text


def _device(node: YamlNode) -> str | None:
    if isinstance(node, YamlMap):
        return _string(node.get("target"))
    text = _string(node)
    return (
        None if text is None else [*text.split(":"), ""][: 2 if ":" in text else 1][-1]
    )


def _mounted(folder: str) -> Identity:
    def identity(node: YamlNode) -> str | None:
        if isinstance(node, YamlMap):
            target = node.get("target")
            if target is not None:
                return _string(target)
            return f"{folder}/{_string(node.get('source'))}"
        text = _string(node)
        return None if text is None else f"{folder}/{text}"

    return identity


def _env_file(node: YamlNode) -> str | None:
    return _string(_member(node, "path") or node)


def _exposed(node: YamlNode) -> str | None:
    is_text = isinstance(node, YamlScalar) and type(node.value) in (str, int)
    return _scalar_text(node) if is_text else None


_PAIRS = (
    "annotations build.additional_contexts build.args build.labels build.tags cap_add "
    "cap_drop deploy.labels dns dns_opt dns_search environment labels links "
    "networks.*.aliases networks.*.link_local_ips profiles sysctls tmpfs"
)
UNIQUE = rules.compiled(
    {f"services.*.{key}": _by(_key, "a string") for key in _PAIRS.split()}
    | {
        "services.*.ports": _by(_port, "a port"),
        "services.*.volumes": _by(_volume, "a volume with a target"),
        "services.*.devices": _by(_device, "a device with a target"),
        "services.*.secrets": _by(_mounted("/run/secrets"), "the name of a secret"),
        "services.*.configs": _by(_mounted(""), "the name of a config"),
        "services.*.env_file": _by(_env_file, "the path of a file"),
        "services.*.expose": _by(_exposed, "a port"),
        "networks.*.labels": _by(_key, "a string"),
        "networks.*.ipam.options": _by(_key, "a string"),
    }
)
"""The lists whose entries have an identity (compose-go, override/uncity.go)."""


def unique(model: YamlMap, report: Report) -> YamlMap:
    return rules.apply_to_map(UNIQUE, model, report)
