"""Whether the Services of a workload lead to its Pods."""

from collections.abc import Mapping
from typing import Any

from kompyle.cluster.view import View

Manifest = Mapping[str, Any]


def unreached(view: View, workload: Manifest) -> str | None:
    """Name a Service whose slices speak of a workload's Pods, none of them ready.

    A Service that has no slices yet, or whose slices may not be read, is no matter.
    """
    if workload["kind"] in {"Job", "CronJob"}:
        return None
    reached: dict[str, bool] = {}
    for pod in view.pods(workload):
        for service, is_ready in view.endpoints.get(pod["metadata"]["uid"], ()):
            reached[service] = reached.get(service, False) or is_ready
    return next((name for name, is_ready in reached.items() if not is_ready), None)
