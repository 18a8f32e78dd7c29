"""Which variables a model uses, and what its texts say of them."""

from collections.abc import Iterator

from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.compose.template import TemplateError, Variable, variables


def used_variables(model: YamlMap) -> list[Variable]:
    """List the variables of a model that was not interpolated, by name, each once.

    A text that is no template is passed over.
    """
    used: dict[str, Variable] = {}
    for text in _texts(model):
        for variable in _variables(text):
            used[variable.name] = _joined(used.get(variable.name, variable), variable)
    return [used[name] for name in sorted(used)]


def _variables(text: str) -> list[Variable]:
    try:
        return variables(text)
    except TemplateError:
        return []


def _joined(one: Variable, other: Variable) -> Variable:
    """Say of a variable what any of its places says."""
    return Variable(
        one.name,
        one.default or other.default,
        one.required or other.required,
        one.alternate or other.alternate,
    )


def _texts(node: YamlNode) -> Iterator[str]:
    match node:
        case YamlScalar(str() as value):
            if "$" in value:
                yield value
        case YamlMap(entries):
            for item in entries.values():
                yield from _texts(item)
        case YamlList(items):
            for item in items:
                yield from _texts(item)
        case YamlScalar():
            return
