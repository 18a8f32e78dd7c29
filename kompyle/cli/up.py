"""``kompyle up``: deploy a project, wait until it works, say why it does not."""

from typing import TYPE_CHECKING

import typer

from kompyle.cli.options import (
    Choice,
    Deploying,
    Loudness,
    Narration,
    Services,
    Shape,
    Where,
)
from kompyle.cli.selection import converted

if TYPE_CHECKING:
    from kompyle.cluster.choices import Choices
    from kompyle.cluster.target import Target
    from kompyle.pipeline import Result


def up(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    shape: Shape,
    where: Where,
    deploying: Deploying,
    narration: Narration,
    loudness: Loudness,
    services: Services = None,
) -> None:
    """Deploy a project to a cluster, and wait until it works."""
    from kompyle.cli.narrator import narrator
    from kompyle.cli.stopping import stoppable
    from kompyle.cli.target import caller, target

    result = converted(context, choice, shape, loudness, services)
    wanted = target(where, shape.namespace, deploying.concurrency)
    if deploying.print_rbac:
        _print_role(result, wanted)
        return
    if deploying.build and not deploying.dry_run:
        from kompyle import building

        building.build(result.project, building.told_on_stderr)
    choices = _choices(deploying, creates=shape.namespace is not None)
    from kompyle.cluster.target import connect
    from kompyle.cluster.up import Up
    from kompyle.deployable import app_for

    with stoppable() as cancel, narrator(narration, loudness) as tell:
        place = connect(wanted, cancel)
        deployment = Up(place, app_for(result, place.namespace), choices, tell, cancel)
        outcome = deployment.deploy(caller(where, agrees=deploying.yes))
    raise typer.Exit(int(outcome.code))


def _print_role(result: "Result", wanted: "Target") -> None:
    """Print what an administrator has to grant; asks no cluster but the kubeconfig."""
    from kompyle import console
    from kompyle.cluster.login import login
    from kompyle.cluster.rights import role
    from kompyle.deployable import app_for
    from kompyle.emit.files import stream

    namespace = wanted.namespace or login(wanted.kubeconfig, wanted.context).namespace
    console.show(stream(role(app_for(result, namespace), namespace), "yaml"))


def _choices(deploying: Deploying, *, creates: bool) -> "Choices":
    from kompyle.cli.target import duration
    from kompyle.cluster.choices import Choices, Wishes

    return Choices(
        dry_run=deploying.dry_run,
        waits=deploying.wait and not deploying.detach,
        timeout=duration(deploying.timeout, "--timeout"),
        prunes=deploying.prune,
        atomic=deploying.atomic,
        agrees=deploying.yes,
        creates_namespace=creates,
        wishes=Wishes(
            adopts=deploying.adopt,
            adopts_owned=deploying.adopt_owned,
            forces=deploying.force_conflicts,
            recreates=deploying.recreate,
        ),
    )
