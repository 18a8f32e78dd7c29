"""``kompyle rollback``: deploy an earlier revision again."""

from typing import Annotated

import typer

from kompyle.cli.options import Choice, Named, Narration, Tone, Where
from kompyle.cli.reaching import project_name
from kompyle.cli.running import Settling


def rollback(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    named: Named,
    where: Where,
    narration: Narration,
    tone: Tone,
    settling: Settling,
    revision: Annotated[
        int | None, typer.Argument(help="Its number; the one before, if none is given.")
    ] = None,
    recreate: Annotated[
        bool, typer.Option("--recreate", help="Make anew what cannot be changed.")
    ] = False,
) -> None:
    """Deploy an earlier revision again; volumes keep their data."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, duration, target
    from kompyle.cluster.choices import Choices, Wishes
    from kompyle.cluster.revisions import wanted
    from kompyle.cluster.target import connect
    from kompyle.cluster.up import Up

    name = project_name(context, choice)
    with stoppable() as cancel:
        place = connect(target(where, named.namespace), cancel)
        found = wanted(place.api, place.namespace, name, revision)
        choices = Choices(
            waits=settling.wait,
            timeout=duration(settling.timeout, "--timeout"),
            agrees=settling.yes,
            wishes=Wishes(recreates=recreate),
        )
        note = f"rollback to {found.number}"
        with narrator(narration, tone) as tell:
            work = Up(place, found.app(), choices, tell, cancel, note)
            outcome = work.deploy(caller(where, agrees=settling.yes))
    raise typer.Exit(int(outcome.code))
