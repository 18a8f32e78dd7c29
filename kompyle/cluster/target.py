"""Which cluster, which namespace, and how hard to knock: what every command is told."""

from dataclasses import dataclass

from kompyle.cluster.app import object_name
from kompyle.cluster.applyset import Home
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.login import login
from kompyle.cluster.transport import Api, Patience


@dataclass(frozen=True, slots=True)
class Target:
    """A cluster as the caller names it; None is what the kubeconfig says.

    ``concurrency`` is the number of requests at once, ``request_timeout`` the seconds
    that each may take; 0 is no limit.
    """

    kubeconfig: str | None = None
    context: str | None = None
    namespace: str | None = None
    concurrency: int = 16
    request_timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace of a cluster that we are logged in to."""

    api: Api
    namespace: str

    def __str__(self) -> str:
        login = self.api.login
        return (
            f"context {login.context}, server {login.server}, "
            f"namespace {self.namespace}, user {login.user}"
        )


def connect(target: Target, cancel: Cancel | None = None) -> Place:
    """Log in; ClusterError says why that is not possible."""
    cancel = cancel or Cancel()
    found = login(target.kubeconfig, target.context, cancel)
    patience = Patience(read=target.request_timeout or None)
    api = Api(found, target.concurrency, patience, cancel)
    return Place(api, target.namespace or found.namespace)


def home_of(project: str, namespace: str) -> Home:
    """Return where the parent of a project's objects is."""
    return Home(f"kompyle.{object_name(project)}", namespace)
