"""The order in which objects are applied: in stages, each whole before the next."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Manifest = dict[str, Any]
T = TypeVar("T")

_STAGES = (
    ("Namespace",),
    ("CustomResourceDefinition",),
    (
        "PriorityClass",
        "StorageClass",
        "ResourceQuota",
        "LimitRange",
        "ServiceAccount",
        "Role",
        "ClusterRole",
        "NetworkPolicy",
        "ConfigMap",
        "Secret",
        "PersistentVolume",
        "PersistentVolumeClaim",
    ),
    ("RoleBinding", "ClusterRoleBinding"),
    ("Service",),
    ("Job", "CronJob", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod"),
)
_RANKS = {kind: rank for rank, kinds in enumerate(_STAGES) for kind in kinds}
WORKLOADS = len(_STAGES) - 1
"""The stage of what runs; what has no stage of its own comes behind it."""


def stage(manifest: Mapping[str, Any]) -> int:
    return _RANKS.get(manifest["kind"], WORKLOADS + 1)


def by_stage(
    items: Iterable[T], manifest: Callable[[T], Mapping[str, Any]]
) -> dict[int, list[T]]:
    """Group items by the stage of their object, the first stage first."""
    found: dict[int, list[T]] = {}
    for item in items:
        found.setdefault(stage(manifest(item)), []).append(item)
    return {rank: found[rank] for rank in sorted(found)}
