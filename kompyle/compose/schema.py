"""Check a model against the Compose Specification, and say in words what is wrong.

jsonschema-rs judges, since it is fast; what it refuses jsonschema explains.  What is
explained is taken out of the model, so that later passes see well-formed values.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from kompyle.compose.private import shown
from kompyle.compose.source import YamlList, YamlMap, YamlNode, child, plain, position
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
_OLD_TOP_LEVEL = frozenset(("image", "build", "ports", "environment"))
_TO_ADD = {
    "condition": "Write `condition: service_started`.",
    "hard": "Write both `soft` and `hard`, or one number for both.",
    "soft": "Write both `soft` and `hard`, or one number for both.",
}
_FROM_NUMBER = {
    "boolean": "Write true or false.",
    "integer": "Write a whole number.",
    "string": "Put it in quotes.",
}
_PAIRS = frozenset(("annotations", "args", "environment", "labels", "sysctls"))

_Explanation = tuple[KeyPath, str, str | None]
"""Where, what is wrong there, and the way out."""


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
    sound = model
    while not _judge().is_valid(instance := plain(sound)):
        faulty = []
        for error in _explainer().iter_errors(instance):
            for deepest in _deepest(error):
                faulty += _told(deepest, sound, model, report)
        pruned = _pruned(sound, faulty)
        if not isinstance(pruned, YamlMap) or pruned == sound:
            break
        sound = pruned
    return sound


def _told(
    error: Any,  # noqa: ANN401
    sound: YamlMap,
    model: YamlMap,
    report: Report,
) -> list[KeyPath]:
    """Report one error, unless it is that something faulty has been taken out."""
    faulty = []
    for path, fact, way_out in _explained(error):
        faulty.append(path)
        known_as = _before_pruning(path, sound, model)
        missing = error.validator_value if error.validator == "required" else ()
        if not any(report.has_error_at((*known_as, key)) for key in missing):
            place = position(sound, path)
            report.error("invalid-compose", known_as, fact, place, help=way_out)
    return faulty


def _deepest(error: Any) -> list[Any]:  # noqa: ANN401
    """Follow alternatives to the one that came nearest to fitting."""
    if not error.context:
        return [error]
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    nearest = best_match([error])
    while nearest.parent is not error:
        nearest = nearest.parent
    branch = nearest.schema_path[0]
    same = [found for found in error.context if found.schema_path[0] == branch]
    return [deeper for found in same for deeper in _deepest(found)]


def _before_pruning(path: KeyPath, pruned: YamlNode, model: YamlNode) -> KeyPath:
    """Say where *path* was in the whole *model*: list items have moved up."""
    steps: list[str | int] = []
    for step in path:
        below = child(pruned, step)
        if isinstance(step, int) and isinstance(model, YamlList) and below:
            while model.items[step].position != below.position:
                step += 1  # noqa: PLW2901 - the item has moved by that
        steps.append(step)
        whole = child(model, step)
        if below is None or whole is None:
            break
        pruned, model = below, whole
    return (*steps, *path[len(steps) :])


def _explained(error: Any) -> Iterator[_Explanation]:  # noqa: ANN401
    path: KeyPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(path, error.instance, error.schema)
    elif error.validator == "type":
        yield path, *_wrong_type(path, error.instance, error.validator_value)
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield path, f"the key {missing[0]!r} is missing", _TO_ADD.get(missing[0])
    else:
        yield path, *_wrong_value(path, error)


def _unknown_keys(
    path: KeyPath, instance: dict[str, Any], schema: dict[str, Any]
) -> Iterator[_Explanation]:
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    for key in instance:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        if not known:
            fact = f"{key!r} is not a possible name"
            yield (*path, key), fact, "Use letters, digits, `.`, `_` and `-`."
            continue
        way_out = did_you_mean(key, known) or _misplaced(path, key, instance)
        yield (*path, key), "Compose knows no such key here", way_out


def _misplaced(path: KeyPath, key: str, instance: dict[str, Any]) -> str:
    value = instance[key]
    is_service = isinstance(value, dict) and _OLD_TOP_LEVEL & value.keys()
    if path or not is_service:
        return f"Keys of your own begin with x-: `x-{key}`."
    if "services" in instance:
        return "Services stand below `services:`; indent it."
    return "Services stand below `services:`; this looks like a file of version 1."


def _wrong_type(
    path: KeyPath, instance: object, expected: str | list[str]
) -> tuple[str, str | None]:
    kinds = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_KINDS[kind] for kind in kinds if kind != "null")
    fact = f"expected {wanted}, not {shown(path, instance)}"
    return fact, _way_to_type(path, instance, kinds)


def _way_to_type(path: KeyPath, instance: object, kinds: list[str]) -> str | None:
    if path[-1:] and path[-1] in _PAIRS:
        return "Write `NAME: value` below it, or a list of `- NAME=value`."
    if isinstance(instance, int | float):
        return next((way for kind, way in _FROM_NUMBER.items() if kind in kinds), None)
    if "array" in kinds and isinstance(instance, str):
        return f"Write it as a list item: `- {shown(path, instance)}`."
    if "object" in kinds and instance is None and path[-2:-1] == ("depends_on",):
        return "Write `{condition: service_started}`, or a list of names."
    return None


def _wrong_value(path: KeyPath, error: Any) -> tuple[str, str | None]:  # noqa: ANN401
    found, wanted = shown(path, error.instance), error.validator_value
    if error.validator == "enum":
        choices = [str(choice) for choice in wanted]
        fact = f"expected one of {', '.join(choices)}, not {found}"
        return fact, did_you_mean(str(error.instance), choices)
    facts = {
        "minimum": f"expected {wanted} or more, not {found}",
        "maximum": f"expected {wanted} or less, not {found}",
        "pattern": f"{found} does not have the form {wanted}",
        "uniqueItems": "the list holds an item twice",
        "const": f"expected {wanted!r}, not {found}",
        "propertyNames": "a key here does not have the right form",
        "minLength": f"expected at least {wanted} characters, not {found}",
    }
    return facts.get(error.validator, f"{found} is not possible here"), None


def _pruned(node: YamlNode, faulty: Iterable[KeyPath]) -> YamlNode | None:
    """Take out what is *faulty*; None when that is the node itself."""
    below: dict[str | int, list[KeyPath]] = {}
    for path in faulty:
        if not path:
            return None
        below.setdefault(path[0], []).append(path[1:])
    if isinstance(node, YamlList):
        items = [
            _pruned(item, below[index]) if index in below else item
            for index, item in enumerate(node.items)
        ]
        return YamlList(tuple(item for item in items if item), node.position)
    if not isinstance(node, YamlMap):
        return node
    entries = {
        key: _pruned(value, below[key]) if key in below else value
        for key, value in node.entries.items()
    }
    kept = {key: value for key, value in entries.items() if value}
    return YamlMap(kept, node.position)
