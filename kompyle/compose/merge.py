"""Merge override files: maps merge, lists append, the rest replaces.

The exceptions stand in :data:`SPECIAL`.  What is kept keeps its position.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kompyle.compose import gotext
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar, at_position
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath


def merge(base: YamlNode, over: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    """Lay *over* over *base*."""
    special = SPECIAL.get(_pattern(path))
    if special:
        return special(base, over, path, report)
    return _default(base, over, path, report)


def cleared(base: YamlNode, paths: tuple[KeyPath, ...]) -> YamlNode:
    """Take out what ``!reset`` and ``!override`` of an overlay clear below it."""
    for path in paths:
        base = _without(base, path)
    return base


def sequence(node: YamlNode) -> YamlList:
    """Turn any spelling of a list or of ``KEY: value`` pairs into a list."""
    match node:
        case YamlMap(entries, position):
            items = [_pair(key, value) for key, value in entries.items()]
            return YamlList(tuple(sorted(items, key=_text)), position)
        case YamlScalar(None, position):
            return YamlList((), position)
        case YamlScalar(_, position):
            return YamlList((node,), position)
        case YamlList():
            return node


def _default(base: YamlNode, over: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    match base, over:
        case _, YamlScalar(None):
            return base
        case YamlMap(), YamlMap():
            return _maps(base, over, path, report)
        case YamlList(), YamlList():
            return YamlList(base.items + over.items, base.position)
        case YamlScalar(), _:
            return over
        case _:
            return _mismatch(base, over, path, report)


def _maps(base: YamlMap, over: YamlMap, path: KeyPath, report: Report) -> YamlMap:
    entries = dict(base.entries)
    for key, node in over.entries.items():
        old = entries.get(key)
        entries[key] = merge(old, node, (*path, key), report) if old else node
    return YamlMap(entries, base.position)


def _mismatch(
    base: YamlNode, over: YamlNode, path: KeyPath, report: Report
) -> YamlNode:
    kinds = {YamlMap: "a map", YamlList: "a list", YamlScalar: "a single value"}
    fact = f"{kinds[type(over)]} cannot override {kinds[type(base)]}"
    way_out = f"The first one stands at {base.position}; write both the same way."
    report.error("cannot-override", path, fact, over.position, help=way_out)
    return base


def _pattern(path: KeyPath) -> tuple[str | int, ...]:
    """Generalise a path: the name of a service, network or volume counts for any."""
    if len(path) < 3 or path[0] not in ("services", "networks", "volumes"):  # noqa: PLR2004
        return ()
    if path[2:3] == ("ulimits",) and len(path) == 4:  # noqa: PLR2004
        return (path[0], "ulimits", "*")
    return (path[0], *path[2:])


def _without(node: YamlNode, path: KeyPath) -> YamlNode:
    head, rest = path[0] if path else None, path[1:]
    if not isinstance(node, YamlMap) or not isinstance(head, str):
        return node
    below = node.entries.get(head)
    if below is None:
        return node
    if not rest:
        return node.without(head)
    return YamlMap(node.entries | {head: _without(below, rest)}, node.position)


def _replace(_base: YamlNode, over: YamlNode, _p: KeyPath, _r: Report) -> YamlNode:
    return over


def _append(base: YamlNode, over: YamlNode, _p: KeyPath, _r: Report) -> YamlNode:
    first, second = sequence(base), sequence(over)
    return YamlList(first.items + second.items, first.position)


def _hosts(base: YamlNode, over: YamlNode, _p: KeyPath, _r: Report) -> YamlNode:
    """Append the hosts that are new; one name can have several addresses."""
    first, second = _host_list(base), _host_list(over)
    known = {_text(item) for item in first.items}
    added = tuple(item for item in second.items if _text(item) not in known)
    return YamlList(first.items + added, first.position)


def _host_list(node: YamlNode) -> YamlList:
    if not isinstance(node, YamlMap):
        return sequence(node)
    items = [
        _pair(host, address)
        for host, found in sorted(node.entries.items())
        for address in (found.items if isinstance(found, YamlList) else (found,))
    ]
    return YamlList(tuple(items), node.position)


def _pair(key: str, node: YamlNode) -> YamlScalar:
    if isinstance(node, YamlScalar):
        text = key if node.value is None else f"{key}={gotext.text(node.value)}"
        return YamlScalar(text, node.position)
    return YamlScalar(key, node.position)


def _text(node: YamlNode) -> str:
    return gotext.text(node.value) if isinstance(node, YamlScalar) else str(node)


@dataclass(frozen=True, slots=True)
class _Widened:
    """Merge as maps after a short spelling has been widened to one."""

    widen: Callable[[YamlNode], YamlNode]

    def __call__(
        self, base: YamlNode, over: YamlNode, path: KeyPath, report: Report
    ) -> YamlNode:
        return _default(self.widen(base), self.widen(over), path, report)


def widen_build(node: YamlNode) -> YamlNode:
    if isinstance(node, YamlScalar) and node.value is not None:
        return YamlMap({"context": node}, node.position)
    return node


def widen_depends_on(node: YamlNode) -> YamlNode:
    condition = {"condition": "service_started", "required": True}
    return widen_names(node, condition)


def widen_names(node: YamlNode, value: object = None) -> YamlNode:
    """Turn a list of names into a map of *value*."""
    if not isinstance(node, YamlList):
        return node
    names = [item for item in node.items if isinstance(item, YamlScalar)]
    if any(type(item.value) is not str for item in names) or len(names) < len(
        node.items
    ):
        return node
    entries = {
        str(item.value): at_position(value, item.position)  # type: ignore[arg-type]
        for item in names
    }
    return YamlMap(entries, node.position)


def _logging(base: YamlNode, over: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    drivers = [
        found.value
        for node in (base, over)
        if isinstance(node, YamlMap)
        and isinstance(found := node.get("driver"), YamlScalar)
    ]
    if len(drivers) == 2 and drivers[0] != drivers[1]:  # noqa: PLR2004
        return over
    return _default(base, over, path, report)


def _subnets(base: YamlNode, over: YamlNode, path: KeyPath, report: Report) -> YamlNode:
    """Merge ``ipam.config``: blocks of one subnet merge, others are appended."""
    if not (isinstance(base, YamlList) and isinstance(over, YamlList)):
        return _default(base, over, path, report)
    items = list(base.items)
    for block in over.items:
        same = [at for at, item in enumerate(items) if _subnet(item) == _subnet(block)]
        if same and _subnet(block) is not None:
            items[same[0]] = _default(items[same[0]], block, (*path, same[0]), report)
        else:
            items.append(block)
    return YamlList(tuple(items), base.position)


def _subnet(node: YamlNode) -> object:
    subnet = node.get("subnet") if isinstance(node, YamlMap) else None
    return subnet.value if isinstance(subnet, YamlScalar) else None


Merger = Callable[[YamlNode, YamlNode, KeyPath, Report], YamlNode]
_SERVICE: dict[Merger, str] = {
    _replace: "command entrypoint healthcheck.test ulimits.*",
    _append: (
        "annotations build.additional_contexts build.args build.labels deploy.labels "
        "dns dns_opt dns_search env_file environment label_file labels sysctls tmpfs"
    ),
    _hosts: "build.extra_hosts extra_hosts",
    _Widened(widen_build): "build",
    _Widened(widen_depends_on): "depends_on",
    _Widened(widen_names): "models networks",
    _logging: "logging",
}
SPECIAL: dict[tuple[str | int, ...], Merger] = {
    **{
        ("services", *key.split(".")): merger
        for merger, keys in _SERVICE.items()
        for key in keys.split()
    },
    ("networks", "ipam", "config"): _subnets,
    ("networks", "labels"): _append,
    ("volumes", "labels"): _append,
}
"""What does not follow the default rule (compose-go, override/merge.go)."""
