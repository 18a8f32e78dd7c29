"""One run at a time: a Lease says who deploys a project, and for how long at most.

It is renewed while the run goes on, and given back at its end.  One that was not
renewed for a minute is taken over: whoever held it has died.
"""

import getpass
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from kompyle.cluster.answers import Meaning
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import MERGE, Answer, Api
from kompyle.errors import ClusterError

SECONDS = 60
_RENEWAL = 20.0
_PAUSE = 1.0
_REFUSED, _TIMED_OUT, _INTERRUPTED = 4, 6, 130
_LOST_RACES = frozenset((Meaning.NOT_FOUND, Meaning.RACE, Meaning.RETRY, Meaning.STALE))
"""Answers to a try for a lease after which another try can win it."""

Notice = Callable[[str], None]


def holder() -> str:
    """Say who runs this: ``user@host/pid``."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}/{os.getpid()}"


@contextmanager
def lease(
    api: Api, namespace: str, name: str, notice: Notice, patience: float
) -> Iterator[None]:
    """Hold the lease *name* for as long as the block runs; wait for it if need be.

    Without the right to leases nothing is held, and a notice says so.
    Raises :class:`ClusterError` if another run still holds it after *patience* seconds.
    """
    path = RESOURCES["coordination.k8s.io/v1", "Lease"].path(namespace)
    mine = holder()
    version = _acquired(api, f"{path}/{name}", name, mine, notice, patience)
    if version is None:
        notice("no right to leases: two runs at once are not kept apart")
        yield
        return
    stop = threading.Event()
    arguments = (api, f"{path}/{name}", mine, stop)
    threading.Thread(target=_renew, args=arguments, daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        _release(api, f"{path}/{name}", mine)


def _acquired(  # noqa: PLR0913, PLR0917 - a place, a name, and whom to tell
    api: Api, path: str, name: str, mine: str, notice: Notice, patience: float
) -> str | None:
    """Return the version of a lease that is ours now; None without the right to it."""
    end = api.patience.clock() + patience
    told = ""
    while True:
        found = api.call("GET", path)
        answer = _tried(api, path, name, mine, found, notice)
        if answer is not None and answer.is_done:
            return str(answer.body["metadata"]["resourceVersion"])
        if Meaning.FORBIDDEN in {found.meaning, answer and answer.meaning}:
            return None
        if answer is not None and answer.meaning not in _LOST_RACES:
            fact = f"the lease of this project is refused: {answer.message}"
            raise ClusterError(fact, _REFUSED)
        if found.is_done and answer is None:
            other = found.body["spec"].get("holderIdentity", "")
            if other != told:
                notice(f"{other} deploys this project; waiting for it to end")
                told = other
        if api.cancel.wait(_PAUSE):
            raise ClusterError("interrupted while waiting", _INTERRUPTED)
        if api.patience.clock() > end:
            fact = f"{told or 'another run'} still deploys this project"
            way_out = f"delete the Lease {name} if it does not"
            raise ClusterError(f"{fact}; {way_out}", _TIMED_OUT)


def _tried(  # noqa: PLR0913, PLR0917
    api: Api, path: str, name: str, mine: str, found: Answer, notice: Notice
) -> Answer | None:
    """Take a lease that nobody holds; None if somebody does."""
    spec = _spec(mine, found.at)
    if found.meaning is Meaning.NOT_FOUND:
        body = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name},
            "spec": spec,
        }
        return api.call("POST", path.rpartition("/")[0], body=body)
    if not found.is_done:
        return None
    other = found.body["spec"].get("holderIdentity")
    if other and not _is_stale(found):
        return None
    if other:
        notice(f"{other} has not ended its run of this project; it is taken over")
    version = found.body["metadata"]["resourceVersion"]
    patch = {"metadata": {"resourceVersion": version}, "spec": spec}
    return api.call("PATCH", path, body=patch, kind=MERGE)


def _is_stale(found: Answer) -> bool:
    """Whether a lease is over, by the server's clock, which wrote its time, too."""
    spec = found.body["spec"]
    text = spec.get("renewTime")
    if not text or found.at is None:
        return not text
    renewed = datetime.fromisoformat(text)
    seconds = spec.get("leaseDurationSeconds") or SECONDS
    return (found.at - renewed).total_seconds() > seconds


def _spec(mine: str | None, now: datetime | None) -> dict[str, Any]:
    moment = (now or datetime.now(UTC)).isoformat(timespec="microseconds")
    return {
        "holderIdentity": mine,
        "leaseDurationSeconds": SECONDS,
        "renewTime": moment.replace("+00:00", "Z"),
    }


def _renew(api: Api, path: str, mine: str, stop: threading.Event) -> None:
    """Renew the lease until the run ends; a run that has lost it stops."""
    while not stop.wait(_RENEWAL):
        try:
            found = api.call("GET", path)
            if found.is_done and found.body["spec"].get("holderIdentity") != mine:
                api.cancel.cancel()
                return
            api.call("PATCH", path, body={"spec": _spec(mine, found.at)}, kind=MERGE)
        except ClusterError:
            continue  # the run itself will tell


def _release(api: Api, path: str, mine: str) -> None:
    found = api.call("GET", path)
    if found.is_done and found.body["spec"].get("holderIdentity") == mine:
        metadata = found.body["metadata"]
        api.delete(path, metadata["uid"])
