"""``kompyle history``: what was deployed, as far as the cluster keeps it."""

from typing import Annotated

import typer

from kompyle.cli.options import Choice, Format, Named, Where
from kompyle.cli.reaching import project_name


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
    from kompyle.cluster.deployed import refused
    from kompyle.cluster.revisions import revisions, unlisted
    from kompyle.cluster.target import connect

    name = project_name(context, choice)
    place = connect(target(where, named.namespace))
    found = revisions(place.api, place.namespace, name)
    if found is None:
        raise unlisted(place.namespace)
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
        raise refused(fact)
    console.show(tables.shown(rows, format))
