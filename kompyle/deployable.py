"""Make an App of a conversion: the cluster's side knows nothing of Compose files."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from threading import Lock

from kompyle.cluster.app import NAME, WORKLOADS, App, Part, Published, reference
from kompyle.compose.project import Project
from kompyle.compose.service import Service
from kompyle.compose.source import plain, position
from kompyle.keypath import render
from kompyle.mapping.sealing import origins
from kompyle.pipeline import Result, convert


def app_for(result: Result, namespace: str) -> App:
    """Return a conversion as it is for the namespace that it goes to."""
    options = replace(result.options, namespace=namespace, create_namespace=False)
    is_same = result.options == options
    return app_of(result if is_same else convert(result.project, options))


def app_of(result: Result) -> App:
    """Take what is to be deployed from a conversion."""
    project = result.project
    manifests = tuple(item for item in result.manifests if item["kind"] != "Namespace")
    running = {
        item["metadata"]["labels"].get(NAME): reference(item)
        for item in manifests
        if item["kind"] in WORKLOADS
    }
    services = result.plan.services.values()
    parts = (_part(service, result, running) for service in services)
    return App(
        name=project.name,
        manifests=manifests,
        parts={part.service: part for part in parts if part.workload},
        is_whole=not project.chosen,
        contexts=contexts(result.project),
        origin=_origin(result),
    )


def _part(service: Service, result: Result, running: Mapping[str | None, str]) -> Part:
    plan = result.plan
    place = position(result.project.written, service.path)
    return Part(
        service=service.name,
        workload=running.get(plan.host(service), ""),
        container=plan.names[service.name],
        place=str(place),
        waits={found.service: found.condition for found in service.depends_on},
        published=tuple(_published(service)),
        is_built="build" in service.node.entries,
    )


def _published(service: Service) -> Iterator[Published]:
    for port in service.ports:
        if (port.published or "").isdecimal():
            yield Published(int(port.published or 0), port.target, port.protocol)


def contexts(project: Project) -> tuple[str, ...]:
    """Read which contexts a project may go to: ``context`` of ``x-kompyle``."""
    extension = project.model.map("x-kompyle")
    if "context" not in extension:
        return ()
    named = plain(extension["context"])
    return tuple(map(str, named if isinstance(named, list) else [named]))


def _origin(result: Result) -> Callable[[str], str]:
    """Return a function that finds the line that a field came from, when asked."""
    known: dict[str, str] = {}
    reading = Lock()

    def find(asked: str) -> str:
        with reading:  # many ask at once, and the first has all read
            if not known:
                known.update(_places(result))
        names = [asked] if asked.endswith(":") else _prefixes(asked)
        found = (_place(known, name) for name in names)
        return next(filter(None, found), "")

    return find


def _place(known: Mapping[str, str], name: str) -> str:
    """Return the place of a field.

    That of an item of a list, or of a whole object, is the place of its first field.
    """
    if name in known or not name.endswith(("]", ":")):
        return known.get(name, "")
    start = f"{name}." if name.endswith("]") else name
    return next((known[field] for field in known if field.startswith(start)), "")


def _places(result: Result) -> Iterator[tuple[str, str]]:
    """Yield the place of each field; of several that made one, the first."""
    told: set[str] = set()
    for manifest in result.marked:
        for path, made in origins(manifest):
            if made not in told:
                told.add(made)
                place = position(result.project.written, path)
                yield made, f"{place}: {render(path)}"


def _prefixes(asked: str) -> Iterable[str]:
    """Yield a field, and then shorter and shorter ones around it."""
    at = asked
    while ":" in at and not at.endswith(":"):
        yield at
        at = re.sub(r"(?:\.[^.\[\]:]*|\[[^\]]*\]|:[^.\[\]:]+)$", _colon, at, count=1)


def _colon(found: re.Match[str]) -> str:
    return ":" if found[0].startswith(":") else ""
