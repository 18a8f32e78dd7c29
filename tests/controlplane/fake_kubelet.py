"""A node without containers: its Pods live through what their images' names say.

Run as a program, with a kubeconfig: it registers the node and serves it for ever.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path

from tests.controlplane import provisioner
from tests.controlplane.async_api import STRATEGIC, TROUBLES, AsyncApi, Manifest
from tests.controlplane.container import now
from tests.controlplane.kubelet_port import kubelet_port
from tests.controlplane.pod import Pod

NODE = "fake-node"
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
_RENEWAL = 10.0
_PAUSE = 0.1
_KILLED = 137
_EXPECTED = (200, 201, 403, 404, 409)
_AMPLE = {
    "cpu": "1000",
    "memory": "4Ti",
    "ephemeral-storage": "4Ti",
    "pods": "10000",
    "nvidia.com/gpu": "64",
    "amd.com/gpu": "64",
}


class Kubelet:
    """Follows the Pods of its node, each by itself."""

    def __init__(self, api: AsyncApi) -> None:
        self.api = api
        self.addresses = _addresses()
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.ending: set[str] = set()
        self.pods: dict[str, Pod] = {}

    async def run(self) -> None:
        async with kubelet_port(self.api, self._find) as port:
            await self.api.insist("POST", "/api/v1/nodes", node(port))
            await asyncio.gather(self._renew(), self._follow())

    def _find(self, namespace: str, name: str) -> Pod | None:
        place = f"/api/v1/namespaces/{namespace}/pods/{name}"
        return next((pod for pod in self.pods.values() if pod.place == place), None)

    async def _renew(self) -> None:
        """Say every some seconds that the node lives."""
        await self.api.insist("POST", _LEASES, lease())
        while True:
            await asyncio.sleep(_RENEWAL)
            with suppress(*TROUBLES):
                kind = "application/merge-patch+json"
                await self.api.call("PATCH", f"{_LEASES}/{NODE}", lease(), kind)

    async def _follow(self) -> None:
        place = f"/api/v1/pods?fieldSelector=spec.nodeName={NODE}"
        async for manifest, is_gone in self.api.watch(place):
            uid = manifest["metadata"]["uid"]
            if is_gone:
                self._forget(uid)
            elif manifest["metadata"].get("deletionTimestamp"):
                self._end(uid, manifest)
            elif uid not in self.tasks:
                self.tasks[uid] = asyncio.create_task(self._live(uid, manifest))

    def _forget(self, uid: str) -> None:
        self.ending.discard(uid)
        self.pods.pop(uid, None)
        if task := self.tasks.pop(uid, None):
            task.cancel()

    def _end(self, uid: str, manifest: Manifest) -> None:
        """Have a Pod end once, in place of whatever it does."""
        if uid in self.ending:
            return
        self.ending.add(uid)
        if task := self.tasks.get(uid):
            task.cancel()
        self.tasks[uid] = asyncio.create_task(self._stop(uid, manifest))

    async def _live(self, uid: str, manifest: Manifest) -> None:
        changed = asyncio.Event()
        pod = self.pods[uid] = Pod(manifest, next(self.addresses), changed.set)
        changed.set()
        living = asyncio.create_task(pod.run())
        living.add_done_callback(lambda _: changed.set())
        try:
            while not living.done() or changed.is_set():
                await changed.wait()
                changed.clear()
                await self._report(pod)
        finally:
            living.cancel()

    async def _stop(self, uid: str, manifest: Manifest) -> None:
        pod = self.pods.get(uid) or Pod(manifest, next(self.addresses), _nothing)
        if pod.is_stubborn:
            await asyncio.sleep(manifest["metadata"]["deletionGracePeriodSeconds"])
        pod.stop(code=_KILLED if pod.is_stubborn else 0)
        await self._report(pod)
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": uid}}
        await self._try("DELETE", pod.place, body)

    async def _report(self, pod: Pod) -> None:
        body = {"metadata": {"uid": pod.uid}, "status": pod.status()}
        await self._try("PATCH", f"{pod.place}/status", body)
        namespace = pod.manifest["metadata"]["namespace"]
        for event in pod.warnings():
            await self._try("POST", f"/api/v1/namespaces/{namespace}/events", event)

    async def _try(self, method: str, place: str, body: Manifest) -> None:
        """Repeat what the server could not be asked for; note what it refused."""
        kind = STRATEGIC if method == "PATCH" else "application/json"
        while True:
            try:
                status, answer = await self.api.call(method, place, body, kind)
            except TROUBLES:
                await asyncio.sleep(_PAUSE)
                continue
            if status not in _EXPECTED:
                print(method, place, answer, flush=True)  # noqa: T201 - its log
            return


def _nothing() -> None:
    """Tell nobody."""


def _addresses() -> Iterator[str]:
    first = int(IPv4Address("10.244.0.1"))
    return (str(IPv4Address(first + number)) for number in count())


def node(port: int) -> Manifest:
    """Describe the node: ready, and large enough for everything."""
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    times = {"lastHeartbeatTime": now(), "lastTransitionTime": now()}
    facts = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": NODE,
        "kubernetes.io/os": "linux",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": NODE, "labels": facts},
        "status": {
            "capacity": _AMPLE,
            "allocatable": _AMPLE,
            "conditions": [{**ready, "message": "", **times}],
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        },
    }


def lease() -> Manifest:
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": NODE},
        "spec": {
            "holderIdentity": NODE,
            "leaseDurationSeconds": 40,
            "renewTime": moment.replace("+00:00", "Z"),
        },
    }


async def serve(kubeconfig: Path) -> None:
    """Be the node and the storage of a cluster, for ever."""
    async with AsyncApi(kubeconfig) as api:
        await asyncio.gather(Kubelet(api).run(), provisioner.run(api))


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
