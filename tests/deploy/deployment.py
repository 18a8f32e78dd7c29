"""A project that is deployed: its folder, its namespace, and what came of a command."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.controlplane import build
from tests.controlplane.api import Api, eventually, plural
from tests.controlplane.faults import Request
from tests.controlplane.proxy import Proxy

Manifest = dict[str, Any]

PATIENCE = 60.0
_APIS = {
    "Deployment": "apis/apps/v1",
    "EndpointSlice": "apis/discovery.k8s.io/v1",
    "Event": "api/v1",
    "Job": "apis/batch/v1",
    "Lease": "apis/coordination.k8s.io/v1",
    "NetworkPolicy": "apis/networking.k8s.io/v1",
    "Role": "apis/rbac.authorization.k8s.io/v1",
    "StatefulSet": "apis/apps/v1",
}
MEMBERS = (
    "ConfigMap",
    "Deployment",
    "Job",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Secret",
    "Service",
    "StatefulSet",
)
PART_OF = "applyset.kubernetes.io/part-of"


@dataclass(frozen=True)
class Done:
    """What came of a command: its exit code, what it said, the seconds it took."""

    code: int
    out: str
    err: str
    seconds: float
    requests: list[Request] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that was said, without the times before the lines."""
        return re.sub(r"(?m)^\d\d:\d\d:\d\d ", "", self.err)

    @property
    def events(self) -> list[Manifest]:
        """What ``--output json`` prints."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def writes(self) -> list[Request]:
        """The requests that were to change objects; the lease is not counted."""
        found = (request for request in self.requests if request.is_write)
        return [request for request in found if "/leases" not in request.path]


@dataclass
class Deployment:
    """A project whose commands reach the server through the proxy."""

    folder: Path
    namespace: str
    api: Api
    proxy: Proxy
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, services: str, name: str = "compose.yaml") -> None:
        """Write a Compose file; it is called shop."""
        (self.folder / name).write_text(f"name: shop\n{services}", "utf-8")

    def up(self, *arguments: str, code: int | None = 0, **choices: Any) -> Done:  # noqa: ANN401
        done = self.run("up", *arguments, **choices)
        assert code is None or done.code == code, done.err
        return done

    def run(self, *arguments: str, **choices: Any) -> Done:  # noqa: ANN401
        """Run a command to its end; tell what the server was asked meanwhile."""
        before = len(self.proxy.requests)
        started = time.monotonic()
        program = self.start(*arguments, **choices)
        out, err = program.communicate(timeout=PATIENCE * 2)
        seconds = time.monotonic() - started
        asked = self.proxy.requests[before:]
        return Done(program.returncode, out, err, seconds, asked)

    def start(
        self,
        *arguments: str,
        context: str | None = "admin",
        kubeconfig: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command; a context is named, since it is no local one."""
        command = [sys.executable, "-m", "kompyle", *arguments, "-n", self.namespace]
        command += ["--context", context] if context else []
        program = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(kubeconfig) | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(program)
        return program

    def environment(self, kubeconfig: Path | None = None) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("COMPOSE_")}
        more = {"XDG_STATE_HOME": self.folder.parent / "state"}
        more["KUBECONFIG"] = kubeconfig or self.proxy.kubeconfig
        return kept | {name: str(path) for name, path in more.items()}

    def kubectl(self, *arguments: str) -> str:
        """Have kubectl do something, by itself and not through the proxy."""
        done = subprocess.run(
            [build.folder() / "kubectl", "-n", self.namespace, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self) -> None:
        """End what still runs."""
        for program in self.running:
            if program.poll() is None:
                program.send_signal(signal.SIGKILL)
            program.wait()
            for pipe in filter(None, (program.stdout, program.stderr)):
                pipe.close()

    def path(self, kind: str, name: str = "") -> str:
        root = f"/{_APIS.get(kind, 'api/v1')}/namespaces/{self.namespace}"
        return f"{root}/{plural(kind)}" + (f"/{name}" if name else "")

    def get(self, kind: str, name: str) -> Any:  # noqa: ANN401 - any object
        """Return an object as the server has it; None when it is not there."""
        return self.api.get(self.path(kind, name))

    def all(self, kind: str) -> list[Manifest]:
        found: list[Manifest] = self.api.get(self.path(kind))
        return [{"kind": kind, **item} for item in found]

    def members(self) -> dict[str, Manifest]:
        """Return the objects of the project's set, by names as Deployment/web."""
        selector = f"?labelSelector={PART_OF}"
        return {
            f"{kind}/{item['metadata']['name']}": item
            for kind in MEMBERS
            for item in self.api.get(self.path(kind) + selector)
        }

    def versions(self) -> dict[str, str]:
        """Return the version of each member, which every write changes."""
        return {
            name: item["metadata"]["resourceVersion"]
            for name, item in self.members().items()
        }

    def await_account(self) -> None:
        """Wait until Pods can be made here."""
        account = self.path("ServiceAccount", "default")
        assert eventually(lambda: self.api.get(account) is not None, PATIENCE)

    def patch(self, kind: str, name: str, body: Manifest) -> Manifest:
        """Change an object behind the back of kompyle."""
        merge = "application/merge-patch+json"
        answer = self.api.call("PATCH", self.path(kind, name), body, merge)
        assert answer.status == 200, answer.body
        found: Manifest = answer.body
        return found

    def create(self, kind: str, name: str, **more: Any) -> Manifest:  # noqa: ANN401
        """Make an object that is not of the project."""
        metadata = {"name": name, **more.pop("metadata", {})}
        root = _APIS.get(kind, "api/v1")
        version = root.removeprefix("apis/").removeprefix("api/")
        body = {"apiVersion": version, "kind": kind, "metadata": metadata, **more}
        answer = self.api.call("POST", self.path(kind), body)
        assert answer.status == 201, answer.body
        found: Manifest = answer.body
        return found
