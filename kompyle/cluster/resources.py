"""Where the objects of each kind live on the API server.

The table holds what Kompyle writes; it saves every run the questions of discovery.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Manifest = Mapping[str, Any]


KEPT = frozenset(
    (
        "CustomResourceDefinition",
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
    )
)
"""The kinds that hold data, or other objects: nothing deletes them unasked."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind as the API server knows it: ``api`` is its group and version."""

    api: str
    kind: str
    plural: str
    is_namespaced: bool = True

    def path(self, namespace: str | None, name: str = "") -> str:
        """Return the path of one object, or without a name that of all.

        >>> Resource("apps/v1", "Deployment", "deployments").path("shop", "web")
        '/apis/apps/v1/namespaces/shop/deployments/web'
        """
        root = f"/apis/{self.api}" if "/" in self.api else f"/api/{self.api}"
        if self.is_namespaced and namespace:
            root += f"/namespaces/{namespace}"
        return f"{root}/{self.plural}" + (f"/{name}" if name else "")


_CLUSTER_WIDE = frozenset(
    (
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "StorageClass",
    )
)
_KINDS = {
    "v1": (
        "ConfigMap",
        "Event",
        "LimitRange",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Pod",
        "ResourceQuota",
        "Secret",
        "Service",
        "ServiceAccount",
    ),
    "apps/v1": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch/v1": ("CronJob", "Job"),
    "autoscaling/v2": ("HorizontalPodAutoscaler",),
    "coordination.k8s.io/v1": ("Lease",),
    "discovery.k8s.io/v1": ("EndpointSlice",),
    "networking.k8s.io/v1": ("Ingress", "NetworkPolicy"),
    "policy/v1": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io/v1": (
        "ClusterRole",
        "ClusterRoleBinding",
        "Role",
        "RoleBinding",
    ),
    "scheduling.k8s.io/v1": ("PriorityClass",),
    "storage.k8s.io/v1": ("StorageClass",),
    "apiextensions.k8s.io/v1": ("CustomResourceDefinition",),
}


def plural(kind: str) -> str:
    """Name a kind as paths do.

    >>> plural("Ingress"), plural("NetworkPolicy"), plural("Service")
    ('ingresses', 'networkpolicies', 'services')
    """
    name = kind.lower()
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


Known = Mapping[tuple[str, str], Resource]
"""Resources by the version of their API and their kind."""

RESOURCES: Known = {
    (api, kind): Resource(api, kind, plural(kind), kind not in _CLUSTER_WIDE)
    for api, kinds in _KINDS.items()
    for kind in kinds
}


def by_group(known: Known) -> dict[tuple[str, str], Resource]:
    """Return resources by group and kind, whatever the version."""
    return {
        (api.rpartition("/")[0], kind): found for (api, kind), found in known.items()
    }


def place(manifest: Manifest, namespace: str, known: Known = RESOURCES) -> str:
    """Return the path of an object; *namespace* is where it goes by default."""
    metadata = manifest["metadata"]
    found = known[manifest["apiVersion"], manifest["kind"]]
    return found.path(metadata.get("namespace") or namespace, metadata["name"])
