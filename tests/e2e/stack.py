"""A project of tests/e2e/stacks, converted and applied in a namespace of its own."""

import contextlib
import json
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from tests.cases import fixture

STACKS = Path(__file__).parent / "stacks"
PATIENCE = 120.0
_PAUSE = 0.3
_CLIENT = "busybox:1.36.1"

Manifest = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Kubectl:
    """The client, with what tells it the cluster and perhaps a namespace."""

    command: tuple[str, ...]

    def __call__(self, *arguments: str) -> str:
        """Return what a command prints; a failure tells what it said."""
        done = self.run(*arguments)
        said = f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}"
        assert done.returncode == 0, said
        return done.stdout

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self.command, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def within(self, namespace: str) -> "Kubectl":
        return Kubectl((*self.command, f"--namespace={namespace}"))


@dataclass(frozen=True)
class Stack:
    """A project that runs; services are named as in its Compose file."""

    name: str
    kubectl: Kubectl
    folder: Path
    manifests: list[Manifest]

    def apply(self, environment: Mapping[str, str]) -> None:
        """Convert the project again, with other variables, and apply it."""
        _apply(self.kubectl, self.name, self.folder, environment)

    def wait(self, *services: str) -> None:
        """Wait until services, or all that stay, are available and up to date."""
        chosen = services or self._workloads("Deployment", "DaemonSet", "StatefulSet")
        for name in chosen:
            patience = f"--timeout={PATIENCE:.0f}s"
            done = self.kubectl.run("rollout", "status", self.workload(name), patience)
            assert done.returncode == 0, f"{name} {done.stderr}\n{self.told()}"

    def wait_for_job(self, service: str, condition: str = "complete") -> None:
        """Wait until a Job is complete, or has failed."""
        patience = f"--timeout={PATIENCE:.0f}s"
        wanted = f"--for=condition={condition}"
        done = self.kubectl.run("wait", wanted, self.workload(service), patience)
        assert done.returncode == 0, f"{done.stderr}\n{self.told()}"

    def workload(self, service: str) -> str:
        """Name the workload of a service as kubectl does; one for each service."""
        names = [
            f"{item['kind'].lower()}/{item['metadata']['name']}"
            for item in self.manifests
            if item["kind"] in _WORKLOADS and _service(item) == service
        ]
        assert len(names) == 1, names
        return names[0]

    def exec(self, service: str, *command: str, container: str = "") -> str:
        """Run a command in a service's container; return what it prints."""
        done = self.try_exec(service, *command, container=container)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_exec(
        self, service: str, *command: str, container: str = ""
    ) -> subprocess.CompletedProcess[str]:
        chosen = f"--container={container or service}"
        return self.kubectl.run("exec", self.pod(service), chosen, "--", *command)

    def shell(self, service: str, script: str) -> str:
        """Run a shell script in a service's container."""
        return self.exec(service, "sh", "-c", script)

    def logs(self, service: str, container: str = "") -> str:
        chosen = f"--container={container or service}"
        return self.kubectl("logs", self.pod(service), chosen)

    def ask(self, *command: str) -> str:
        """Run a command in a Pod that is no part of the project; start it first."""
        done = self.kubectl.run("get", "pod/client", "--output=name")
        if done.returncode:
            run = ("run", "client", f"--image={_CLIENT}", "--restart=Never")
            self.kubectl(*run, "--grace-period=1", "--command", "--", "sleep", "3600")
            self.kubectl("wait", "--for=condition=Ready", "pod/client")
        return self.kubectl("exec", "client", "--", *command)

    def get(self, *arguments: str) -> Manifest:
        """Return an object, as ``deployment/web``, or a list of them."""
        found: Manifest = json.loads(self.kubectl("get", "--output=json", *arguments))
        return found

    def pods(self, service: str) -> list[Manifest]:
        """List the Pods that have a service's container, and are not being deleted."""
        found = self.get("pods", "--sort-by=.metadata.creationTimestamp")["items"]
        return [
            pod
            for pod in found
            if "deletionTimestamp" not in pod["metadata"]
            and service in _containers(pod)
        ]

    def pod(self, service: str) -> str:
        """Name the newest Pod of a service."""
        found = self.pods(service)
        assert found, self.told()
        name: str = found[-1]["metadata"]["name"]
        return name

    def told(self) -> str:
        """Return what helps when something is not as it should be."""
        pods = self.kubectl.run("get", "pods", "--output=wide").stdout
        events = self.kubectl.run("events", "--types=Warning").stdout
        return f"{pods}\n{events}"

    def _workloads(self, *kinds: str) -> list[str]:
        found = [item for item in self.manifests if item["kind"] in kinds]
        return [_service(item) for item in found]


_WORKLOADS = ("CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet")


@contextlib.contextmanager
def applied(kubectl: Kubectl, name: str, folder: Path) -> Iterator[Stack]:
    """Apply a stack; its namespace goes afterwards, without waiting for that."""
    namespace = f"e2e-{name}-{uuid.uuid4().hex[:6]}"
    kubectl("create", "namespace", namespace)
    inside = kubectl.within(namespace)
    try:
        manifests = _apply(inside, name, folder, {})
        yield Stack(name, inside, folder, manifests)
    finally:
        kubectl("delete", "namespace", namespace, "--wait=false")


def until(read: Callable[[], T], wanted: T, patience: float = PATIENCE) -> None:
    """Read until it is what it should be; fail with what it is at last."""
    end = time.monotonic() + patience
    while (found := read()) != wanted and time.monotonic() < end:
        time.sleep(_PAUSE)
    assert found == wanted


def _apply(
    kubectl: Kubectl, name: str, folder: Path, environment: Mapping[str, str]
) -> list[Manifest]:
    case = fixture(STACKS / name)
    variables = {**case.request.environment, **environment}
    case = replace(case, request=replace(case.request, environment=variables))
    assert case.accepted, case.diagnostics
    case.accepted.write(folder)
    kubectl("apply", f"--filename={folder}")
    return case.manifests


def _containers(pod: Manifest) -> set[str]:
    kinds = ("containers", "initContainers")
    return {item["name"] for kind in kinds for item in pod["spec"].get(kind, ())}


def _service(manifest: Manifest) -> str:
    name: str = manifest["metadata"]["labels"]["app.kubernetes.io/name"]
    return name
