"""The library's way to a cluster: up, down, diff; free of printing, too."""

from collections.abc import Callable

from kompyle.cluster.cancel import Cancel
from kompyle.cluster.choices import Choices, Wishes
from kompyle.cluster.events import Event, silent
from kompyle.cluster.guard import Caller
from kompyle.cluster.outcome import Outcome
from kompyle.cluster.target import Target, connect
from kompyle.cluster.up import Up
from kompyle.deployable import app_for
from kompyle.pipeline import Result

__all__ = ["Cancel", "Choices", "Event", "Outcome", "Target", "Wishes", "up"]


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

    Whatever happens is told to *on_event* while it happens, from any thread.
    Raises :class:`ComposeError` if the conversion has errors, and
    :class:`ClusterError` if there is no way to the cluster; that a service does not
    work is no exception, but in the Outcome.
    """
    result.raise_for_errors()
    stop = cancel or Cancel()
    target = Target(kubeconfig, context, namespace or result.options.namespace)
    place = connect(target, stop)
    chosen = choices or Choices(creates_namespace=target.namespace is not None)
    deployment = Up(place, app_for(result, place.namespace), chosen, on_event, stop)
    return deployment.deploy(Caller(is_named=context is not None))
