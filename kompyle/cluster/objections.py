"""What speaks against carrying a plan out, though the server would take each object."""

from collections.abc import Iterator

from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import App
from kompyle.cluster.applyset import TOOL, project_of, tool_of
from kompyle.cluster.choices import Choices
from kompyle.cluster.outcome import Problem
from kompyle.cluster.planning import Plan
from kompyle.cluster.rights import missing
from kompyle.cluster.transport import Api

_MANY, _MOST = 10, 0.5
"""A set of so many objects is not reduced by more than this part without a yes."""


def objections(api: Api, plan: Plan, app: App, choices: Choices) -> list[Problem]:
    """Return all reasons not to carry a plan out; missing rights explain the rest."""
    if any(item.reason == str(Meaning.FORBIDDEN) for item in plan.problems):
        lacking = missing(api, app, plan.namespace)
        if lacking:
            return lacking
    return [*dict.fromkeys(plan.problems), *doubts(plan, app, choices)]


def doubts(plan: Plan, app: App, choices: Choices) -> Iterator[Problem]:
    """Yield what is wrong with the set as a whole."""
    name = f"{plan.home.kind}/{plan.home.name}"
    if plan.parent:
        tool, project = tool_of(plan.parent), project_of(plan.parent)
        if tool != TOOL:
            fact = f"the objects of this project are managed by {tool or 'nobody'}"
            way_out = "Let it go on, or hand them over: kompyle handover kompyle."
            yield Problem(name, "ForeignSet", fact, help=way_out)
        if project and project != app.name:
            fact = f"another project, {project!r}, has the same name in this cluster"
            way_out = "Give one of them another name, or another namespace."
            yield Problem(name, "NameTaken", fact, help=way_out)
    yield from _too_few(plan, name, choices)


def _too_few(plan: Plan, name: str, choices: Choices) -> Iterator[Problem]:
    """Yield what is odd about the number of objects that would be deleted."""
    gone = plan.superfluous
    if not plan.steps and not choices.allows_empty:
        fact = "there is nothing to deploy"
        way_out = "To remove what is there, say `kompyle down`."
        yield Problem(name, "EmptySet", fact, help=way_out)
        return
    members = len(plan.extra) + sum(step.live is not None for step in plan.steps)
    is_much = members >= _MANY and len(gone) > _MOST * members
    if is_much and choices.prunes and not choices.agrees:
        fact = f"{len(gone)} of {members} objects would be deleted"
        way_out = "Say --yes if that is what you want, or --no-prune to keep them."
        yield Problem(name, "MassDeletion", fact, help=way_out)
