"""Give every value of the model its type: durations, sizes, words, file modes.

The result is the canonical model that ``config`` prints: numbers and booleans have
their type, sizes are decimal texts, durations are Go's, and what says nothing
(false, zero, an empty list) is left out where the reference leaves it out.
"""

import re
from collections.abc import Callable, Mapping

from kompyle.compose import bytesize, duration, gotext, hostlist, shellwords
from kompyle.compose.source import (
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    at_position,
)
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath

_WEIGHTS = range(65536)

Binder = Callable[[YamlNode, KeyPath, Report], YamlNode | None]
"""Gives a node its type; None when it says nothing."""


def struct(fields: Mapping[str, Binder], *, keep_empty: bool = True) -> Binder:
    """Bind an object with fixed keys; ``x-*`` passes as it is."""

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        if type(node) is not YamlMap:
            return None
        entries: dict[str, YamlNode] = {}
        for key, value in node.entries.items():
            binder = fields.get(key)
            bound = binder(value, (*path, key), report) if binder else None
            if key.startswith("x-"):
                bound = value
            if bound is not None:
                entries[key] = bound
        if not entries and not keep_empty:
            return None
        return YamlMap(entries, node.position)

    return bind


def struct_or_empty(fields: Mapping[str, Binder]) -> Binder:
    """Bind an object with fixed keys of which nothing need be said."""
    bind_map = struct(fields)

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        return bind_map(node, path, report) or YamlMap({}, node.position)

    return bind


def map_of(binder: Binder) -> Binder:
    """Bind a map with the user's names; its entries stay, an empty one goes."""

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        if type(node) is not YamlMap or not node.entries:
            return None
        entries: dict[str, YamlNode] = {}
        for key, value in node.entries.items():
            bound = binder(value, (*path, key), report)
            entries[key] = bound or YamlScalar(None, value.position)
        return YamlMap(entries, node.position)

    return bind


def list_of(binder: Binder) -> Binder:
    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        if type(node) is not YamlList:
            return None
        bound = [
            binder(item, (*path, index), report) for index, item in enumerate(node.items)
        ]
        items = tuple(item for item in bound if item is not None)
        return YamlList(items, node.position) if items else None

    return bind


