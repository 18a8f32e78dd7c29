"""``kompyle ps``: how each service is, and where it can be reached."""

from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Choice, Named, Where
from kompyle.cli.reaching import chosen, reach
from kompyle.cli.running import Listed, Running

if TYPE_CHECKING:
    from kompyle.cluster.ps import Standing

_TITLES = ("SERVICE", "NAME", "STATUS", "READY", "RESTARTS", "AGE", "PORTS")


def ps(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    where: Where,
    named: Named,
    services: Running = None,
    all: Annotated[  # noqa: A002 - docker compose's word
        bool, typer.Option("-a", "--all", help="Completed and stopped ones, too.")
    ] = False,
    format: Annotated[Listed, typer.Option(help="Form of the output.")] = Listed.TABLE,  # noqa: A002
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Only the names of the Pods.")
    ] = False,
    only_services: Annotated[
        bool, typer.Option("--services", help="Only the names of the services.")
    ] = False,
) -> None:
    """List the services of a project as they are in the cluster."""
    from kompyle import console

    found = reach(context, choice, where, named)
    from kompyle.cluster.ps import OVER, standings

    every = standings(found, chosen(found, services))
    told = [item for item in every if all or services or item.state not in OVER]
    if only_services:
        console.show("".join(f"{item.service}\n" for item in told))
    elif quiet:
        names = dict.fromkeys(name for item in told for name in item.pods)
        console.show("".join(f"{name}\n" for name in names))
    elif format is Listed.JSON:
        console.show("".join(map(_json, told)))
    else:
        _print(told)


def _print(told: list["Standing"]) -> None:
    """Print the table, and below it, for people, why something does not work."""
    import sys

    from kompyle import console
    from kompyle.cli.columns import table

    console.show(table(_TITLES, [_row(item) for item in told]))
    for item in told:
        if item.message and item.reason:
            text = f"{item.service}: {item.reason}: {item.message}"
            sys.stderr.write(f"{text}\n")


def _row(item: "Standing") -> list[str]:
    from kompyle.cli.columns import short

    reason = item.reason or ("" if item.state == "missing" else item.message)
    status = f"{item.state} ({reason})" if reason else str(item.state)
    age = "" if item.age is None else short(item.age)
    ready = f"{item.ready}/{item.wanted}" if item.workload else ""
    ports = ", ".join(item.ports)
    name = item.workload
    return [item.service, name, status, ready, str(item.restarts), age, ports]


def _json(item: "Standing") -> str:
    import json

    return json.dumps(item.data, separators=(",", ":")) + "\n"
