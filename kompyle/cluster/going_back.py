"""Go back when a run has failed: to the last revision that worked, if there is one."""

from dataclasses import replace

from kompyle.cluster.app import App, reference
from kompyle.cluster.applyset import group_kind
from kompyle.cluster.choices import Choices, Wishes
from kompyle.cluster.events import Phase, What
from kompyle.cluster.outcome import Code, Problem
from kompyle.cluster.planning import Plan, plan
from kompyle.cluster.resources import KEPT
from kompyle.cluster.revisions import Revision
from kompyle.cluster.rollout import Rollout, lost
from kompyle.errors import ClusterError

_OF_BEFORE = (What.UPDATED, What.REPLACED, What.DELETED)
"""What a run does to objects that were there before it."""

_STUCK = frozenset((Code.REFUSED, Code.NO_CLUSTER, Code.INTERRUPTED))
"""Ends of the way back after which it is not known what there is."""


Ended = tuple[Code, tuple[Problem, ...]]
"""How a run ended after all, and what stood in the way."""


def gone_back(rollout: Rollout, good: Revision | None) -> Ended:
    """Bring the *good* revision back, or else delete what the run has made."""
    try:
        return _restored(rollout, good) if good else _undone(rollout)
    except ClusterError as error:
        if rollout.cancel.is_asked:
            return Code.INTERRUPTED, ()
        problem = lost(error, rollout.place.namespace)
        rollout.teller.problem(problem)
        return rollout.code, (problem,)


def _restored(rollout: Rollout, good: Revision) -> Ended:
    rollout.teller.notice(f"going back to revision {good.number}", Phase.ROLLBACK)
    before = good.app()
    wishes = Wishes(forces=True, recreates=True)
    found = plan(rollout.place.api, before, rollout.plan.home, wishes)
    if rollout.cancel.is_asked:  # it may lack what it did not come to
        return Code.INTERRUPTED, ()
    found = _sparing_adopted(rollout, found)
    choices = replace(rollout.choices, prunes=True, wishes=wishes)
    back = _rollout(rollout, before, found, choices)
    back.carry_out()
    return _ended(rollout, back)


def _sparing_adopted(rollout: Rollout, found: Plan) -> Plan:
    """Leave alone what the run has adopted: it was there before, and is no rest."""
    adopted = {step.name for step in rollout.plan.steps if step.adopts}
    stays = [item for item in found.extra if reference(item) in adopted]
    for item in stays:
        text = f"{reference(item)} was adopted, and stays"
        rollout.teller.notice(text, Phase.ROLLBACK)
    extra = tuple(item for item in found.extra if item not in stays)
    hidden = found.hidden.union(map(group_kind, stays))
    return replace(found, extra=extra, hidden=hidden)


def _undone(rollout: Rollout) -> Ended:
    """Delete what the run has made; what was there before stays as it is now."""
    made = tuple(rollout.applying.made)
    is_lasting = all(item["kind"] in KEPT for item in made)
    what = "nothing is put back" if is_lasting else "what this run has made is deleted"
    rollout.teller.notice(f"no revision is known to work: {what}", Phase.ROLLBACK)
    objects = rollout.applying.objects
    stays = sorted(name for what in _OF_BEFORE for name in objects.get(what, ()))
    if stays:
        text = f"not put back as it was: {', '.join(stays)}"
        rollout.teller.notice(text, Phase.ROLLBACK)
    undoing = Plan(rollout.plan.home, (), made)
    back = _rollout(rollout, rollout.app, undoing, rollout.choices)
    back.undo()
    code, problems = _ended(rollout, back)
    is_left = back.code is Code.DONE and (stays or is_lasting)
    return (rollout.code if is_left else code), problems


def _rollout(rollout: Rollout, app: App, found: Plan, choices: Choices) -> Rollout:
    return Rollout(rollout.place, app, found, choices, rollout.teller, rollout.cancel)


def _ended(rollout: Rollout, back: Rollout) -> Ended:
    if back.code is Code.DONE:
        return Code.ROLLED_BACK, ()
    return back.code if back.code in _STUCK else rollout.code, back.problems
