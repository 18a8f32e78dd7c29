"""Check a model against the Compose Specification, and say in words what is wrong.

jsonschema-rs judges, since it is fast; what it refuses jsonschema explains.  What is
explained is taken out of the model, so that later passes see well-formed values.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from kompyle.compose.source import YamlList, YamlMap, YamlNode, plain, position
from kompyle.compose.suggest import did_you_mean
from kompyle.datafiles import read
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath

_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a map",
    "array": "a list",
    "null": "nothing",
}
_PRIVATE = frozenset(("environment", "args", "labels", "content", "driver_opts"))
_OLD_TOP_LEVEL = frozenset(("image", "build", "ports", "environment"))


@cache
def _text() -> str:
    return read("schemas", "compose.json")


@cache
def _judge() -> Any:  # noqa: ANN401
    import jsonschema_rs  # noqa: PLC0415 - 20 ms that an import of kompyle need not pay

    return jsonschema_rs.Draft202012Validator(json.loads(_text()))


@cache
def _explainer() -> Any:  # noqa: ANN401
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 65 ms, only on errors

    return Draft202012Validator(json.loads(_text()))


def checked(model: YamlMap, report: Report) -> YamlMap:
    """Report each violation at the key that caused it; return what is sound."""
    instance = plain(model)
    if _judge().is_valid(instance):
        return model
    faulty: list[KeyPath] = []
    for error in _explainer().iter_errors(instance):
        for path, fact, way_out in _explained(_deepest(error)):
            place = position(model, path)
            report.error("invalid-compose", path, fact, place, help=way_out)
            faulty.append(path)
    pruned = _pruned(model, sorted(faulty, key=len, reverse=True))
    return checked(pruned, report) if pruned != model else model


def _deepest(error: Any) -> Any:  # noqa: ANN401
    """Follow alternatives to the one that came nearest to fitting."""
    if not error.context:
        return error
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    return best_match([error])


def _explained(error: Any) -> Iterator[tuple[KeyPath, str, str | None]]:  # noqa: ANN401
    path: KeyPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(path, error.instance, error.schema)
    elif error.validator == "type":
        yield path, *_wrong_type(path, error.instance, error.validator_value)
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield path, f"the key {missing[0]!r} is missing", None
    else:
        yield path, *_wrong_value(path, error)


def _unknown_keys(
    path: KeyPath, instance: dict[str, Any], schema: dict[str, Any]
) -> Iterator[tuple[KeyPath, str, str | None]]:
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    for key in instance:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        if not known:
            fact = f"{key!r} is not a possible name"
            yield (*path, key), fact, "Use letters, digits, `.`, `_` and `-`."
            continue
        way_out = did_you_mean(key, known) or _misplaced(path, key, instance[key])
        yield (*path, key), "Compose knows no such key here", way_out


def _misplaced(path: KeyPath, key: str, value: object) -> str | None:
    if path:
        return f"Keys of your own begin with x-: `x-{key}`."
    if isinstance(value, dict) and _OLD_TOP_LEVEL & value.keys():
        return "Services stand below `services:`; this looks like a file of version 1."
    return f"Keys of your own begin with x-: `x-{key}`."


def _wrong_type(
    path: KeyPath, instance: object, expected: str | list[str]
) -> tuple[str, str | None]:
    kinds = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_KINDS[kind] for kind in kinds if kind != "null")
    way_out = None
    if "string" in kinds and isinstance(instance, int | float):
        way_out = "Put it in quotes."
    elif "array" in kinds and isinstance(instance, str):
        way_out = f"Write it as a list item: `- {_shown(path, instance)}`."
    return f"expected {wanted}, not {_shown(path, instance)}", way_out


def _wrong_value(path: KeyPath, error: Any) -> tuple[str, str | None]:  # noqa: ANN401
    shown, wanted = _shown(path, error.instance), error.validator_value
    if error.validator == "enum":
        choices = [str(choice) for choice in wanted]
        fact = f"expected one of {', '.join(choices)}, not {shown}"
        return fact, did_you_mean(str(error.instance), choices)
    facts = {
        "minimum": f"expected {wanted} or more, not {shown}",
        "maximum": f"expected {wanted} or less, not {shown}",
        "pattern": f"{shown} does not have the form {wanted}",
        "uniqueItems": "the list holds an item twice",
        "const": f"expected {wanted!r}, not {shown}",
        "propertyNames": "a key here does not have the right form",
        "minLength": f"expected at least {wanted} characters, not {shown}",
    }
    return facts.get(error.validator, f"{shown} is not possible here"), None


def _shown(path: KeyPath, value: object) -> str:
    """Show a value, but for those that may be secret."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if not _PRIVATE.isdisjoint(path):
        return "this value"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)


def _pruned(node: YamlNode, paths: Iterable[KeyPath]) -> YamlMap:
    for path in paths:
        node = _without(node, path)
    assert isinstance(node, YamlMap)
    return node


def _without(node: YamlNode, path: KeyPath) -> YamlNode:
    if not path:
        return node
    head, rest = path[0], path[1:]
    if isinstance(node, YamlMap) and isinstance(head, str) and head in node.entries:
        if not rest:
            return node.without(head)
        below = _without(node.entries[head], rest)
        return YamlMap(node.entries | {head: below}, node.position)
    if isinstance(node, YamlList) and isinstance(head, int) and head < len(node.items):
        items = list(node.items)
        items[head : head + 1] = [_without(items[head], rest)] if rest else []
        return YamlList(tuple(items), node.position)
    return node
