"""``kompyle scale``: set how many Pods services have."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Choice, Named, Narration, Tone, Where
from kompyle.cli.reaching import part, reach
from kompyle.cli.running import Settling
from kompyle.errors import UsageError

if TYPE_CHECKING:
    from kompyle.cluster.app import Part
    from kompyle.cluster.deployed import Deployed

_UNTIL = "the next `kompyle up` sets the numbers of the Compose file again"


def scale(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    where: Where,
    named: Named,
    settling: Settling,
    narration: Narration,
    tone: Tone,
    numbers: Annotated[list[str], typer.Argument(help="SERVICE=N, and more of these.")],
) -> None:
    """Set how many Pods services have, and wait until they work."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, patience

    wanted = _numbers(numbers)
    timeout = patience(settling)
    with stoppable() as cancel, narrator(narration, tone) as tell:
        found = reach(context, choice, where, named, cancel)
        from kompyle.cluster.events import What
        from kompyle.cluster.renewal import Renewal
        from kompyle.cluster.restart import shared
        from kompyle.cluster.scale import refusals, scales

        chosen = dict(_by_workload(found, wanted.items()))
        renewal = Renewal(found, What.SCALED, timeout, tell, cancel)
        if problems := refusals(found, chosen):
            raise typer.Exit(int(renewal.refuse(problems).code))
        parts = [each for each, _ in chosen.values()]
        notices = [*shared(found, parts, chosen, "is scaled"), _UNTIL]
        agreed = caller(where, agrees=settling.yes)
        outcome = renewal.carry_out(scales(found, chosen), agreed, notices)
    raise typer.Exit(int(outcome.code))


def _numbers(texts: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, number in map(_parsed, texts):
        if found.setdefault(name, number) != number:
            raise UsageError(f"{name} cannot have {found[name]} and {number} Pods")
    return found


def _parsed(text: str) -> tuple[str, int]:
    """Read a service and its number.

    >>> _parsed("web=3")
    ('web', 3)
    """
    name, _, number = text.rpartition("=")
    if not name or not number.isdecimal():
        raise UsageError(f"{text!r}: expected SERVICE=N, as in web=3")
    return name, int(number)


def _by_workload(
    found: "Deployed", wanted: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, tuple["Part", int]]]:
    """Refuse two numbers for services that share a Pod."""
    known: dict[str, tuple[str, int]] = {}
    for name, number in wanted:
        chosen = part(found, name)
        other, before = known.setdefault(chosen.workload, (name, number))
        if before != number:
            fact = f"{other} and {name} share the Pod of {chosen.workload}"
            raise UsageError(f"{fact}; give both the same number")
        yield chosen.workload, (chosen, number)
