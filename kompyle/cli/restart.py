"""``kompyle restart``: start the Pods of services anew."""

import typer

from kompyle.cli.options import Choice, Named, Narration, Tone, Where
from kompyle.cli.reaching import chosen, reach
from kompyle.cli.running import Running, Settling


def restart(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    where: Where,
    named: Named,
    settling: Settling,
    narration: Narration,
    tone: Tone,
    services: Running = None,
) -> None:
    """Start the Pods of services anew, and wait until they work."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, patience

    timeout = patience(settling)
    with stoppable() as cancel, narrator(narration, tone) as tell:
        found = reach(context, choice, where, named, cancel)
        from kompyle.cluster.events import What
        from kompyle.cluster.renewal import Renewal
        from kompyle.cluster.restart import restarts

        changes, notices = restarts(found, chosen(found, services))
        renewal = Renewal(found, What.RESTARTED, timeout, tell, cancel)
        agreed = caller(where, agrees=settling.yes)
        outcome = renewal.carry_out(changes, agreed, notices)
    raise typer.Exit(int(outcome.code))
