"""The Pod that a workload makes, and the claims that a Pod mounts."""

from collections.abc import Mapping
from typing import Any

from kompyle.cluster.app import WORKLOADS
from kompyle.cluster.status import spec_of

Manifest = Mapping[str, Any]


def template(workload: Manifest) -> Manifest:
    """Return the Pod that a workload makes."""
    spec = spec_of(workload)
    if workload["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    found: Manifest = spec["template"]
    return found


def claims(pod: Manifest) -> list[str]:
    """Name the claims that a Pod, or the template of one, mounts."""
    volumes = spec_of(pod).get("volumes") or ()
    found = (volume.get("persistentVolumeClaim") for volume in volumes)
    return [claim["claimName"] for claim in found if claim]


def claims_of(item: Manifest) -> list[str]:
    """Name the claims that the Pods of a workload mount; other objects have none."""
    return claims(template(item)) if item["kind"] in WORKLOADS else []
