"""A Pod on the fake node: init containers in order, then all others."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from tests.controlplane.container import Container, Role, now

Manifest = dict[str, Any]


class Pod:
    """What runs of a Pod; ``tell`` is called whenever its status has changed."""

    def __init__(
        self, manifest: Manifest, address: str, tell: Callable[[], None]
    ) -> None:
        self.manifest = manifest
        self.address = address
        self.tell = tell
        spec = manifest["spec"]
        self.inits = [
            self._container(item, "sidecar" if "restartPolicy" in item else "init")
            for item in spec.get("initContainers", ())
        ]
        self.mains = [self._container(item, "main") for item in spec["containers"]]
        self.is_initialized = not self.inits
        self.phase = ""
        self.since = now()
        self.conditions: dict[str, Manifest] = {}

    def _container(self, spec: Manifest, role: Role) -> Container:
        policy = self.manifest["spec"].get("restartPolicy", "Always")
        return Container(spec, role, policy, self.tell)

    @property
    def uid(self) -> str:
        found: str = self.manifest["metadata"]["uid"]
        return found

    @property
    def place(self) -> str:
        metadata = self.manifest["metadata"]
        return f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"

    @property
    def is_stubborn(self) -> bool:
        return any(item.script.is_stubborn for item in self.mains)

    def warnings(self) -> Iterator[Manifest]:
        """Take the warnings that nobody was told of yet, as events."""
        names = ("namespace", "name", "uid")
        metadata = {name: self.manifest["metadata"][name] for name in names}
        for container in (*self.inits, *self.mains):
            while container.warnings:
                reason, message = container.warnings.pop(0)
                yield {
                    "apiVersion": "v1",
                    "kind": "Event",
                    "metadata": {"generateName": f"{metadata['name']}."},
                    "involvedObject": {"apiVersion": "v1", "kind": "Pod", **metadata},
                    "type": "Warning",
                    "reason": reason,
                    "message": message,
                    "count": 1,
                    "firstTimestamp": now(),
                    "lastTimestamp": now(),
                    "source": {"component": "kubelet"},
                }

    async def run(self) -> None:
        """Live until all containers ended for good."""
        async with asyncio.TaskGroup() as group:
            sidecars: list[asyncio.Task[int]] = []
            for container in self.inits:
                task = group.create_task(container.run())
                if container.role == "sidecar":
                    sidecars.append(task)
                    await container.has_started.wait()
                elif await task:
                    break
            else:
                self.is_initialized = True
                self.tell()
                await asyncio.gather(*(item.run() for item in self.mains))
            for sidecar in sidecars:
                sidecar.cancel()
        self.stop()

    def stop(self, *, code: int = 0) -> None:
        """End whatever runs, and say how it went."""
        for container in (*self.mains, *reversed(self.inits)):
            container.end(code, "Error" if code else "Completed")
        ended = [item for item in (*self.inits, *self.mains) if item.role != "sidecar"]
        is_success = all(item.exit_code == 0 for item in ended)
        self.phase = "Succeeded" if is_success else "Failed"
        self.tell()

    def status(self) -> Manifest:
        return {
            "phase": self.phase or self._running_phase(),
            "conditions": self._conditions(),
            "observedGeneration": self.manifest["metadata"].get("generation", 1),
            "hostIP": "127.0.0.1",
            "hostIPs": [{"ip": "127.0.0.1"}],
            "podIP": self.address,
            "podIPs": [{"ip": self.address}],
            "startTime": self.since,
            "initContainerStatuses": [item.status() for item in self.inits],
            "containerStatuses": [item.status() for item in self.mains],
        }

    def _running_phase(self) -> str:
        waiting = [m for m in self.mains if "waiting" in m.state and not m.last]
        return "Running" if self.is_initialized and not waiting else "Pending"

    def _conditions(self) -> list[Manifest]:
        staying = [item for item in self.inits if item.role == "sidecar"]
        unready = [i.spec["name"] for i in (*staying, *self.mains) if not i.is_ready]
        ready = _verdict(unready, "ContainersNotReady", "unready status")
        if self.phase == "Succeeded":
            ready = {"status": "False", "reason": "PodCompleted", "message": ""}
        left = [] if self.is_initialized else self.inits
        begun = [item.spec["name"] for item in left if not item.is_ready]
        initialized = _verdict(begun, "ContainersNotInitialized", "incomplete status")
        self._condition("PodReadyToStartContainers", _verdict([], "", ""))
        self._condition("Initialized", initialized)
        self._condition("ContainersReady", ready)
        self._condition("Ready", ready)
        return list(self.conditions.values())

    def _condition(self, kind: str, verdict: Manifest) -> None:
        """Note a condition; its time stays when its status does."""
        before = self.conditions.get(kind, {})
        is_same = before.get("status") == verdict["status"]
        since = before["lastTransitionTime"] if is_same else now()
        changed = {"type": kind, **verdict, "lastTransitionTime": since}
        self.conditions[kind] = changed


def _verdict(names: list[str], reason: str, what: str) -> Manifest:
    if not names:
        return {"status": "True", "reason": "", "message": ""}
    message = f"containers with {what}: [{' '.join(names)}]"
    return {"status": "False", "reason": reason, "message": message}
