"""Apply a table of actions by key path: ``services.*.ports.[].target`` and such.

A pattern's steps are keys, ``*`` for any key of a map and ``[]`` for any item of a
list.  Parents are rewritten before their children; an action returns the new node,
the same node to leave it, or None to take it out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kompyle.compose.source import YamlList, YamlMap, YamlNode
from kompyle.keypath import KeyPath

C = TypeVar("C")
Action = Callable[[YamlNode, KeyPath, C], YamlNode | None]


@dataclass(slots=True)
class Rules(Generic[C]):
    """One level of a compiled table."""

    action: Action[C] | None = None
    keys: dict[str, "Rules[C]"] = field(default_factory=dict)
    any_key: "Rules[C] | None" = None
    item: "Rules[C] | None" = None


def compiled(table: Mapping[str, Action[C]]) -> Rules[C]:
    """Turn patterns into a tree that is walked along with the source tree."""
    root: Rules[C] = Rules()
    for pattern, action in table.items():
        rules = root
        for step in pattern.split("."):
            rules = _below(rules, step)
        rules.action = action
    return root


def _below(rules: Rules[C], step: str) -> Rules[C]:
    if step == "*":
        rules.any_key = rules.any_key or Rules()
        return rules.any_key
    if step == "[]":
        rules.item = rules.item or Rules()
        return rules.item
    return rules.keys.setdefault(step, Rules())


def apply(
    rules: Rules[C], node: YamlNode, context: C, path: KeyPath = ()
) -> YamlNode | None:
    """Rewrite *node*; what no rule changes is shared with the old tree."""
    if rules.action:
        rewritten = rules.action(node, path, context)
        if rewritten is None:
            return None
        node = rewritten
    if type(node) is YamlMap:
        if rules.keys or rules.any_key:
            return _map(rules, node, context, path)
    elif type(node) is YamlList and rules.item:
        return _list(rules.item, node, context, path)
    return node


def apply_to_map(rules: Rules[C], node: YamlMap, context: C) -> YamlMap:
    """Rewrite a whole model, which no rule takes away."""
    result = apply(rules, node, context)
    assert isinstance(result, YamlMap)
    return result


def _map(rules: Rules[C], node: YamlMap, context: C, path: KeyPath) -> YamlMap:
    changed: dict[str, YamlNode | None] = {}
    for key, value in node.entries.items():
        below = rules.keys.get(key) or rules.any_key
        if below:
            result = apply(below, value, context, (*path, key))
            if result is not value:
                changed[key] = result
    if not changed:
        return node
    entries = node.entries | changed
    kept = {key: value for key, value in entries.items() if value is not None}
    return YamlMap(kept, node.position)


def _list(item: Rules[C], node: YamlList, context: C, path: KeyPath) -> YamlList:
    results = [
        apply(item, value, context, (*path, index))
        for index, value in enumerate(node.items)
    ]
    if all(new is old for new, old in zip(results, node.items, strict=True)):
        return node
    kept = tuple(result for result in results if result is not None)
    return YamlList(kept, node.position)