def text(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
    """Bind a text; the empty one says nothing."""
    bound = kept_text(node, _path, _report)
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def kept_text(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
    if type(node) is not YamlScalar:
        return None
    if type(node.value) is str:
        return node
    return YamlScalar(gotext.text(node.value), node.position)


def nullable_text(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    is_null = isinstance(node, YamlScalar) and node.value is None
    return node if is_null else kept_text(node, path, report)


def flag(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    bound = kept_flag(node, path, report)
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def kept_flag(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    value = node.value if isinstance(node, YamlScalar) else None
    if type(value) is str:
        try:
            return YamlScalar(gotext.parse_bool(value), node.position)
        except ValueError:
            fact = f"{value!r} is not true or false"
            report.error("wrong-type", path, fact, node.position)
            return None
    return node if type(value) is bool else None


def opt_out(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a flag that is true unless said otherwise; only false says something."""
    bound = kept_flag(node, path, report)
    is_false = isinstance(bound, YamlScalar) and bound.value is False
    return bound if is_false else None


def integer(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    bound = kept_integer(node, path, report)
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def kept_integer(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    return _number(node, path, report, _whole, "a whole number")


def unsigned(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a whole number that cannot be negative; zero stays."""
    bound = kept_integer(node, path, report)
    if isinstance(bound, YamlScalar) and isinstance(bound.value, int) and bound.value < 0:
        fact = f"{bound.value} is negative; expected 0 or more"
        report.error("wrong-type", path, fact, node.position)
        return None
    return bound


def number(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a float of 32 bits, as the reference keeps them."""
    bound = _number(node, path, report, _float32, "a number")
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def _number(
    node: YamlNode,
    path: KeyPath,
    report: Report,
    read: Callable[[str | float], float],
    expected: str,
) -> YamlNode | None:
    value = node.value if isinstance(node, YamlScalar) else None
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        return YamlScalar(read(value), node.position)
    except ValueError:
        fact = f"{value!r} is not {expected}"
        way_out = f"Write {_from_milli(value)}." if _from_milli(value) else None
        report.error("wrong-type", path, fact, node.position, help=way_out)
        return None


def _whole(value: str | float) -> int:
    return gotext.atoi(value) if isinstance(value, str) else int(value)


def _float32(value: str | float) -> float:
    plain = gotext.parse_float(value) if isinstance(value, str) else value
    rounded = gotext.to_float32(plain)
    return int(rounded) if rounded.is_integer() else rounded


def _from_milli(value: str | float) -> str | None:
    """Read Kubernetes' ``500m`` as Compose's 0.5."""
    match = re.fullmatch(r"(\d+)m", str(value))
    return gotext.text(int(match[1]) / 1000) if match else None


def time_span(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    value = node.value if isinstance(node, YamlScalar) else None
    if type(value) is not str:
        return None
    try:
        return YamlScalar(duration.render(duration.parse(value)), node.position)
    except ValueError as error:
        report.error("bad-duration", path, str(error), node.position)
        return None


def nonzero_time_span(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    bound = time_span(node, path, report)
    return None if isinstance(bound, YamlScalar) and bound.value == "0s" else bound


def size(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a number of bytes: a decimal text."""
    bound = kept_size(node, path, report)
    return None if isinstance(bound, YamlScalar) and bound.value == "0" else bound


def kept_size(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    value = node.value if isinstance(node, YamlScalar) else None
    if type(value) is float:
        fact = f"{gotext.text(value)} is not a whole number of bytes; it is left out"
        way_out = "Write a whole number, or a text such as `1.5g`."
        report.warning("ignored-value", path, fact, node.position, help=way_out)
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    try:
        parsed = bytesize.parse(value) if isinstance(value, str) else value
    except ValueError as error:
        report.error("bad-size", path, str(error), node.position)
        return None
    return YamlScalar(str(parsed), node.position)


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
        report.error("bad-command", path, str(error), node.position)
        return None
    dropped = shellwords.cut(value)
    if dropped:
        fact = f"Compose runs no shell and leaves out everything from {dropped[0]!r} on"
        way_out = "Write it as a list: [sh, -c, '…']."
        report.warning("cut-command", path, fact, node.position, help=way_out)
    return at_position(list(split), node.position)


def pairs(when_absent: str | None) -> Binder:
    """Bind ``KEY: value`` or ``[KEY=value]``; a lone key gets *when_absent*."""

    def bind(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
        entries: dict[str, YamlNode] = {}
        if type(node) is YamlList:
            for item in node.items:
                key, value = _pair(item, when_absent)
                entries[key] = YamlScalar(value, item.position)
        elif type(node) is YamlMap:
            for key, value in node.entries.items():
                entries[key] = _paired(value, when_absent)
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
    return YamlScalar(when_absent if value is None else gotext.text(value), node.position)


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
    try:
        found = _hosts(node)
    except ValueError as error:
        report.error("wrong-form", path, str(error), node.position)
        return None
    items = [
        YamlScalar(f"{host}={address}", place)
        for host, (addresses, place) in sorted(found.items())
        for address in addresses
    ]
    return YamlList(tuple(items), node.position) if found else None


def _hosts(node: YamlNode) -> dict[str, tuple[list[str], object]]:
    found: dict[str, tuple[list[str], object]] = {}
    if isinstance(node, YamlMap):
        for host, value in node.entries.items():
            items = value.items if isinstance(value, YamlList) else (value,)
            texts = [gotext.text(item.value) for item in items if isinstance(item, YamlScalar)]
            found[host] = ([text.strip("[]") for text in texts], value.position)
    elif isinstance(node, YamlList):
        for item in node.items:
            written = gotext.text(item.value) if isinstance(item, YamlScalar) else ""
            for host, addresses in hostlist.parse([written]).items():
                known, place = found.get(host, ([], item.position))
                found[host] = (known + addresses, place)
    return found


def file_mode(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a mode: a text is octal, a number is as YAML read it."""
    value = node.value if isinstance(node, YamlScalar) else None
    try:
        mode = int(value, 8) if isinstance(value, str) else value
    except ValueError:
        mode = None
    if type(mode) is int:
        return YamlScalar(f"0{mode:o}", node.position)
    fact = f"{value!r} is not a file mode"
    way_out = 'Write it in octal and in quotes, as in "0440".'
    report.error("wrong-type", path, fact, node.position, help=way_out)
    return None


def device_count(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    value = node.value if isinstance(node, YamlScalar) else None
    if isinstance(value, str) and value.lower() == "all":
        return YamlScalar(-1, node.position)
    return _number(node, path, report, _whole, "a whole number or `all`")


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
        fields = {"soft": _kept_plain_integer, "hard": _kept_plain_integer}
        return struct(fields)(node, path, report)
    return _kept_plain_integer(node, path, report)


def _ulimit(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    if isinstance(node, YamlMap):
        return struct({"soft": kept_integer, "hard": kept_integer})(node, path, report)
    return kept_integer(node, path, report)


def plain_integer(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    bound = _kept_plain_integer(node, path, report)
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def _kept_plain_integer(
    node: YamlNode, path: KeyPath, report: Report
) -> YamlNode | None:
    """Bind a whole number that cannot be written as a text."""
    value = node.value if isinstance(node, YamlScalar) else None
    if type(value) is str:
        fact = f"{value!r} is a text; expected a whole number"
        way_out = "Write it without quotes."
        report.error("wrong-type", path, fact, node.position, help=way_out)
        return None
    return kept_integer(node, path, report)


def weight(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a weight of 16 bits; the reference wraps what is larger."""
    bound = plain_integer(node, path, report)
    value = bound.value if isinstance(bound, YamlScalar) else None
    if not isinstance(value, int) or value in _WEIGHTS:
        return bound
    fact = f"{value} is no weight from 10 to 1000; Compose takes it as {value % 65536}"
    report.warning("ignored-value", path, fact, node.position)
    return YamlScalar(value % 65536, node.position)


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
        listed = value if isinstance(value, YamlList) else YamlList((value,), value.position)
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
