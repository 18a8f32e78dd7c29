"""``kompyle down``: remove what ``up`` made; volumes only when told to."""

from typing import Annotated

import typer

from kompyle.cli.options import Choice, Loudness, Named, Narration, Where
from kompyle.cli.selection import project_of


def down(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    named: Named,
    where: Where,
    narration: Narration,
    loudness: Loudness,
    volumes: Annotated[
        bool, typer.Option("-v", "--volumes", help="Delete volumes, with their data.")
    ] = False,
    delete_namespace: Annotated[
        bool,
        typer.Option("--delete-namespace", help="Delete the namespace that up made."),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until all Pods have ended.")
    ] = True,
    timeout: Annotated[
        str, typer.Option("--timeout", help="Longest wait, as 90s.")
    ] = "2m",
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Say yes to all questions.")
    ] = False,
) -> None:
    """Remove a project from a cluster; its volumes stay."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, duration, target
    from kompyle.cluster.down import Down, Removal
    from kompyle.cluster.target import connect

    name, contexts = project_of(context, choice)
    removal = Removal(
        volumes=volumes,
        namespace=delete_namespace,
        waits=wait,
        timeout=duration(timeout, "--timeout"),
        confirm=lambda names: yes or _confirmed(names),
    )
    with stoppable() as cancel:
        place = connect(target(where, named.namespace), cancel)
        with narrator(narration, loudness) as tell:
            work = Down(place, name, removal, tell, cancel, contexts)
            outcome = work.remove(caller(where, agrees=yes))
    raise typer.Exit(int(outcome.code))


def _confirmed(names: list[str]) -> bool:
    from kompyle.cli.target import ask

    listing = ", ".join(name.partition("/")[2] for name in names)
    answer = ask(f"Delete {listing}, with all data in them? [y/N] ")
    return (answer or "").lower() in {"y", "yes"}
