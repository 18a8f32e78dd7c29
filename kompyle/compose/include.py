"""Bring in other Compose projects: ``include``, each read in its own folder."""

import os.path
from collections.abc import Callable
from dataclasses import dataclass, replace

from kompyle.compose import dotenv, filepath, suspicions
from kompyle.compose.context import Context
from kompyle.compose.environment import report_faults
from kompyle.compose.files import UnreadableError
from kompyle.compose.merge import cleared, merge
from kompyle.compose.source import YamlList, YamlMap, YamlNode, YamlScalar
from kompyle.diagnostics import Position
from kompyle.keypath import KeyPath

Load = Callable[[tuple[str, ...], Context], YamlMap]
"""Loads a whole model from files (the loader, which calls this module)."""

MAX_NESTED = 30
"""Files that may include each other in a row; reading them recurses."""

MAX_INCLUDED = 1000
"""Files that one project may include, each as often as it is included."""

_KINDS = ("services", "volumes", "networks", "secrets", "configs", "models")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item of ``include``, with absolute paths; ``places`` are those of files."""

    files: tuple[str, ...]
    places: tuple[Position, ...]
    folder: str
    env_files: tuple[str, ...] | None
    path: KeyPath
    position: Position


def included(
    root: YamlMap, clears: tuple[KeyPath, ...], context: Context, load: Load
) -> YamlMap:
    """Replace ``include`` by what it brings in; the document's own keys lie over it."""
    if "include" not in root.entries:
        return root
    entries = _entries(root.entries["include"], context)
    root = root.without("include")
    for entry in entries:
        inner = _context(entry, context)
        if inner is not None:
            model = load(entry.files, inner)
            root = _imported(root, model, clears, context)
    return root


def _entries(node: YamlNode, context: Context) -> list[_Entry]:
    if isinstance(node, YamlScalar) and node.value is None:
        return []
    if not isinstance(node, YamlList):
        fact = "expected a list of files"
        context.report.error("wrong-type", ("include",), fact, node.position)
        return []
    found = [_entry(item, index, context) for index, item in enumerate(node.items)]
    return [entry for entry in found if entry]


def _entry(item: YamlNode, index: int, context: Context) -> _Entry | None:
    path: KeyPath = ("include", index)
    listed = (
        item if isinstance(item, YamlMap) else YamlMap({"path": item}, item.position)
    )
    if not _is_well_formed(listed, path, context):
        return None
    suspicions.unknown_keys(listed, _ACCEPTS, path, context.report)
    names = _texts(listed.get("path"))
    if not names and isinstance(listed.get("path"), YamlList):
        return None
    if not names:
        fact = "expected the path of a Compose file, or a map with `path`"
        context.report.error("wrong-type", path, fact, item.position)
        return None
    if any(map(filepath.is_remote, names)):
        fact = f"{names[0]} lies on another machine; Kompyle reads local files only"
        way_out = "Fetch it first and name the local file."
        context.report.error("remote-source", path, fact, item.position, help=way_out)
        return None
    files = tuple(map(context.base.absolute, names))
    folder = listed.text("project_directory")
    absolute = context.base.absolute(folder) if folder else os.path.dirname(files[0])
    env_files = None
    if "env_file" in listed.entries:
        env_files = tuple(map(context.base.absolute, _texts(listed.get("env_file"))))
    places = _places(listed.get("path"))
    return _Entry(files, places, absolute, env_files, path, item.position)


def _is_well_formed(entry: YamlMap, path: KeyPath, context: Context) -> bool:
    """Check the types of an entry, which no schema sees."""
    wrong = [
        key
        for key, accepts in _ACCEPTS.items()
        if key in entry.entries and not accepts(entry.entries[key])
    ]
    for key in wrong:
        fact = "expected a text" + (" or a list of texts" if key != _FOLDER else "")
        place = entry.entries[key].position
        context.report.error("wrong-type", (*path, key), fact, place)
    return not wrong


