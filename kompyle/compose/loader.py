"""Load one model from its files: the passes of reading, in order."""

from kompyle.compose import canonical, paths, rules
from kompyle.compose.composer import Document
from kompyle.compose.context import Context
from kompyle.compose.defaults import with_defaults
from kompyle.compose.environment import contents
from kompyle.compose.environment import resolved as environment_resolved
from kompyle.compose.extends import extended
from kompyle.compose.include import included
from kompyle.compose.merge import cleared, merge
from kompyle.compose.schema import checked
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.compose.unicity import unique
from kompyle.compose.validation import validate
from kompyle.diagnostics import Position
from kompyle.keypath import KeyPath


def load_model(files: tuple[str, ...], context: Context) -> YamlMap:
    """Read *files* (absolute paths, the base first) into one canonical model."""
    model: YamlMap | None = None
    for file in files:
        for document in context.files.documents(file, context.report):
            model = _laid_over(model, document, file, context)
    if model is None:
        return YamlMap({}, Position(context.files.shown(files[0]), 1, 1))
    model = with_defaults(model)
    validate(model, context.report)
    if context.resolves_paths:
        model = paths.resolved(model, context.base)
    context.contents.update(contents(model, context.environment))
    return environment_resolved(model, context.environment)


def _laid_over(
    base: YamlMap | None, document: Document, file: str, context: Context
) -> YamlMap:
    """Take one document through every pass, and lay it over what came before."""
    root = _mapping(document.root, base, context)
    root = _mapping(context.filled(root), base, context)
    root = included(root, document.cleared, context, load_model)
    root = extended(root, document, file, context)
    model = root if base is None else _merged(base, root, document, context)
    model = unique(model, context.report)
    model = checked(model, context.report).without("version")
    model = canonical.canonical(model, context.canonical)
    return unique(rules.apply_to_map(_DNS, model, None), context.report)


def _merged(
    base: YamlMap, root: YamlMap, document: Document, context: Context
) -> YamlMap:
    merged = merge(cleared(base, document.cleared), root, (), context.report)
    assert isinstance(merged, YamlMap)
    return merged


def _mapping(root: YamlNode, base: YamlMap | None, context: Context) -> YamlMap:
    """Insist that a document is a map."""
    if isinstance(root, YamlMap):
        return root
    is_text = isinstance(root, YamlScalar) and root.value is not None
    found = (
        "a list" if isinstance(root, YamlList) else "a text" if is_text else "nothing"
    )
    fact = f"a Compose file is a map of `services:` and more, not {found}"
    context.report.error("invalid-compose", (), fact, root.position)
    return YamlMap({}, base.position if base else root.position)


def _without_blanks(node: YamlNode, _path: KeyPath, _context: None) -> YamlNode | None:
    if not isinstance(node, YamlList):
        return node
    items = tuple(
        item
        for item in node.items
        if not (isinstance(item, YamlScalar) and item.value == "")
    )
    return YamlList(items, node.position)


_DNS = rules.compiled({"services.*.dns": _without_blanks})
