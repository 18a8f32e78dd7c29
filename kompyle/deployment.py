"""The library's way to a cluster: up, down, diff; free of printing, too."""

from collections.abc import Callable

from kompyle.cluster.cancel import Cancel
from kompyle.cluster.choices import Choices, Wishes
from kompyle.cluster.diff import Differences, differences
from kompyle.cluster.down import Down, Removal
from kompyle.cluster.events import Event, silent
from kompyle.cluster.guard import Caller
from kompyle.cluster.outcome import Failure, Outcome, Problem
from kompyle.cluster.target import Place, Target, connect
from kompyle.cluster.up import Up
from kompyle.compose.project import Project
from kompyle.deployable import app_for, contexts
from kompyle.pipeline import Result

__all__ = [
    "Cancel",
    "Choices",
    "Differences",
    "Event",
    "Failure",
    "Outcome",
    "Problem",
    "Removal",
    "Wishes",
    "diff",
    "down",
    "up",
]


def up(  # noqa: PLR0913 - the options of the command, all by name
    result: Result,
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
    choices: Choices | None = None,
    on_event: Callable[[Event], None] = silent,
    cancel: Cancel | None = None,
) -> Outcome:
    """Deploy what was converted, and wait until it works.

    Without *context* and *namespace* those of the kubeconfig are taken.  Whatever
    happens is told to *on_event* while it happens, from any thread; *cancel* stops
    the run from another one.  That a service does not work is no exception: it stands
    in the Outcome.  Raises :class:`ComposeError` if the conversion has errors, and
    :class:`ClusterError` if there is no way to the cluster.
    """
    result.raise_for_errors()
    stop = cancel or Cancel()
    place = _place(result, kubeconfig, context, namespace, stop)
    is_named = bool(namespace or result.options.namespace)
    chosen = choices or Choices(creates_namespace=is_named)
    app = app_for(result, place.namespace)
    work = Up(place, app, chosen, on_event, stop)
    return work.deploy(Caller(context is not None, chosen.agrees))


def diff(
    result: Result,
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
    choices: Choices | None = None,
) -> Differences:
    """Return what :func:`up` would change, without changing anything.

    Raises as :func:`up` does.
    """
    result.raise_for_errors()
    place = _place(result, kubeconfig, context, namespace, Cancel())
    return differences(place, app_for(result, place.namespace), choices or Choices())


def down(  # noqa: PLR0913 - the options of the command, all by name
    project: Project | Result | str,
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    namespace: str | None = None,
    removal: Removal | None = None,
    agrees: bool = False,
    on_event: Callable[[Event], None] = silent,
    cancel: Cancel | None = None,
) -> Outcome:
    """Remove what :func:`up` made of a project, which may be given by its name alone.

    It goes where :func:`up` went, and only to contexts that the project allows.
    Volumes stay, unless *removal* says otherwise; *agrees* is yes to another cluster
    than before, as of :class:`Choices`.  Raises :class:`ClusterError` if there is no
    way to the cluster.
    """
    stop = cancel or Cancel()
    known = project.project if isinstance(project, Result) else project
    wanted = project.options.namespace if isinstance(project, Result) else None
    place = connect(Target(kubeconfig, context, namespace or wanted), stop)
    name, allowed = (
        (known, ()) if isinstance(known, str) else (known.name, contexts(known))
    )
    work = Down(place, name, removal or Removal(), on_event, stop, allowed)
    return work.remove(Caller(context is not None, agrees))


def _place(
    result: Result,
    kubeconfig: str | None,
    context: str | None,
    namespace: str | None,
    cancel: Cancel,
) -> Place:
    wanted = namespace or result.options.namespace
    return connect(Target(kubeconfig, context, wanted), cancel)
