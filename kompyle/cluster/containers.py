"""The containers of a service: which Pods have one, and how each of them is."""

from collections.abc import Iterable, Mapping
from typing import Any

from kompyle.cluster.app import Part
from kompyle.cluster.status import spec_of, status_of

Manifest = Mapping[str, Any]


def pods_of(part: Part, pods: Iterable[Manifest]) -> list[Manifest]:
    """Return the Pods that have a service's container and stay, oldest first."""
    found = (pod for pod in pods if has_container(pod, part))
    staying = (pod for pod in found if "deletionTimestamp" not in pod["metadata"])
    return sorted(staying, key=_birth)


def has_container(pod: Manifest, part: Part) -> bool:
    return part.container in staying(spec_of(pod))


def staying(spec: Manifest) -> list[str]:
    """Name the containers that stay, those that start in an order among them."""
    first = spec.get("initContainers") or ()
    beside = [item for item in first if item.get("restartPolicy") == "Always"]
    return [item["name"] for item in (*spec.get("containers", ()), *beside)]


def written(pod: Manifest, container: str) -> Manifest:
    """Return a container as the Pod asks for it."""
    return next(item for item in every(spec_of(pod)) if item["name"] == container)


def every(spec: Manifest) -> list[Manifest]:
    """Return the containers of a Pod, those that prepare it last."""
    return [*spec["containers"], *spec.get("initContainers", ())]


def status_in(pod: Manifest, container: str) -> Manifest:
    """Return how a container of a Pod is."""
    kinds = ("containerStatuses", "initContainerStatuses")
    listing = (item for kind in kinds for item in status_of(pod).get(kind) or ())
    return next((item for item in listing if item["name"] == container), {})


def is_running(pod: Manifest, container: str) -> bool:
    return "running" in (status_in(pod, container).get("state") or {})


def is_ready(pod: Manifest, container: str) -> bool:
    return bool(status_in(pod, container).get("ready"))


def container_id(pod: Manifest, container: str) -> str:
    """Return what tells a container's runs apart; "" if it never ran."""
    return str(status_in(pod, container).get("containerID", ""))


def _birth(pod: Manifest) -> tuple[str, str]:
    metadata = pod["metadata"]
    return metadata.get("creationTimestamp", ""), metadata["name"]
