"""``kompyle handover``: let another tool manage the objects, or take them back."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from kompyle.cli.options import Choice, Named, Where, Yes
from kompyle.cli.selection import project_of


class Tool(StrEnum):
    KUBECTL = "kubectl"
    KOMPYLE = "kompyle"


def handover(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    tool: Annotated[Tool, typer.Argument(help="Who is to manage the objects.")],
    choice: Choice,
    named: Named,
    where: Where,
    yes: Yes = False,
) -> None:
    """Hand a project's objects over to kubectl, or back."""
    from kompyle import console
    from kompyle.cli.target import caller, target
    from kompyle.cluster.app import App
    from kompyle.cluster.guard import guard
    from kompyle.cluster.handover import hand_over
    from kompyle.cluster.target import connect

    name, contexts = project_of(context, choice)
    place = connect(target(where, named.namespace))
    guard(place.api, App(name, (), contexts=contexts), caller(where, agrees=yes))
    found = hand_over(place, name, tool.value, _say)
    told = f"{found.objects} objects of {name} are now managed by {found.tool}\n"
    if tool is Tool.KUBECTL:
        told += (
            "Go on with: KUBECTL_APPLYSET=true kubectl apply --server-side --prune "
            f"--applyset={found.parent} --namespace={place.namespace} --filename=k8s\n"
        )
    console.show(told)


def _say(text: str) -> None:
    if sys.stderr:
        sys.stderr.write(f"{text}\n")
