"""Find the cluster and log in: kubeconfig, context, credentials."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml
from kubernetes import client, config
from kubernetes.config.config_exception import ConfigException

from kompyle.errors import ClusterError

NO_CLUSTER = 7
"""The exit code where there is no cluster, or no way in."""


@dataclass(frozen=True, slots=True)
class Login:
    """A cluster, and who one is there; ``namespace`` is that of the context."""

    context: str
    server: str
    namespace: str
    user: str
    configuration: Any

    def __str__(self) -> str:
        return f"context {self.context}, server {self.server}, user {self.user}"


def login(kubeconfig: str | None = None, context: str | None = None) -> Login:
    """Log in to the cluster of *context*, or of the current one.

    *kubeconfig* is a path; None is what KUBECONFIG says, or ``~/.kube/config``.
    Raises :class:`ClusterError` if there is no such context or its plugin fails.
    """
    found = _context(kubeconfig, context)
    configuration = client.Configuration()
    with _complaints() as complaints:
        try:
            config.load_kube_config(  # type: ignore[no-untyped-call]
                config_file=kubeconfig,
                context=found["name"],
                client_configuration=configuration,
                persist_config=False,
            )
        except (ConfigException, OSError, ValueError) as error:
            raise ClusterError(f"the kubeconfig: {error}", NO_CLUSTER) from error
    if complaints:
        said = "; ".join(complaints)
        fact = f"the login of context {found['name']} fails: {said}"
        raise ClusterError(fact, NO_CLUSTER)
    configuration.retries = False
    details = found["context"]
    return Login(
        context=found["name"],
        server=configuration.host,
        namespace=details.get("namespace") or "default",
        user=details.get("user", ""),
        configuration=configuration,
    )


def _context(kubeconfig: str | None, wanted: str | None) -> dict[str, Any]:
    try:
        found = config.list_kube_config_contexts(kubeconfig)  # type: ignore[no-untyped-call]
        contexts, current = found
    except (ConfigException, OSError, yaml.YAMLError) as error:
        way_out = "name one with --kubeconfig or KUBECONFIG"
        raise ClusterError(
            f"there is no usable kubeconfig ({error}); {way_out}", NO_CLUSTER
        ) from error
    if wanted is None:
        return dict(current)
    for found in contexts:
        if found["name"] == wanted:
            return dict(found)
    known = ", ".join(sorted(found["name"] for found in contexts))
    fact = f"there is no context {wanted!r} in the kubeconfig; it has {known}"
    raise ClusterError(fact, NO_CLUSTER)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what the client logs: it tells so of plugins that fail, and goes on."""
    said: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield said
    finally:
        root.removeHandler(handler)
