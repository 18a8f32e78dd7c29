"""Whether what was applied has become what it should be."""

from typing import Any

from tests.controlplane.api import Api, path
from tests.soundness import WORKLOADS, reference

Manifest = dict[str, Any]


def unready(api: Api, manifests: list[Manifest]) -> list[str]:
    """Name the workloads that are not ready, or not done, yet."""
    wanted = [item for item in manifests if item["kind"] in WORKLOADS]
    return [reference(item) for item in wanted if not is_ready(api.get(path(item)))]


def is_ready(workload: Manifest) -> bool:
    """Whether all Pods are ready, as wanted now; of a Job, whether it is complete."""
    spec, status = workload["spec"], workload.get("status", {})
    if workload["kind"] == "CronJob":
        return True
    if workload["kind"] == "Job":
        conditions = status.get("conditions", [])
        ended = [item["type"] for item in conditions if item["status"] == "True"]
        return "Complete" in ended
    if status.get("observedGeneration") != workload["metadata"]["generation"]:
        return False
    if workload["kind"] == "DaemonSet":
        wanted = status["desiredNumberScheduled"]
        return bool(status["numberReady"] == wanted > 0)
    return bool(status.get("readyReplicas", 0) == spec["replicas"])
