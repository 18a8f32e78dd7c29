"""One run at a time: a Lease says who deploys a project, and for how long at most.

It is renewed while the run goes on, and given back at its end.  One that was not
renewed for a minute is taken over: whoever held it has died.
"""

import getpass
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kompyle.cluster.answers import Meaning
from kompyle.cluster.outcome import Code
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.transport import MERGE, Answer, Api
from kompyle.errors import ClusterError

SECONDS = 60
_RENEWAL = 20.0
_PAUSE = 1.0
_LOST_RACES = frozenset((Meaning.NOT_FOUND, Meaning.RACE, Meaning.RETRY, Meaning.STALE))
"""Answers to a try for a lease after which another try can win it."""

Notice = Callable[[str], None]


def holder() -> str:
    """Say who runs this: ``user@host/pid``, and a suffix that no other run has."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}/{os.getpid()}-{secrets.token_hex(3)}"


@contextmanager
def lease(
    api: Api, namespace: str, name: str, notice: Notice, patience: float
) -> Iterator[None]:
    """Hold the lease *name* for as long as the block runs; wait for it if need be.

    Without the right to leases nothing is held, and a notice says so.
    Raises :class:`ClusterError` if another run still holds it after *patience* seconds.
    """
    path = RESOURCES["coordination.k8s.io/v1", "Lease"].path(namespace, name)
    found = _Lease(api, path, name, notice)
    if not found.acquire(patience):
        notice("no right to leases: two runs at once are not kept apart")
        yield
        return
    stop = threading.Event()
    renewing = threading.Thread(target=found.renew, args=(stop,), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        stop.set()
        renewing.join(_PAUSE)
        found.release()


@dataclass(slots=True)
class _Lease:
    """The lease of one project, for one run."""

    api: Api
    path: str
    name: str
    notice: Notice
    mine: str = field(default_factory=holder)
    other: str = ""
    held: Mapping[str, str] = field(default_factory=dict)
    """The metadata of the lease as it was written last."""

    def acquire(self, patience: float) -> bool:
        """Get the lease, whenever it is free; False without the right to it."""
        end = self.api.patience.clock() + patience
        while True:
            meaning = self._tried()
            if meaning in {Meaning.DONE, Meaning.FORBIDDEN}:
                return meaning is Meaning.DONE
            if self.api.cancel.wait(_PAUSE):
                raise ClusterError("interrupted while waiting", Code.INTERRUPTED)
            if self.api.patience.clock() > end:
                fact = f"{self.other or 'another run'} still deploys this project"
                way_out = f"delete the Lease {self.name} if it does not"
                raise ClusterError(f"{fact}; {way_out}", Code.TIMED_OUT)

    def _tried(self) -> Meaning:
        """Try once; whatever is neither won nor lost to another run is an error."""
        found = self.api.call("GET", self.path)
        if found.is_done and self._is_held(found):
            return Meaning.RACE
        answer = found
        if found.is_done and not self._is_mine(found):
            answer = self._taken(found)
        elif found.meaning is Meaning.NOT_FOUND:
            answer = self._made(found)
        expected = {*_LOST_RACES, Meaning.DONE, Meaning.FORBIDDEN}
        if answer.meaning not in expected:
            fact = f"the lease of this project is refused: {answer.message}"
            if answer.meaning is Meaning.TERMINATING:
                fact += "; wait until it is gone, or choose another namespace"
            raise ClusterError(fact, Code.REFUSED)
        if answer.is_done:
            self.held = answer.body["metadata"]
        return answer.meaning

    def _is_held(self, found: Answer) -> bool:
        """Whether another run holds the lease; say so once."""
        other = found.body["spec"].get("holderIdentity")
        if not other or self._is_mine(found):
            return False
        if _is_stale(found):
            self.notice(f"{other} has not ended its run of this project: taken over")
            return False
        if other != self.other:
            self.notice(f"{other} deploys this project; waiting for it to end")
            self.other = other
        return True

    def _made(self, found: Answer) -> Answer:
        body = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": self.name},
            "spec": _spec(self.mine, found.at),
        }
        return self.api.call("POST", self.path.rpartition("/")[0], body=body)

    def _taken(self, found: Answer) -> Answer:
        version = found.body["metadata"]["resourceVersion"]
        spec = _spec(self.mine, found.at)
        patch = {"metadata": {"resourceVersion": version}, "spec": spec}
        return self.api.call("PATCH", self.path, body=patch, kind=MERGE)

    def renew(self, stop: threading.Event) -> None:
        """Renew the lease until the run ends; a run that has lost it stops."""
        while not stop.wait(_RENEWAL):
            try:
                found = self.api.call("GET", self.path)
                if found.is_done and not self._is_mine(found):
                    self.notice(_lost(found))
                    self.api.cancel.cancel()
                    return
                patch = {"spec": _spec(self.mine, found.at)}
                renewed = self.api.call("PATCH", self.path, body=patch, kind=MERGE)
                self.held = renewed.body["metadata"] if renewed.is_done else self.held
            except ClusterError:
                continue  # the run itself will tell

    def release(self) -> None:
        """Give the lease back; where that fails, it ends by itself."""
        version = self.held["resourceVersion"]
        with suppress(ClusterError):
            self.api.delete(self.path, self.held["uid"], version=version)

    def _is_mine(self, found: Answer) -> bool:
        return bool(found.body["spec"].get("holderIdentity") == self.mine)


def _lost(found: Answer) -> str:
    other = found.body["spec"].get("holderIdentity") or "another run"
    return f"{other} has taken this project over: this run stops here"


def _is_stale(found: Answer) -> bool:
    """Whether a lease is over, by the server's clock, which wrote its time, too."""
    spec = found.body["spec"]
    text = spec.get("renewTime")
    if not text or found.at is None:
        return not text
    renewed = datetime.fromisoformat(text)
    seconds = spec.get("leaseDurationSeconds") or SECONDS
    return bool((found.at - renewed).total_seconds() > seconds)


def _spec(mine: str, now: datetime | None) -> dict[str, Any]:
    moment = (now or datetime.now(UTC)).isoformat(timespec="microseconds")
    return {
        "holderIdentity": mine,
        "leaseDurationSeconds": SECONDS,
        "renewTime": moment.replace("+00:00", "Z"),
    }
