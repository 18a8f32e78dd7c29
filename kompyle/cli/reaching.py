"""Reach a project that runs: by its name, and its services by theirs."""

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from kompyle.cli.options import Choice, Named, Where
from kompyle.cli.selection import request
from kompyle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kompyle.cluster.app import Part
    from kompyle.cluster.cancel import Cancel
    from kompyle.cluster.deployed import Deployed
    from kompyle.diagnostics import Diagnostic

_BY_NAME = "Or name the project with -p."


def reach(
    context: typer.Context,
    choice: Choice,
    where: Where,
    named: Named,
    cancel: "Cancel | None" = None,
) -> "Deployed":
    """Log in, and look for the project."""
    from kompyle.cli.target import target

    name = project_name(context, choice)
    wanted = target(where, named.namespace)
    from kompyle.cluster.deployed import deployed
    from kompyle.cluster.target import connect

    return deployed(connect(wanted, cancel), name)


def project_name(context: typer.Context, choice: Choice) -> str:
    """Return the project's name; a file is read only where nothing else says it."""
    from kompyle import console
    from kompyle.compose.project import name_of

    name, report = name_of(request(context, choice, None))
    if report.has_errors:
        console.tell(map(_with_way_out, report), console.Voice())
        raise typer.Exit(1)
    return name


def _with_way_out(found: "Diagnostic") -> "Diagnostic":
    is_missing = found.code in {"no-compose-file", "unreadable-file"}
    help_ = " ".join(filter(None, (found.help, _BY_NAME)))
    return replace(found, help=help_) if is_missing else found


def chosen(found: "Deployed", services: "Iterable[str] | None") -> list["Part"]:
    """Return the services that are named, or all."""
    names = list(dict.fromkeys(services or ()))
    return [part(found, name) for name in names] or list(found.parts.values())


def part(found: "Deployed", name: str) -> "Part":
    """Return a service by its name in the Compose file, or in the cluster."""
    from kompyle.compose.suggest import did_you_mean, listed

    if name in found.parts:
        return found.parts[name]
    for part in found.parts.values():
        if name == part.container:
            return part
    fact = f"project {found.app.name} has no service {name!r}"
    hints = (did_you_mean(name, found.parts), listed(found.parts))
    raise UsageError(" ".join((f"{fact}.", *filter(None, hints))))
