"""Bind values with a grammar of their own: commands, pairs, hosts, limits."""

from kompyle.compose import gotext, hostlist, shellwords
from kompyle.compose.bind import Binder, list_of, map_of, struct
from kompyle.compose.bind_scalars import (
    kept_integer,
    kept_plain_integer,
    kept_text,
)
from kompyle.compose.source import (
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    at_position,
)
from kompyle.diagnostics import Position, Report
from kompyle.keypath import KeyPath


def words(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a command: a text is split as a shell would; the empty one stays."""
    if type(node) is YamlList:
        return node
    value = node.value if isinstance(node, YamlScalar) else None
    if type(value) is not str:
        return None
    try:
        split = shellwords.split(value)
    except ValueError as error:
        fact = f"the command cannot be split into words: {error}"
        report.error("bad-command", path, fact, node.position)
        return None
    dropped = shellwords.cut(value)
    if dropped:
        sign = dropped[:2] if dropped[:2] in ("&&", "||") else dropped[0]
        fact = f"Compose runs no shell and leaves out everything from {sign!r} on"
        way_out = "Write it as a list: [sh, -c, '…']."
        report.warning("cut-command", path, fact, node.position, help=way_out)
    return at_position(list(split), node.position)


def pairs(when_absent: str | None) -> Binder:
    """Bind ``KEY: value`` or ``[KEY=value]``; a lone key gets *when_absent*."""

    def bind(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
        entries: dict[str, YamlNode] = {}
        if type(node) is YamlList:
            for item in node.items:
                key, value = _pair(item, when_absent)
                entries[key] = YamlScalar(value, item.position)
        elif type(node) is YamlMap:
            for key, found in node.entries.items():
                entries[key] = _paired(found, when_absent)
        return YamlMap(entries, node.position) if entries else None

    return bind


def _pair(item: YamlNode, when_absent: str | None) -> tuple[str, str | None]:
    written = gotext.text(item.value) if isinstance(item, YamlScalar) else ""
    key, equals, value = written.partition("=")
    return key, value if equals else when_absent


def _paired(node: YamlNode, when_absent: str | None) -> YamlNode:
    value = node.value if isinstance(node, YamlScalar) else None
    if type(value) is str:
        return node
    return YamlScalar(
        when_absent if value is None else gotext.text(value), node.position
    )


def environment(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    if type(node) is YamlList:
        for index, item in enumerate(node.items):
            key, _ = _pair(item, None)
            if key.endswith((" ", "\t")):
                fact = f"the variable {key!r} ends with a blank"
                report.error("bad-variable", (*path, index), fact, item.position)
    return pairs(None)(node, path, report)


def health_test(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
    if isinstance(node, YamlScalar) and type(node.value) is str:
        return at_position(["CMD-SHELL", node.value], node.position)
    return node if isinstance(node, YamlList) and node.items else None


def hosts(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind ``extra_hosts``: a sorted list of ``name=address``."""
    found = _hosts(node, path, report)
    items = [
        YamlScalar(f"{host}={address}", place)
        for host, (addresses, place) in sorted(found.items())
        for address in addresses
    ]
    return YamlList(tuple(items), node.position) if found else None


def _hosts(
    node: YamlNode, path: KeyPath, report: Report
) -> dict[str, tuple[list[str], Position]]:
    found: dict[str, tuple[list[str], Position]] = {}
    if isinstance(node, YamlMap):
        for host, value in node.entries.items():
            items = value.items if isinstance(value, YamlList) else (value,)
            texts = [
                gotext.text(item.value)
                for item in items
                if isinstance(item, YamlScalar)
            ]
            found[host] = ([text.strip("[]") for text in texts], value.position)
    elif isinstance(node, YamlList):
        for index, item in enumerate(node.items):
            written = gotext.text(item.value) if isinstance(item, YamlScalar) else ""
            try:
                parsed = hostlist.parse([written])
            except ValueError as error:
                place = item.position
                report.error("wrong-form", (*path, index), str(error), place)
                continue
            for host, addresses in parsed.items():
                known, place = found.get(host, ([], item.position))
                found[host] = (known + addresses, place)
    return found


def ulimits(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    bound = map_of(_ulimit)(node, path, report)
    extensions = [key for key in getattr(bound, "entries", ()) if key.startswith("x-")]
    if not isinstance(bound, YamlMap) or not extensions:
        return bound
    # The reference takes x-* for an extension of every map, and prints this instead.
    stand_in = at_position({"soft": 0, "hard": 0}, bound.position)
    return bound.without(*extensions).with_entries(**{"#extensions": stand_in})


def build_ulimit(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    if isinstance(node, YamlMap):
        fields = {"soft": kept_plain_integer, "hard": kept_plain_integer}
        return struct(fields)(node, path, report)
    return kept_plain_integer(node, path, report)


def _ulimit(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    if isinstance(node, YamlMap):
        return struct({"soft": kept_integer, "hard": kept_integer})(node, path, report)
    return kept_integer(node, path, report)


def ssh_keys(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
    """Bind ``build.ssh``: a list of ``default`` and ``id: path``."""
    if not isinstance(node, YamlMap) or not node.entries:
        return None
    items = tuple(
        YamlScalar(f"{key}: {found.value}" if found.value else key, found.position)
        for key, found in node.entries.items()
        if isinstance(found, YamlScalar)
    )
    return YamlList(items, node.position)


def provider_options(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind the options of a provider: lists of texts, none of them empty."""
    entries: dict[str, YamlNode] = {}
    for key, value in getattr(node, "entries", {}).items():
        listed = (
            value if isinstance(value, YamlList) else YamlList((value,), value.position)
        )
        bound = list_of(kept_text)(listed, (*path, key), report)
        if bound:
            entries[key] = bound
    return YamlMap(entries, node.position) if entries else None


def discrete_resource(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    fields: dict[str, Binder] = {"kind": kept_text, "value": kept_integer}
    bound = struct(fields)(node, path, report)
    absent = at_position({"kind": "", "value": 0}, node.position)
    if not isinstance(bound, YamlMap) or not isinstance(absent, YamlMap):
        return None
    return YamlMap(absent.entries | bound.entries, node.position)
