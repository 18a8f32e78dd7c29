"""Let a service take over another one, of the same file or of another."""

import os.path
from dataclasses import dataclass, field

from kompyle.compose import canonical, filepath, paths, suspicions
from kompyle.compose.composer import Document
from kompyle.compose.context import Context
from kompyle.compose.merge import cleared, merge
from kompyle.compose.source import YamlMap, YamlNode, YamlScalar
from kompyle.compose.suggest import did_you_mean
from kompyle.diagnostics import Position
from kompyle.keypath import KeyPath

_Link = tuple[str, str]
"""A file and a service in it: one step of a chain of ``extends``."""

MAX_CHAIN = 100
"""Services that may extend each other in a row."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The services of one document, and what it clears; other files are read once."""

    file: str
    services: dict[str, YamlNode]
    cleared: tuple[KeyPath, ...]
    context: Context
    others: dict[str, "_Scope | None"] = field(default_factory=dict)


def extended(root: YamlMap, document: Document, file: str, context: Context) -> YamlMap:
    """Resolve every ``extends`` of a document (interpolated already)."""
    services = root.get("services")
    if not isinstance(services, YamlMap):
        return root
    scope = _Scope(file, services.entries, document.cleared, context)
    resolved = {name: _resolved(name, scope, ()) for name in services.entries}
    if all(resolved[name] is node for name, node in services.entries.items()):
        return root
    return root.with_entries(services=YamlMap(resolved, services.position))


def _resolved(name: str, scope: _Scope, chain: tuple[_Link, ...]) -> YamlNode:
    service = scope.services[name]
    reference = service.get("extends") if isinstance(service, YamlMap) else None
    if not isinstance(service, YamlMap) or reference is None:
        return service
    own = service.without("extends")
    link = (scope.file, name)
    if link in chain:
        _tell_circle((*chain, link), name, reference.position, scope)
        return own
    if len(chain) == MAX_CHAIN:
        fact = f"more than {MAX_CHAIN} services extend each other in a row"
        place = ("services", name, "extends")
        scope.context.report.error("extends-cycle", place, fact, reference.position)
        return own
    target = _target(name, reference, scope)
    if target is None:
        return own
    base_name, base_scope = target
    base = _resolved(base_name, base_scope, (*chain, link))
    if not isinstance(base, YamlMap):
        return own
    path = ("services", name)
    below = tuple(found[2:] for found in scope.cleared if found[:2] == path)
    return merge(cleared(base, below), own, path, scope.context.report)


def _target(name: str, reference: YamlNode, scope: _Scope) -> tuple[str, _Scope] | None:
    """Find the service that is extended and the document that it stands in."""
    report, path = scope.context.report, ("services", name, "extends")
    file = None
    wanted: object = reference.value if isinstance(reference, YamlScalar) else None
    if isinstance(reference, YamlMap):
        wanted, file = reference.value("service"), reference.get("file")
        suspicions.unknown_keys(reference, ("service", "file"), path, report)
        if isinstance(file, YamlScalar) and file.value is None:
            file = None
    if not isinstance(wanted, str):
        fact = "expected the name of a service, or a map with `service`"
        report.error("missing-key", path, fact, reference.position)
        return None
    if file is not None:
        found = _file_scope(file, path, scope)
        if found is None:
            return None
        scope = found
    if wanted not in scope.services:
        where = scope.context.files.shown(scope.file)
        fact = f"there is no service {wanted!r} in {where} to extend"
        way_out = did_you_mean(wanted, scope.services)
        report.error(
            "undefined-reference", path, fact, reference.position, help=way_out
        )
        return None
    return wanted, scope


def _file_scope(file: YamlNode, path: KeyPath, scope: _Scope) -> _Scope | None:
    context, report = scope.context, scope.context.report
    name = file.value if isinstance(file, YamlScalar) else None
    if not isinstance(name, str):
        fact = "expected the path of a file"
        report.error("wrong-type", (*path, "file"), fact, file.position)
        return None
    if filepath.is_remote(name):
        _refuse_remote(name, (*path, "file"), file.position, context)
        return None
    full = context.base.absolute(name)
    if not context.files.exists(full):
        fact = f"the file {name} does not exist"
        report.error("unreadable-file", (*path, "file"), fact, file.position)
        return None
    if full not in scope.others:
        scope.others[full] = _read_scope(full, path, file.position, scope)
    return scope.others[full]


def _read_scope(
    file: str, path: KeyPath, place: Position, scope: _Scope
) -> _Scope | None:
    context = scope.context
    documents = context.files.documents(file, context.report)
    folder = os.path.dirname(file)
    there = context.at(folder)
    root: YamlNode = YamlMap({}, place)
    clears: tuple[KeyPath, ...] = ()
    for document in documents:
        filled = there.filled(document.root)
        root = merge(cleared(root, document.cleared), filled, (), context.report)
        clears += document.cleared
    services = root.get("services") if isinstance(root, YamlMap) else None
    if not isinstance(services, YamlMap):
        if documents:
            fact = f"{context.files.shown(file)} has no services to extend"
            context.report.error("undefined-reference", path, fact, place)
        return None
    only = YamlMap({"services": services}, place)
    full = paths.resolved(canonical.canonical(only, there.canonical), there.base)
    return _Scope(file, full.map("services"), clears, context, scope.others)


def _refuse_remote(name: str, path: KeyPath, place: Position, context: Context) -> None:
    fact = f"{name} lies on another machine; Kompyle reads local files only"
    way_out = "Fetch it first and name the local file."
    context.report.error("remote-source", path, fact, place, help=way_out)


def _tell_circle(
    chain: tuple[_Link, ...], name: str, place: Position, scope: _Scope
) -> None:
    start = chain.index(chain[-1])
    names = " -> ".join(service for _, service in chain[start:])
    path = ("services", name, "extends")
    fact = f"services extend each other in a circle: {names}"
    scope.context.report.error("extends-cycle", path, fact, place)
