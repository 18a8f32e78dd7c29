"""Write every short form out in full: ``"8080:80"`` becomes a map of port keys."""

from collections.abc import Callable
from dataclasses import dataclass

from kompyle.compose import filepath, gotext, long_forms, rules, suspicions
from kompyle.compose.merge import widen_build, widen_depends_on, widen_names
from kompyle.compose.source import (
    Plain,
    WritablePath,
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    at_position,
)
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Canonical:
    """Where complaints go, and whether variables may still stand in the text."""

    report: Report
    is_interpolated: bool = True


MAX_EXPANDED = 200_000
"""Entries that the ranges of one list may make: each port with each protocol, once."""

_Action = rules.Action[Canonical]


def canonical(model: YamlMap, context: Canonical) -> YamlMap:
    return rules.apply_to_map(_RULES, model, context)


def _text(node: YamlNode) -> str | None:
    is_text = isinstance(node, YamlScalar) and type(node.value) in (str, int)
    return gotext.text(node.value) if is_text else None  # type: ignore[union-attr]


def _simply(widen: Callable[[YamlNode], YamlNode]) -> _Action:
    return lambda node, _path, _context: widen(node)


def _named(key: str) -> _Action:
    """Turn a text into a map that holds it under *key*."""

    def action(node: YamlNode, _path: KeyPath, _context: Canonical) -> YamlNode:
        if isinstance(node, YamlScalar) and type(node.value) is str:
            return YamlMap({key: node}, node.position)
        return node

    return action


def _list(node: YamlNode, _path: KeyPath, _context: Canonical) -> YamlNode:
    if isinstance(node, YamlScalar) and node.value is not None:
        return YamlList((node,), node.position)
    return node


def _env_files(node: YamlNode, path: KeyPath, context: Canonical) -> YamlNode:
    files = _list(node, path, context)
    if not isinstance(files, YamlList):
        return node
    return YamlList(tuple(map(_env_file, files.items)), files.position)


def _env_file(node: YamlNode) -> YamlNode:
    required = YamlScalar(value=True, position=node.position)
    if isinstance(node, YamlMap):
        return YamlMap({"required": required} | node.entries, node.position)
    return YamlMap({"path": node, "required": required}, node.position)


def _depends_on(node: YamlNode, _path: KeyPath, _context: Canonical) -> YamlNode:
    widened = widen_depends_on(node)
    if not isinstance(widened, YamlMap):
        return node
    entries = {name: _dependency(item) for name, item in widened.entries.items()}
    return YamlMap(entries, node.position)


def _dependency(node: YamlNode) -> YamlNode:
    if not isinstance(node, YamlMap):
        return node
    missing = {"condition": "service_started", "required": True}
    filled = at_position(missing, node.position)
    assert isinstance(filled, YamlMap)
    return YamlMap(filled.entries | node.entries, node.position)


def _pairs(node: YamlNode, path: KeyPath, context: Canonical) -> YamlNode:
    """Turn a list of ``key=value`` into a map of texts."""
    if isinstance(node, YamlMap):
        _refuse_other_than_texts(node, path, context)
    if not isinstance(node, YamlList):
        return node
    entries: dict[str, YamlNode] = {}
    for index, item in enumerate(node.items):
        key, equals, value = (_text(item) or "").partition("=")
        if equals:
            entries[key] = YamlScalar(value, item.position)
        else:
            fact = f"{key!r} has no value; expected name=value"
            context.report.error("wrong-form", (*path, index), fact, item.position)
    return YamlMap(entries, node.position)


def _refuse_other_than_texts(node: YamlMap, path: KeyPath, context: Canonical) -> None:
    for key, value in node.entries.items():
        if not (isinstance(value, YamlScalar) and isinstance(value.value, str)):
            fact = "expected the path or address of a build context"
            context.report.error("wrong-type", (*path, key), fact, value.position)


def _ssh(node: YamlNode, path: KeyPath, context: Canonical) -> YamlNode:
    if isinstance(node, YamlScalar):
        node = YamlList((node,), node.position)
    if not isinstance(node, YamlList):
        return node
    entries: dict[str, YamlNode] = {}
    for index, item in enumerate(node.items):
        key, equals, value = (_text(item) or "").partition("=")
        if not equals and key != "default":
            fact = f"{key!r} names no key; expected `default` or `id=path`"
            context.report.error("wrong-form", (*path, index), fact, item.position)
        entries[key] = YamlScalar(value if equals else None, item.position)
    return YamlMap(entries, node.position)


