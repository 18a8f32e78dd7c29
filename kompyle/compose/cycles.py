"""Find services that wait for each other in a circle."""

import itertools
from collections.abc import Iterable, Mapping

from kompyle.compose.normalize import SHARED_WITH
from kompyle.compose.source import YamlMap, YamlNode, leaves, position
from kompyle.diagnostics import Position, Report


def dependency_cycle(model: YamlMap, report: Report) -> None:
    """Report circles of dependencies, in the order of names; each service in one."""
    waits_for = {
        name: sorted(service.map("depends_on"))
        for name, service in sorted(model.maps("services").items())
    }
    finished: set[str] = set()
    for start in waits_for:
        found = circle(start, waits_for, finished)
        if found:
            finished.update(found)
            _tell(found, model, report)


def circle(
    start: str, waits_for: Mapping[str, Iterable[str]], finished: set[str]
) -> list[str] | None:
    """Return the names of a circle, the first one again at its end; or None.

    The walk is depth first from *start*, without recursion: chains can be long.
    """
    route = dict.fromkeys([start])
    pending = [iter(waits_for.get(start, ()))]
    while route:
        name = next(pending[-1], None)
        if name is None:
            finished.add(route.popitem()[0])
            pending.pop()
        elif name in route:
            names = list(route)
            return [*names[names.index(name) :], name]
        elif name not in finished:
            route[name] = None
            pending.append(iter(waits_for.get(name, ())))
    return None


def _tell(circle: list[str], model: YamlMap, report: Report) -> None:
    edges = [_edge(*pair, model) for pair in itertools.pairwise(circle)]
    path = ("services", circle[0], "depends_on", circle[1])
    fact = f"services wait for each other: {' -> '.join(circle)}"
    report.error(
        "dependency-cycle", path, fact, position(model, path), help="; ".join(edges)
    )


def _edge(first: str, second: str, model: YamlMap) -> str:
    """Say where one service is made to wait for another, and by which key."""
    place = position(model, ("services", first, "depends_on", second))
    service = model.maps("services")[first]
    implied = [
        key
        for key in ("links", "volumes_from", *SHARED_WITH)
        if key in service.entries and place in _positions(service.entries[key])
    ]
    key = implied[0] if implied else "depends_on"
    return f"{first} needs {second} ({key}, {place})"


def _positions(node: YamlNode) -> set[Position]:
    return {found.position for _, found in leaves(node)}
