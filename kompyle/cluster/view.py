"""The objects of one moment: which Pods are a workload's, and of its newest revision.

Pods of before do not speak for an update: a broken one may be why there is an update.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kompyle.cluster.mounted import claims
from kompyle.cluster.status import status_of
from kompyle.cluster.watching import Watching

Manifest = Mapping[str, Any]

_SERVICE = "kubernetes.io/service-name"
_REVISION = "deployment.kubernetes.io/revision"
_GENERATION = "deprecated.daemonset.template.generation"
_POD_GENERATION = "pod-template-generation"
_HASH = "controller-revision-hash"
_KINDS = ("CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet")


class View:
    """What :class:`Watching` knows at one moment, by who owns whom."""

    def __init__(self, watching: Watching) -> None:
        self._workloads = {
            f"{kind}/{item['metadata']['name']}": item
            for kind in _KINDS
            for item in _living(watching.items(kind))
        }
        self._sets = _by_owner(watching.items("ReplicaSet"))
        self._pods = _by_owner(_living(watching.items("Pod")))
        self._events: dict[str, list[Manifest]] = {}
        for event in watching.items("Event"):
            uid = (event.get("involvedObject") or {}).get("uid", "")
            self._events.setdefault(uid, []).append(event)
        self._claims = {
            item["metadata"]["name"]: item
            for item in watching.items("PersistentVolumeClaim")
        }
        self.endpoints = _by_target(watching.items("EndpointSlice"))
        """The Services that speak of a Pod, by its uid, and whether they lead to it."""

    def workload(self, reference: str) -> Manifest | None:
        return self._workloads.get(reference)

    def pods(self, workload: Manifest) -> list[Manifest]:
        """Return the Pods of a workload's newest revision."""
        uid = workload["metadata"]["uid"]
        if workload["kind"] == "Deployment":
            newest = _annotation(workload, _REVISION)
            return [
                pod
                for found in self._sets.get(uid, ())
                if _annotation(found, _REVISION) == newest
                for pod in self._pods.get(found["metadata"]["uid"], ())
            ]
        label, wanted = _mark(workload)
        return [
            pod
            for pod in self._pods.get(uid, ())
            if not wanted or pod["metadata"]["labels"].get(label) == wanted
        ]

    def events(self, workload: Manifest) -> list[Manifest]:
        """Return the warnings about a workload, its Pods, and the claims of these."""
        uids = [workload["metadata"]["uid"]]
        uids += [
            found["metadata"]["uid"]
            for found in self._sets.get(uids[0], ())
            if _annotation(found, _REVISION) == _annotation(workload, _REVISION)
        ]
        uids += [
            item["metadata"]["uid"]
            for item in (*self.pods(workload), *self.unbound(workload))
        ]
        return [event for uid in uids for event in self._events.get(uid, ())]

    def unbound(self, workload: Manifest) -> list[Manifest]:
        """Return the claims of a workload's Pods that have no volume."""
        names = {name for pod in self.pods(workload) for name in claims(pod)}
        found = (self._claims[name] for name in sorted(names & self._claims.keys()))
        return [claim for claim in found if status_of(claim).get("phase") != "Bound"]


def _living(items: Iterable[Manifest]) -> list[Manifest]:
    return [item for item in items if "deletionTimestamp" not in item["metadata"]]


def _by_owner(items: Iterable[Manifest]) -> dict[str, list[Manifest]]:
    found: dict[str, list[Manifest]] = {}
    for item in items:
        for owner in item["metadata"].get("ownerReferences") or ():
            if owner.get("controller"):
                found.setdefault(owner["uid"], []).append(item)
    return found


def _by_target(slices: Iterable[Manifest]) -> dict[str, list[tuple[str, bool]]]:
    found: dict[str, list[tuple[str, bool]]] = {}
    for item in slices:
        service = (item["metadata"].get("labels") or {}).get(_SERVICE, "")
        for endpoint in item.get("endpoints") or ():
            uid = (endpoint.get("targetRef") or {}).get("uid", "")
            is_ready = (endpoint.get("conditions") or {}).get("ready") is not False
            found.setdefault(uid, []).append((service, is_ready))
    return found


def _annotation(item: Manifest, name: str) -> str:
    return str((item["metadata"].get("annotations") or {}).get(name, ""))


def _mark(workload: Manifest) -> tuple[str, str]:
    """Return the label of the Pods of the newest revision, and its value."""
    if workload["kind"] == "StatefulSet":
        return _HASH, str(status_of(workload).get("updateRevision", ""))
    if workload["kind"] == "DaemonSet":
        return _POD_GENERATION, _annotation(workload, _GENERATION)
    return "", ""
