"""``kompyle down``: remove what ``up`` made; volumes only when told to."""

import typer

from kompyle.cli.options import (
    Choice,
    Named,
    Narration,
    Removing,
    Timeout,
    Tone,
    Where,
    Yes,
)
from kompyle.cli.selection import project_of


def down(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    named: Named,
    where: Where,
    narration: Narration,
    tone: Tone,
    removing: Removing,
    timeout: Timeout = "2m",
    yes: Yes = False,
) -> None:
    """Remove a project from a cluster; its volumes stay."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, duration, target
    from kompyle.cluster.down import Down, Removal
    from kompyle.cluster.target import connect

    name, contexts = project_of(context, choice)
    removal = Removal(
        volumes=removing.volumes,
        namespace=removing.delete_namespace,
        waits=removing.wait,
        timeout=duration(timeout, "--timeout"),
        confirm=lambda names: yes or _confirmed(names),
    )
    with stoppable() as cancel:
        place = connect(target(where, named.namespace), cancel)
        with narrator(narration, tone) as tell:
            work = Down(place, name, removal, tell, cancel, contexts)
            outcome = work.remove(caller(where, agrees=yes))
    raise typer.Exit(int(outcome.code))


def _confirmed(names: list[str]) -> bool:
    from kompyle.cli.target import ask

    answer = ask(f"Delete {', '.join(names)}, with all data in them? [y/N] ")
    return (answer or "").lower() in {"y", "yes"}
