"""Which variables a project's files use, and what the files say of them."""

from collections.abc import Iterator

from kompyle.compose.discovery import Request, origin
from kompyle.compose.files import Files
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.compose.template import Variable, variables
from kompyle.diagnostics import Report


def used_variables(request: Request) -> list[Variable]:
    """List the variables of the project's own files, by name, each once."""
    report = Report()
    files = Files(request.cwd)
    found = origin(request, files, report)
    if found is None:
        return []
    used: dict[str, Variable] = {}
    for file in found.files:
        for document in files.documents(file, report):
            for text in _texts(document.root):
                for variable in variables(text):
                    used.setdefault(variable.name, variable)
    return [used[name] for name in sorted(used)]


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
