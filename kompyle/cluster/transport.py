"""Ask the API server: requests, answers, and asking again where that can help."""

import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from kubernetes import client

from kompyle.cluster.answers import Meaning, meaning
from kompyle.cluster.login import NO_CLUSTER, Login
from kompyle.errors import ClusterError

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
JSON = "application/json"
MANAGER = "kompyle"

Query = Iterable[tuple[str, str]]

_CONNECT, _READ = 5.0, 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; a body that is no JSON stays a text."""

    status: int
    body: Any
    warnings: tuple[str, ...] = ()

    @property
    def meaning(self) -> Meaning:
        return meaning(self.status, self.body)

    @property
    def message(self) -> str:
        return self.body if isinstance(self.body, str) else self.body.get("message", "")


@dataclass(slots=True)
class Patience:
    """How long to ask again, in seconds; the clock and the dice can be others'."""

    limit: float = 60.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[float, float], float] = random.uniform

    def pause(self, tries: int, demanded: float) -> float:
        """Return how long to wait: what the server demands, or longer and longer."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tries)
        return max(demanded, self.dice(0, longest))


@dataclass(slots=True)
class Api:
    """A connection to one API server, for any number of threads."""

    login: Login
    connections: int = 16
    patience: Patience = field(default_factory=Patience)
    _client: Any = None

    def __post_init__(self) -> None:
        self.login.configuration.connection_pool_maxsize = self.connections
        self._client = client.ApiClient(self.login.configuration)

    def call(
        self,
        method: str,
        path: str,
        query: Query = (),
        body: Mapping[str, Any] | None = None,
        kind: str = JSON,
    ) -> Answer:
        """Send a request until it has an answer that asking again would not change.

        What was sent twice is applied once: every write of ours can be repeated.
        """
        end = self.patience.clock() + self.patience.limit
        tries = 0
        while True:
            answer, demanded, fault = self._once(method, path, query, body, kind)
            is_final = answer is not None and answer.meaning is not Meaning.RETRY
            pause = self.patience.pause(tries, demanded)
            if is_final or self.patience.clock() + pause > end:
                break
            self.patience.sleep(pause)
            tries += 1
        if answer is None:
            fact = f"{self.login.server} cannot be reached: {fault}"
            raise ClusterError(fact, NO_CLUSTER)
        return answer

    def _once(
        self,
        method: str,
        path: str,
        query: Query,
        body: Mapping[str, Any] | None,
        kind: str,
    ) -> tuple[Answer | None, float, str]:
        """Send one request; without an answer there is the fault that says why."""
        request = self._client.param_serialize(
            method,
            path,
            query_params=list(query),
            header_params={"Content-Type": kind, "Accept": JSON},
            body=body,
            auth_settings=["BearerToken"],
        )
        try:
            response = self._client.call_api(
                *request, _request_timeout=(_CONNECT, _READ)
            )
            data = response.read()
        except (urllib3.exceptions.HTTPError, client.ApiException) as error:
            return None, 0.0, _reason(error)
        headers = response.headers
        wait = headers.get("Retry-After", "")
        warnings = tuple(map(_warning, headers.getlist("Warning")))
        answer = Answer(response.status, _parsed(data), warnings)
        return answer, float(wait) if wait.isdecimal() else 0.0, ""

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


def _parsed(data: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


def _warning(header: str) -> str:
    """Return what a Warning header says: ``299 - "text"``."""
    return header.split(" ", 2)[-1].strip('"').replace('\\"', '"')


def _reason(error: Exception) -> str:
    """Say in a few words why there is no answer."""
    cause = getattr(error, "reason", None) or error
    text = str(cause).partition("(Caused by")[0]
    return text.rpartition(": ")[2].strip() or type(cause).__name__
