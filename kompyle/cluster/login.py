"""Find the cluster and log in: kubeconfig, context, credentials."""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from kubernetes import client, config
from kubernetes.config.config_exception import ConfigException

from kompyle.cluster import plugins
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.outcome import Code
from kompyle.cluster.turns import Turns
from kompyle.errors import ClusterError

NO_CLUSTER = Code.NO_CLUSTER
"""The exit code where there is no cluster, or no way in."""

_FRESH = 5.0
"""Seconds for which nobody asks whether credentials have expired."""

_USUAL = "~/.kube/config"
_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True)
class Login:
    """A cluster, and who one is there; ``namespace`` is that of the context."""

    context: str
    server: str
    namespace: str
    user: str
    configuration: Any
    kubeconfig: str | None = None
    is_in_cluster: bool = False
    """Whether it is the account of the Pod that this runs in; no name says so."""

    def __str__(self) -> str:
        return f"context {self.context}, server {self.server}, user {self.user}"


def login(
    kubeconfig: str | None = None,
    context: str | None = None,
    cancel: Cancel | None = None,
) -> Login:
    """Log in to the cluster of *context*, or of the current one.

    *kubeconfig* is a path; None is what KUBECONFIG says, or ``~/.kube/config``; in a
    Pod without either it is the Pod's own account.
    Raises :class:`ClusterError` if there is no such context or its plugin fails, or
    if the run is to stop before that has ended.
    """
    paths = kubeconfig or os.environ.get("KUBECONFIG") or _USUAL
    configuration = client.Configuration()
    configuration.keep_alive = True
    if not kubeconfig and not context and _is_in_pod(paths):
        return _account(configuration)
    found = _context(paths, context)
    _load(paths, found, configuration, cancel or Cancel())
    configuration.retries = False
    _refresh_now_and_then(configuration)
    details = found["context"]
    return Login(
        context=found["name"],
        server=configuration.host,
        namespace=details.get("namespace") or "default",
        user=details.get("user", ""),
        configuration=configuration,
        kubeconfig=kubeconfig,
    )


def _load(
    paths: str,
    found: Mapping[str, Any],
    configuration: Any,  # noqa: ANN401 - the client's
    cancel: Cancel,
) -> None:
    """Fill in the client's configuration; say what keeps it from being of use."""
    with _complaints() as complaints:
        try:
            plugins.load(paths, found["name"], configuration, cancel)
        except (ConfigException, OSError, ValueError) as error:
            raise ClusterError(f"the kubeconfig: {error}", NO_CLUSTER) from error
        except (AttributeError, LookupError, TypeError) as error:
            raise _unusable(_wrong(found)) from error
    if complaints:
        said = "; ".join(complaints)
        fact = f"the login of context {found['name']} fails: {said}"
        raise ClusterError(fact, NO_CLUSTER)
    if not _is_address(configuration.host):
        fact = f"the server of context {found['name']} is {configuration.host!r}"
        way_out = "the kubeconfig needs an address such as https://10.0.0.1:6443"
        raise ClusterError(f"{fact}; {way_out}", NO_CLUSTER)


def renewed(before: Login, cancel: Cancel) -> Login:
    """Log in once more, as the credentials have expired."""
    context = None if before.is_in_cluster else before.context
    return login(before.kubeconfig, context, cancel)


def _is_address(text: str) -> bool:
    try:
        found = urlsplit(text)
        return (
            found.scheme in {"http", "https"}
            and found.port != 0
            and bool(found.hostname)
        )
    except ValueError:
        return False


def _is_in_pod(paths: str) -> bool:
    has_server = "KUBERNETES_SERVICE_HOST" in os.environ
    return has_server and not any(path.exists() for path in _files(paths))


def _account(configuration: Any) -> Login:  # noqa: ANN401 - the client's
    """Log in as the ServiceAccount of the Pod that this runs in."""
    try:
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except ConfigException as error:
        fact = f"the account of this Pod cannot be used: {error}"
        raise ClusterError(fact, NO_CLUSTER) from error
    configuration.retries = False
    namespace = (_ACCOUNT / "namespace").read_text("utf-8").strip()
    user = "the Pod's ServiceAccount"
    return Login(
        "in-cluster",
        configuration.host,
        namespace,
        user,
        configuration,
        is_in_cluster=True,
    )


def _context(paths: str, wanted: str | None) -> dict[str, Any]:
    known, current = _contexts(paths)
    name = wanted or current
    if not name:
        fact = "the kubeconfig has no current context"
        way_out = (
            f"name one with --context: {', '.join(sorted(known)) or 'it has none'}"
        )
        raise ClusterError(f"{fact}; {way_out}", NO_CLUSTER)
    if name not in known:
        fact = f"there is no context {name!r} in the kubeconfig"
        has = f"it has {', '.join(sorted(known))}" if known else "it has none"
        raise ClusterError(f"{fact}; {has}", NO_CLUSTER)
    return known[name]


def _contexts(paths: str) -> tuple[dict[str, dict[str, Any]], str]:
    """Return all contexts, and the current one: of files, the first counts.

    So kubectl has it; the client library would take the last file's word.
    """
    known: dict[str, dict[str, Any]] = {}
    current = ""
    existing = [path for path in _files(paths) if path.exists()]
    if not existing:
        raise _unusable(f"{paths} does not exist")
    for path in existing:
        found = _read(path)
        current = current or found.get("current-context") or ""
        for name, details in _listed(path, found.get("contexts")):
            known.setdefault(name, {"name": name, "context": details})
    return known, str(current)


def _listed(path: Path, items: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the names and the contents of contexts."""
    for item in items if isinstance(items, list) else [items] if items else []:
        entry = item if isinstance(item, dict) else {}
        name, details = entry.get("name"), entry.get("context") or {}
        if not (isinstance(name, str) and isinstance(details, dict)):
            fact = "each of contexts: needs a name, and a cluster and a user in context"
            raise _unusable(f"{path}: {fact}")
        yield name, details


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise _unusable(f"{path}: {reason}") from error
    if not isinstance(found, dict):
        raise _unusable(f"{path} holds no kubeconfig")
    return found


def _wrong(found: Mapping[str, Any]) -> str:
    """Say of whose entries the client cannot make sense."""
    cluster, user = (found["context"].get(key) for key in ("cluster", "user"))
    return (
        f"cluster {cluster!r} needs a server as a text, and user {user!r} a token, "
        "a certificate or an exec plugin; an auth-provider is none of these"
    )


def _unusable(fact: str) -> ClusterError:
    way_out = "name one with --kubeconfig or KUBECONFIG"
    return ClusterError(
        f"there is no usable kubeconfig ({fact}); {way_out}", NO_CLUSTER
    )


def _files(paths: str) -> list[Path]:
    # Unlike Path.expanduser, this leaves ~ as it is where nobody knows a home.
    every = map(os.path.expanduser, filter(None, paths.split(os.pathsep)))
    return [Path(path) for path in every]


def _refresh_now_and_then(configuration: Any) -> None:  # noqa: ANN401 - the client's
    """Let credentials be renewed by one thread at a time, and not for each request.

    What the client does for that takes a quarter of the time of a request.
    """
    hook = configuration.refresh_api_key_hook
    if hook is None:
        return
    turns = Turns()
    refreshed = [time.monotonic()]

    def refresh(found: Any) -> None:  # noqa: ANN401
        with turns.one():
            if time.monotonic() - refreshed[0] > _FRESH:
                hook(found)
                found.refresh_api_key_hook = refresh  # it has put itself back
                refreshed[0] = time.monotonic()

    configuration.refresh_api_key_hook = refresh


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
