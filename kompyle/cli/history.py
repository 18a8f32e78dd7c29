"""``kompyle history`` and ``kompyle rollback``: what was deployed, and back to it."""

from typing import Annotated

import typer

from kompyle.cli.options import (
    Choice,
    Format,
    Named,
    Narration,
    Timeout,
    Tone,
    Where,
    Yes,
)
from kompyle.cli.selection import project_of

_REFUSED = 4


def history(
    context: typer.Context,
    choice: Choice,
    named: Named,
    where: Where,
    format: Annotated[  # noqa: A002 - as everywhere
        Format | None, typer.Option("--format", help="json or yaml, to read on.")
    ] = None,
) -> None:
    """List the revisions of a project that the cluster keeps."""
    from kompyle import console
    from kompyle.cli import tables
    from kompyle.cli.target import target
    from kompyle.cluster.revisions import revisions
    from kompyle.cluster.target import connect
    from kompyle.errors import ClusterError

    name, _ = project_of(context, choice)
    place = connect(target(where, named.namespace))
    found = revisions(place.api, place.namespace, name)
    if found is None:
        fact = f"you may not list Secrets in {place.namespace}, which hold revisions"
        raise ClusterError(fact, _REFUSED)
    rows = [
        {
            "revision": item.number,
            "status": item.status,
            "objects": item.objects,
            "created": item.at.isoformat().replace("+00:00", "Z"),
            "note": item.note,
        }
        for item in found
    ]
    if not rows and not format:
        fact = f"there are no revisions of {name} in namespace {place.namespace}"
        raise ClusterError(fact, _REFUSED)
    console.show(tables.shown(rows, format))


def rollback(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    named: Named,
    where: Where,
    narration: Narration,
    tone: Tone,
    revision: Annotated[
        int | None, typer.Argument(help="Its number; the one before, if none is given.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until everything works.")
    ] = True,
    timeout: Timeout = "10m",
    yes: Yes = False,
) -> None:
    """Deploy an earlier revision again; volumes keep their data."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, duration, target
    from kompyle.cluster.choices import Choices, Wishes
    from kompyle.cluster.revisions import wanted
    from kompyle.cluster.target import connect
    from kompyle.cluster.up import Up

    name, _ = project_of(context, choice)
    with stoppable() as cancel:
        place = connect(target(where, named.namespace), cancel)
        found = wanted(place.api, place.namespace, name, revision)
        choices = Choices(
            waits=wait,
            timeout=duration(timeout, "--timeout"),
            agrees=yes,
            wishes=Wishes(recreates=True),
        )
        note = f"rollback to {found.number}"
        with narrator(narration, tone) as tell:
            work = Up(place, found.app(), choices, tell, cancel, note)
            outcome = work.deploy(caller(where, agrees=yes))
    raise typer.Exit(int(outcome.code))
