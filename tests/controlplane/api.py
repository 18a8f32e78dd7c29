"""Talk to the API server as plainly as can be: requests, answers, warnings."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import urllib3

Manifest = dict[str, Any]

APPLY = "application/apply-patch+yaml"
CLUSTER_SCOPED = frozenset(("Namespace", "Node", "PersistentVolume", "StorageClass"))
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; ``warnings`` are the texts of Warning headers."""

    status: int
    body: Any
    warnings: list[str] = field(default_factory=list)

    @property
    def trouble(self) -> list[str]:
        """Return why a request was refused, and what was warned of."""
        refusal = [] if self.status < 400 else [f"{self.status} {self.body['message']}"]
        return refusal + self.warnings


class Api:
    """A client of the cluster that a kubeconfig names."""

    def __init__(self, kubeconfig: Path, user: str = "admin") -> None:
        found = json.loads(kubeconfig.read_text("utf-8"))
        cluster = found["clusters"][0]["cluster"]
        tokens = {item["name"]: item["user"]["token"] for item in found["users"]}
        self.server: str = cluster["server"]
        self.credentials = {"Authorization": f"Bearer {tokens[user]}"}
        self.pool = urllib3.PoolManager(
            maxsize=8,
            retries=False,
            timeout=30,
            ca_certs=cluster["certificate-authority"],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pool.clear()

    def call(
        self,
        method: str,
        path: str,
        body: Manifest | None = None,
        kind: str = "application/json",
    ) -> Answer:
        response = self.pool.request(
            method,
            self.server + path,
            body=None if body is None else json.dumps(body).encode(),
            headers=self.credentials | {"Content-Type": kind},
        )
        is_json = "json" in response.headers.get("Content-Type", "")
        answer = response.json() if is_json else response.data.decode()
        warnings = [_text(line) for line in response.headers.getlist("Warning")]
        return Answer(response.status, answer, warnings)

    def get(self, path: str) -> Any:  # noqa: ANN401 - any object
        """Return an object, or a list's items; None when it is not there."""
        answer = self.call("GET", path)
        if answer.status == 404:
            return None
        assert answer.status == 200, answer.body
        return answer.body.get("items", answer.body)

    def apply(self, manifest: Manifest, *, dry_run: bool = False) -> Answer:
        query = "?fieldManager=kompyle&fieldValidation=Strict&force=true"
        place = path(manifest) + query + ("&dryRun=All" if dry_run else "")
        return self.call("PATCH", place, manifest, APPLY)

    def make_namespace(self, name: str) -> None:
        """Make a namespace, if it is not there."""
        metadata = {"name": name}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        answer = self.call("POST", "/api/v1/namespaces", body)
        assert answer.status in (201, 409), answer.body


def path(manifest: Manifest) -> str:
    """Return where an object lives on the server.

    >>> path({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}})
    '/apis/apps/v1/namespaces/default/deployments/w'
    """
    version, kind, metadata = (
        manifest[key] for key in ("apiVersion", "kind", "metadata")
    )
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    if kind not in CLUSTER_SCOPED:
        root += f"/namespaces/{metadata.get('namespace', 'default')}"
    return f"{root}/{plural(kind)}/{metadata['name']}"


def plural(kind: str) -> str:
    """Name a kind as paths do.

    >>> plural("Ingress"), plural("NetworkPolicy"), plural("Service")
    ('ingresses', 'networkpolicies', 'services')
    """
    name = kind.lower()
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


def eventually(truth: Callable[[], bool], patience: float) -> bool:
    """Wait until something holds; False when it did not in so many seconds."""
    end = time.monotonic() + patience
    while not truth():
        if time.monotonic() > end:
            return False
        time.sleep(_PAUSE)
    return True


def _text(warning: str) -> str:
    """Return what a Warning header says: 299 - "text"."""
    return warning.split(" ", 2)[-1].strip('"')