def _word(node: YamlNode, _path: KeyPath, _context: Canonical) -> YamlNode:
    """Turn a boolean into its word (``build.sbom``)."""
    if isinstance(node, YamlScalar) and type(node.value) is bool:
        return YamlScalar(gotext.text(node.value), node.position)
    return node


def _gpus(node: YamlNode, _path: KeyPath, _context: Canonical) -> YamlNode:
    if isinstance(node, YamlScalar) and type(node.value) is str:
        return at_position([{"count": node.value}], node.position)
    return node


def _expanded(parse: Callable[[str], list[Plain]]) -> _Action:
    """Replace each short item of a list by the long items that it means."""

    def action(node: YamlNode, path: KeyPath, context: Canonical) -> YamlNode:
        if not isinstance(node, YamlList):
            return node
        items: list[YamlNode] = []
        for index, item in enumerate(node.items):
            items += _long_forms(item, (*path, index), parse, context)
            if len(items) > MAX_EXPANDED:
                fact = f"the ranges hold more than {MAX_EXPANDED:,} ports"
                context.report.error("wrong-form", path, fact, node.position)
                break
        return YamlList(tuple(items), node.position)

    return action


def _long_forms(
    item: YamlNode,
    path: KeyPath,
    parse: Callable[[str], list[Plain]],
    context: Canonical,
) -> list[YamlNode]:
    text = _text(item)
    if text is None:
        return [item]
    try:
        return [at_position(form, item.position) for form in parse(text)]
    except ValueError as error:
        if not context.is_interpolated:
            return [item]
        context.report.error("wrong-form", path, str(error), item.position)
        return []


def _mounts(node: YamlNode, path: KeyPath, context: Canonical) -> YamlNode | None:
    if context.is_interpolated:
        suspicions.unknown_options(node, path, context.report)
    return _expanded(long_forms.volumes)(node, path, context)


def _mount(node: YamlNode, _path: KeyPath, _context: Canonical) -> YamlNode:
    """Clean the target, and keep in mind that it is said to be written to."""
    target = node.get("target") if isinstance(node, YamlMap) else None
    if not isinstance(node, YamlMap) or not isinstance(target, YamlScalar):
        return node
    text = target.value
    if not text or type(text) not in (str, WritablePath):
        return node
    cleaned = filepath.clean(str(text))
    if type(text) is WritablePath or node.value("read_only") is False:
        cleaned = WritablePath(cleaned)
    return node.with_entries(target=YamlScalar(cleaned, target.position))


def _external(node: YamlNode, path: KeyPath, context: Canonical) -> YamlNode:
    """Move the old ``external: {name: x}`` up beside ``external: true``."""
    external = node.get("external") if isinstance(node, YamlMap) else None
    if not (isinstance(node, YamlMap) and isinstance(external, YamlMap)):
        return node
    name, old = node.get("name"), external.get("name")
    if name and old and _text(name) != _text(old):
        fact = f"two names, {_text(name)!r} and {_text(old)!r}, for one thing"
        context.report.error("conflict", (*path, "external"), fact, external.position)
    entries = node.entries | {
        "external": YamlScalar(value=True, position=external.position)
    }
    fact = "`external: {name: …}` is an old spelling"
    way_out = "Write `external: true` and `name:` beside each other."
    place = (*path, "external")
    context.report.note("old-spelling", place, fact, external.position, help=way_out)
    return YamlMap(entries | ({"name": old} if old else {}), node.position)


_SERVICE: dict[str, _Action] = {
    "build": _simply(widen_build),
    "build.additional_contexts": _pairs,
    "build.ssh": _ssh,
    "build.no_cache_filter": _list,
    "build.provenance": _word,
    "build.sbom": _word,
    "build.secrets.[]": _named("source"),
    "configs.[]": _named("source"),
    "depends_on": _depends_on,
    "develop.watch.[].ignore": _list,
    "develop.watch.[].include": _list,
    "devices": _expanded(long_forms.devices),
    "dns": _list,
    "dns_search": _list,
    "env_file": _env_files,
    "gpus": _gpus,
    "label_file": _list,
    "models": _simply(widen_names),
    "networks": _simply(widen_names),
    "ports": _expanded(long_forms.ports),
    "secrets.[]": _named("source"),
    "tmpfs": _list,
    "volumes": _mounts,
    "volumes.[]": _mount,
}
_RULES = rules.compiled(
    {f"services.*.{key}": action for key, action in _SERVICE.items()}
    | {f"{kind}.*": _external for kind in ("networks", "volumes", "secrets", "configs")}
)
