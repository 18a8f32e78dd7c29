"""Ask the API server: requests, answers, and asking again where that can help."""

import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import urllib3
from kubernetes import client

from kompyle.cluster.answers import Meaning, date, meaning, parsed, warning
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.faults import UNTRUSTED, reason, unreachable
from kompyle.cluster.login import NO_CLUSTER, Login, renewed
from kompyle.cluster.resources import RESOURCES, Resource
from kompyle.cluster.slots import Slots
from kompyle.cluster.stream import Stream
from kompyle.cluster.turns import Turns
from kompyle.errors import ClusterError

APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
JSON = "application/json"
MANAGER = "kompyle"

Query = Iterable[tuple[str, str]]

_CONNECT, _READ = 5.0, 60.0
_NO_ANSWER = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0
_TOO_MANY, _UNAUTHORIZED = 429, 401
_STREAMS = 12
"""Connections beside those of the workers: one for each kind that is watched."""


class LoginError(ClusterError):
    """The server does not take our credentials, not even after a new login."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered: an object, or a text that is none."""

    status: int
    body: Any
    warnings: tuple[str, ...] = ()
    at: datetime | None = None
    """The server's own clock."""

    @property
    def meaning(self) -> Meaning:
        return meaning(self.status, self.body)

    @property
    def is_done(self) -> bool:
        return self.meaning is Meaning.DONE

    @property
    def message(self) -> str:
        return self.body if isinstance(self.body, str) else self.body.get("message", "")


