"""Find services that wait for each other in a circle."""

import itertools

from kompyle.compose.source import YamlMap, position
from kompyle.diagnostics import Report


def dependency_cycle(model: YamlMap, report: Report) -> None:
    """Report the first circle of dependencies, in the order of names."""
    waits_for = {
        name: sorted(service.map("depends_on"))
        for name, service in sorted(model.maps("services").items())
    }
    finished: set[str] = set()
    for start in waits_for:
        circle = _circle(start, waits_for, finished)
        if circle:
            _tell(circle, model, report)
            return


def _circle(
    start: str, waits_for: dict[str, list[str]], finished: set[str]
) -> list[str] | None:
    """Walk depth first from *start*, without recursion: chains can be long."""
    route = [start]
    pending = [iter(waits_for.get(start, ()))]
    while route:
        name = next(pending[-1], None)
        if name is None:
            finished.add(route.pop())
            pending.pop()
        elif name in route:
            return [*route[route.index(name) :], name]
        elif name not in finished:
            route.append(name)
            pending.append(iter(waits_for.get(name, ())))
    return None


def _tell(circle: list[str], model: YamlMap, report: Report) -> None:
    edges = [
        f"{first} needs {second} ({position(model, ('services', first, 'depends_on', second))})"
        for first, second in itertools.pairwise(circle)
    ]
    path = ("services", circle[0], "depends_on", circle[1])
    fact = f"services wait for each other: {' -> '.join(circle)}"
    report.error(
        "dependency-cycle", path, fact, position(model, path), help="; ".join(edges)
    )
