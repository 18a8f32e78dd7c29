"""Keep a run from the wrong cluster: only what is local, or was named, is written to.

A cluster is known by the UID of its namespace kube-system; a context that leads to
another one than before stops the run.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kompyle.cluster.app import App
from kompyle.cluster.login import NO_CLUSTER, Login
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError

_LOCAL = re.compile(
    r"kind-.*|minikube|k3d-.*|docker-desktop|rancher-desktop|colima.*|orbstack"
    r"|microk8s|crc.*"
)
_FILE = "kompyle/clusters.json"

Ask = Callable[[str], str | None]
"""Asks a question on the terminal; None is that nobody is there to answer."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The clusters that projects have gone to, in a file of the user's."""

    path: Path

    def uid(self, project: str, context: str) -> str | None:
        found = self._read().get(project, {}).get(context)
        return str(found) if found else None

    def note(self, project: str, context: str, uid: str) -> None:
        known = self._read()
        known.setdefault(project, {})[context] = uid
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
        aside.replace(self.path)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def memory(environment: Mapping[str, str]) -> Memory:
    """Return where the clusters are remembered, as the XDG rules have it."""
    home = environment.get("XDG_STATE_HOME") or "~/.local/state"
    try:
        return Memory(Path(home).expanduser() / _FILE)
    except RuntimeError:  # a user without a home
        return Memory(Path(os.devnull) / _FILE)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: whether the context was named, and all questions were said yes to."""

    is_named: bool = False
    agrees: bool = False
    ask: Ask = lambda _question: None
    memory: Memory | None = None


def is_local(context: str) -> bool:
    """Whether a context is, by its name, one of a cluster on this machine."""
    return bool(_LOCAL.fullmatch(context))


def guard(api: Api, app: App, caller: Caller) -> None:
    """Return if the project may go to this cluster; else raise ClusterError."""
    login = api.login
    if login.is_in_cluster or is_local(login.context):
        return
    if app.contexts and login.context not in app.contexts:
        allowed = ", ".join(app.contexts)
        fact = f"the Compose file allows this project in {allowed}"
        raise _refusal(f"{fact}, not in context {login.context}")
    slot, uid = _identity(api)
    known = caller.memory or memory(os.environ)
    before = known.uid(app.name, slot)
    is_other = before is not None and before != uid
    if is_other and not (caller.is_named and caller.agrees):
        fact = f"context {login.context} leads to another cluster than before"
        _confirm(login, caller.ask, fact)
    elif before is None and not (caller.is_named or app.contexts):
        fact = f"context {login.context} is no local one, and was not named"
        _confirm(login, caller.ask, fact)
    if before != uid:
        _remember(known, app.name, slot, uid)


def _confirm(login: Login, ask: Ask, fact: str) -> None:
    question = f"{fact}. Type its name to deploy to {login.server}: "
    if ask(question) != login.context:
        raise _refusal(
            f"{fact}: nothing is done; name it with --context {login.context}"
            + (" --yes" if "another" in fact else "")
        )


def _refusal(fact: str) -> ClusterError:
    return ClusterError(fact, NO_CLUSTER)


def _remember(known: Memory, project: str, context: str, uid: str) -> None:
    try:
        known.note(project, context, uid)
    except OSError:
        return  # a home that cannot be written to keeps nothing; the run may go on


def _identity(api: Api) -> tuple[str, str]:
    """Return what tells a cluster from all others, and the slot it is remembered in.

    Who may not read the UID goes by the server's certificate; the two do not compare,
    so each has a slot of its own.
    """
    context = api.login.context
    answer = api.call("GET", RESOURCES["v1", "Namespace"].path(None, "kube-system"))
    if answer.is_done:
        return context, str(answer.body["metadata"]["uid"])
    configuration = api.login.configuration
    authority = Path(configuration.ssl_ca_cert) if configuration.ssl_ca_cert else None
    text = authority.read_bytes() if authority and authority.exists() else b""
    digest = hashlib.sha256(text).hexdigest()[:16]
    return f"{context}, by its certificate", f"{api.login.server} {digest}"
