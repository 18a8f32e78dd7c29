"""Say what `up` would change, without changing anything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kompyle.cluster.app import App, reference
from kompyle.cluster.applyset import TOOL
from kompyle.cluster.choices import Choices
from kompyle.cluster.differences import difference, drift
from kompyle.cluster.masking import Mask
from kompyle.cluster.namespaces import exists
from kompyle.cluster.outcome import Problem
from kompyle.cluster.planning import Change, Plan, blind_plan, plan
from kompyle.cluster.target import Place, home_of

_KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Differences:
    """What `up` would do: by object, as a unified diff without secret values."""

    changes: tuple[tuple[str, str], ...]
    text: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether `up` has nothing to do; what it keeps is no change."""
        is_kept = all(change == _KEEP for _, change in self.changes)
        return is_kept and not self.problems


def differences(place: Place, app: App, choices: Choices) -> Differences:
    """Compare a project with what is in the cluster."""
    home = home_of(app.name, place.namespace)
    is_there = exists(place.api, place.namespace)
    found = (
        plan(place.api, app, home, choices.wishes)
        if is_there
        else blind_plan(app, home)
    )
    if not choices.prunes:
        found = replace(found, extra=())
    mask = Mask(app)
    return Differences(
        tuple(_changes(found)),
        mask.text("\n".join(_lines(found))),
        tuple(map(mask.problem, found.problems)),
        tuple(map(mask.text, found.warnings)),
        tuple(_drift(found)),
    )


def _changes(found: Plan) -> Iterator[tuple[str, str]]:
    for step in found.changes:
        yield step.name, str(step.change)
    gone = set(map(reference, found.superfluous))
    for name in map(reference, found.extra):
        yield name, "delete" if name in gone else _KEEP


def _lines(found: Plan) -> Iterator[str]:
    for step in found.changes:
        live = None if step.change is Change.REPLACE else step.live
        lines = list(difference(live, step.outcome, step.name))
        yield from lines or [f"# {step.name}: its values stay, and become ours"]
    for item in found.superfluous:
        yield from difference(item, None, reference(item))


def _drift(found: Plan) -> Iterator[str]:
    """Yield the fields of our objects that others have set."""
    for step in found.steps:
        for field, manager in drift(step.live, TOOL) if step.live else ():
            yield f"{step.name}: {field} (owned by {manager})"
