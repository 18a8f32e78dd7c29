"""Whether the Services of a workload lead to its Pods."""

from collections.abc import Mapping
from typing import Any

from kompyle.cluster.view import View

Manifest = Mapping[str, Any]

_SERVICE = "kubernetes.io/service-name"


def unreached(view: View, workload: Manifest) -> str | None:
    """Name a Service whose slices speak of a workload's Pods, none of them ready.

    A Service that has no slices yet, or whose slices may not be read, is no matter.
    """
    if workload["kind"] in {"Job", "CronJob"}:
        return None
    newest = {pod["metadata"]["uid"] for pod in view.pods(workload)}
    if not newest:
        return None
    reached: dict[str, bool] = {}
    for found in view.slices:
        service = (found["metadata"].get("labels") or {}).get(_SERVICE, "")
        for endpoint in found.get("endpoints") or ():
            uid = (endpoint.get("targetRef") or {}).get("uid")
            if uid in newest:
                is_ready = (endpoint.get("conditions") or {}).get("ready") is not False
                reached[service] = reached.get(service, False) or is_ready
    return next((name for name, is_ready in reached.items() if not is_ready), None)
