"""Bind single values: texts, flags, numbers, durations, sizes, file modes."""

import math
from collections.abc import Callable

from kompyle.compose import bytesize, duration, gotext
from kompyle.compose.private import abbreviated
from kompyle.compose.source import PATHS, YamlNode, YamlScalar
from kompyle.compose.suggest import from_milli
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath

_WEIGHTS = range(65536)
_MODES = range(2**63)
_INT64 = range(-(2**63), 2**63)


def text(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
    """Bind a text; the empty one says nothing."""
    bound = kept_text(node, _path, _report)
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def kept_text(node: YamlNode, _path: KeyPath, _report: Report) -> YamlNode | None:
    if type(node) is not YamlScalar:
        return None
    if type(node.value) is str or type(node.value) in PATHS:
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
    if (
        isinstance(bound, YamlScalar)
        and isinstance(bound.value, int)
        and bound.value < 0
    ):
        fact = f"{bound.value} is negative; expected 0 or more"
        report.error("wrong-type", path, fact, node.position)
        return None
    return bound


def number(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a float of 32 bits, as the reference keeps them."""
    bound = _number(node, path, report, _float32, "a number")
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def plain_integer(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    bound = kept_plain_integer(node, path, report)
    return bound if isinstance(bound, YamlScalar) and bound.value else None


def kept_plain_integer(
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


def device_count(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    value = node.value if isinstance(node, YamlScalar) else None
    if isinstance(value, str) and value.lower() == "all":
        return YamlScalar(-1, node.position)
    return _number(node, path, report, _whole, "a whole number or `all`")


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
        fact = f"{abbreviated(value)} is not {expected}"
        way_out = from_milli(str(value))
        report.error("wrong-type", path, fact, node.position, help=way_out)
        return None


def _whole(value: str | float) -> int:
    number = gotext.atoi(value) if isinstance(value, str) else int(value)
    if number not in _INT64:
        raise ValueError(value)
    return number


def _float32(value: str | float) -> float:
    plain = gotext.parse_float(value) if isinstance(value, str) else value
    rounded = gotext.to_float32(plain)
    if not math.isfinite(rounded):
        raise ValueError(value)
    return int(rounded) if rounded.is_integer() else rounded


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


def file_mode(node: YamlNode, path: KeyPath, report: Report) -> YamlNode | None:
    """Bind a mode: a text is octal, a number is as YAML read it."""
    value = node.value if isinstance(node, YamlScalar) else None
    try:
        mode = int(value, 8) if isinstance(value, str) else value
    except ValueError:
        mode = None
    if type(mode) is int and mode in _MODES:
        return YamlScalar(f"0{mode:o}", node.position)
    fact = f"{abbreviated(value)} is not a file mode"
    way_out = 'Write it in octal and in quotes, as in "0440".'
    report.error("wrong-type", path, fact, node.position, help=way_out)
    return None
