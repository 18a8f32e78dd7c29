"""``kompyle events``: what happened to a project in the cluster."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Named, Where
from kompyle.cli.reaching import chosen, reach
from kompyle.cli.running import Listed, LongChoice, Running

if TYPE_CHECKING:
    from kompyle.cluster.event_log import Happening

_TITLES = ("TIME", "SERVICE", "TYPE", "REASON", "OBJECT", "MESSAGE")
_WIDTHS = (8, 12, 7, 20, 28)
"""Widths of the columns of what is not known in advance."""


def events(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: LongChoice,
    where: Where,
    named: Named,
    services: Running = None,
    follow: Annotated[
        bool, typer.Option("-f", "--follow", help="Go on with what happens.")
    ] = False,
    format: Annotated[Listed, typer.Option(help="Form of the output.")] = Listed.TABLE,  # noqa: A002
) -> None:
    """Tell what happened to the objects of services, oldest first."""
    from kompyle import console
    from kompyle.cli.columns import table

    found = reach(context, choice, where, named)
    parts = chosen(found, services)
    from kompyle.cluster.cancel import Cancel
    from kompyle.cluster.event_log import followed, happenings

    is_json = format is Listed.JSON
    if follow:
        for item in followed(found, parts, Cancel()):
            console.show(_json(item) if is_json else _line(item))
        return
    told = happenings(found, parts)
    if is_json:
        console.show("".join(map(_json, told)))
    else:
        console.show(table(_TITLES, [_cells(item) for item in told]))


def _json(item: "Happening") -> str:
    import json

    return json.dumps(item.data, separators=(",", ":")) + "\n"


def _line(item: "Happening") -> str:
    *cells, message = _cells(item)
    padded = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"{'   '.join(padded)}   {message}\n"


def _cells(item: "Happening") -> list[str]:
    moment = datetime.fromisoformat(item.at).astimezone().strftime("%H:%M:%S")
    often = f" ({item.count} times)" if item.count > 1 else ""
    return [
        moment,
        item.service or "-",
        item.type,
        item.reason,
        item.name,
        f"{item.message}{often}",
    ]