def _is_text(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and isinstance(node.value, str)


def _is_folder(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and not isinstance(node.value, bool)


def _is_text_or_list(node: YamlNode) -> bool:
    if isinstance(node, YamlList):
        return all(map(_is_text, node.items))
    return _is_text(node) or (isinstance(node, YamlScalar) and node.value is None)


_FOLDER = "project_directory"
_ACCEPTS = {
    "path": _is_text_or_list,
    "env_file": _is_text_or_list,
    _FOLDER: _is_folder,
}


def _texts(node: YamlNode | None) -> list[str]:
    items = node.items if isinstance(node, YamlList) else (node,)
    values = [item.value for item in items if isinstance(item, YamlScalar)]
    return [value for value in values if isinstance(value, str)]


def _places(node: YamlNode | None) -> tuple[Position, ...]:
    items = node.items if isinstance(node, YamlList) else (node,)
    return tuple(item.position for item in items if isinstance(item, YamlScalar))


def _context(entry: _Entry, context: Context) -> Context | None:
    """Return how an included project is read; None when it cannot be."""
    if _are_too_many(entry, context):
        return None
    environment = _environment(entry, context)
    found = [_is_there(file, entry, context) for file in entry.files]
    if not all(found):
        return None
    including = (*context.including, *entry.files)
    return replace(
        context,
        folder=entry.folder,
        environment=environment,
        including=including,
        resolves_paths=True,
    )


def _is_there(file: str, entry: _Entry, context: Context) -> bool:
    """Look at one file of an entry; every fault is told, not only the first."""
    place = entry.places[entry.files.index(file)]
    if file in context.including:
        route = " -> ".join(map(context.files.shown, (*context.including, file)))
        fact = f"files include each other in a circle: {route}"
        context.report.error("include-cycle", entry.path, fact, place)
        return False
    if not context.files.exists(file):
        fact = f"the file {context.files.shown(file)} does not exist"
        context.report.error("unreadable-file", entry.path, fact, place)
        return False
    context.files.documents(file, context.report)
    return True


def _are_too_many(entry: _Entry, context: Context) -> bool:
    context.included.extend(entry.files)
    if len(context.included) > MAX_INCLUDED:
        fact = f"more than {MAX_INCLUDED:,} files are included"
    elif len(context.including) > MAX_NESTED:
        fact = f"more than {MAX_NESTED} files include each other in a row"
    else:
        return False
    context.report.error("include-cycle", entry.path, fact, entry.position)
    return True


def _environment(entry: _Entry, context: Context) -> dict[str, str]:
    """Lay the includer's variables over those of the entry's env files."""
    files = entry.env_files
    if files is None:
        default = filepath.join(entry.folder, ".env")
        files = (default,) if context.files.is_file(default) else ()
    found: dict[str, str] = {}
    for file in files:
        if file == "/dev/null":
            continue
        known = found | context.environment
        try:
            found |= dotenv.parse(context.files.text(file), known.get)
        except UnreadableError as error:
            fact = f"the env file {context.files.shown(file)} {error}"
            context.report.error("bad-env-file", entry.path, fact, entry.position)
        except dotenv.DotenvError as error:
            report_faults(error, context.files.shown(file), (), context.report)
    return found | context.environment


def _imported(
    root: YamlMap, model: YamlMap, clears: tuple[KeyPath, ...], context: Context
) -> YamlMap:
    """Lay the document over the included model, resource by resource."""
    entries = dict(root.entries)
    for kind in _KINDS:
        theirs = model.get(kind)
        if not isinstance(theirs, YamlMap) or not theirs.entries:
            continue
        ours = entries.get(kind)
        if not isinstance(ours, YamlMap):
            entries[kind] = theirs
            continue
        relevant = tuple(path[1:] for path in clears if path[:1] == (kind,))
        base = cleared(theirs, relevant)
        entries[kind] = merge(base, ours, (kind,), context.report)
    return YamlMap(entries, root.position)