@dataclass(slots=True)
class Patience:
    """How long to ask again, in seconds; the clock and the dice can be others'."""

    limit: float = 60.0
    read: float | None = _READ
    """Seconds that one answer may take; None is no limit."""

    clock: Callable[[], float] = time.monotonic
    dice: Callable[[float, float], float] = random.uniform

    def pause(self, tries: int, demanded: float) -> float:
        """Return how long to wait: what the server demands, or longer and longer."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tries)
        return max(demanded, self.dice(0, longest))


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: Query
    body: Mapping[str, Any] | list[Any] | None
    kind: str


@dataclass(slots=True)
class Api:
    """A connection to one API server, for any number of threads."""

    login: Login
    connections: int = 16
    patience: Patience = field(default_factory=Patience)
    cancel: Cancel = field(default_factory=Cancel)
    resources: dict[tuple[str, str], Resource] = field(
        default_factory=lambda: dict(RESOURCES)
    )
    """Where kinds are: what the table knows, and what has been discovered."""
    _client: Any = None
    _answered: float = float("-inf")
    """When the server has answered last."""
    _slots: Slots = field(init=False)
    _logging_in: Turns = field(default_factory=Turns)

    def __post_init__(self) -> None:
        self._slots = Slots(self.connections)
        self._connect()

    def _connect(self) -> None:
        configuration = self.login.configuration
        configuration.connection_pool_maxsize = self.connections + _STREAMS
        self._client = client.ApiClient(configuration)

    def own_client(self) -> Any:  # noqa: ANN401 - the client's
        """Return a client that nobody else uses, as exec and port-forward need it."""
        return client.ApiClient(self.login.configuration)

    def call(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: Mapping[str, Any] | list[Any] | None = None,
        kind: str = JSON,
    ) -> Answer:
        """Send a request until it has an answer that asking again would not change.

        What was sent twice is applied once: every write of ours can be repeated.
        Raises :class:`ClusterError` if there is no answer, or no way in.
        """
        request = _Request(method, path, tuple(query), body, kind)
        login = self.login
        answer = self._insist(request)
        if answer.meaning is Meaning.EXPIRED:
            self.log_in_again(login)
            answer = self._insist(request)
        self.admit(answer.meaning)
        return answer

    def admit(self, meaning: Meaning) -> None:
        """Raise :class:`LoginError` if an answer means that we are not let in."""
        if meaning in _NO_WAY_IN:
            raise LoginError(_NO_WAY_IN[meaning].format(self.login), NO_CLUSTER)

    def _insist(self, request: _Request) -> Answer:
        start = self.patience.clock()
        tries = 0
        while True:
            answer, demanded, fault = self._in_a_slot(request)
            end = self._end(start, is_answered=answer is not None)
            is_final = answer is not None and answer.meaning is not Meaning.RETRY
            is_final = is_final or fault.startswith(UNTRUSTED)
            pause = self.patience.pause(tries, demanded)
            if is_final or self.patience.clock() + pause > end:
                break
            if self.cancel.wait(pause):
                break
            tries += 1
        if answer is None:
            raise unreachable(self.login, fault)
        return answer

    def _end(self, start: float, *, is_answered: bool) -> float:
        """Return when to give up; soon, if there was no answer at all for long."""
        limit = self.patience.limit
        if is_answered:
            return start + limit
        return max(start + min(limit, _NO_ANSWER), self._answered + limit)

    def _in_a_slot(self, request: _Request) -> tuple[Answer | None, float, str]:
        with self._slots.one() as since:
            answer, demanded, fault = self._once(request)
        if answer:
            self._answered = self.patience.clock()
        if answer and answer.status == _TOO_MANY:
            self._slots.busy(since)
        elif answer:
            self._slots.good()
        return answer, demanded, fault

    def _once(self, request: _Request) -> tuple[Answer | None, float, str]:
        """Send one request; without an answer there is the fault that says why."""
        try:
            response = self._send(request, self.patience.read)
            data = response.read()
        except (urllib3.exceptions.HTTPError, client.ApiException) as error:
            return None, 0.0, reason(error)
        headers = response.headers
        wait = headers.get("Retry-After", "")
        warnings = tuple(map(warning, headers.getlist("Warning")))
        body = parsed(data, headers.get("Content-Type", ""))
        answer = Answer(response.status, body, warnings, date(headers.get("Date")))
        return answer, float(wait) if wait.isdecimal() else 0.0, ""

    def _send(self, request: _Request, read: float | None) -> Any:  # noqa: ANN401 - the client's
        is_yaml = request.kind == APPLY  # which JSON is; as a text it goes as it is
        found = self._client.param_serialize(
            request.method,
            request.path,
            query_params=list(request.query),
            header_params={"Content-Type": request.kind, "Accept": JSON},
            body=json.dumps(request.body) if is_yaml else request.body,
            auth_settings=["BearerToken"],
        )
        return self._client.call_api(*found, _request_timeout=(_CONNECT, read))

    def stream(self, path: str, query: Query, silence: float) -> Stream:
        """Open an answer that goes on; it breaks after *silence* seconds of nothing.

        Raises :class:`ConnectionError` if it cannot be opened, and
        :class:`ClusterError` if there is no way in.
        """
        request = _Request("GET", path, tuple(query), None, JSON)
        login = self.login
        found = self._opened(request, silence)
        if found.status != _UNAUTHORIZED:
            return found
        found.close()
        self.log_in_again(login)
        found = self._opened(request, silence)
        if found.status == _UNAUTHORIZED:
            found.close()
            self.admit(Meaning.EXPIRED)
        return found

    def _opened(self, request: _Request, silence: float) -> Stream:
        try:
            response = self._send(request, silence)
        except (urllib3.exceptions.HTTPError, client.ApiException) as error:
            raise ConnectionError(reason(error)) from error
        return Stream(response.status, response.response)

    def log_in_again(self, before: Login) -> None:
        """Ask the plugin, or the file, for credentials once more.

        Those of *before* were refused; another thread may have renewed them by now.
        """
        with self._logging_in.one():
            if self.login is before:
                self.login = renewed(before, self.cancel)
                self._connect()

    def apply(
        self,
        path: str,
        manifest: Mapping[str, Any],
        *,
        dry_run: bool = False,
        force: bool = False,
        manager: str = MANAGER,
    ) -> Answer:
        """Apply an object on the server's side."""
        query = [
            ("fieldManager", manager),
            ("force", str(force).lower()),
            ("fieldValidation", "Strict"),
        ]
        if dry_run:
            query.append(("dryRun", "All"))
        return self.call("PATCH", path, query, manifest, APPLY)

    def delete(
        self, path: str, uid: str, propagation: str = "Background", version: str = ""
    ) -> Answer:
        """Delete an object, if it still is the one with this *uid* and *version*."""
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation,
            "preconditions": {"uid": uid}
            | ({"resourceVersion": version} if version else {}),
        }
        return self.call("DELETE", path, body=body)


_NO_WAY_IN = {
    Meaning.EXPIRED: "{0.server} does not take the credentials of {0.user} any more "
    "(401); log in again, and see `kubectl --context {0.context} auth whoami`",
    Meaning.ANONYMOUS: "{0.server} was sent no credentials: the user {0.user} of "
    "context {0.context} has none in the kubeconfig",
}
