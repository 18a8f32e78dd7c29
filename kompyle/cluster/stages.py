"""The order in which objects are applied: in stages, each whole before the next."""

from collections.abc import Iterable, Mapping
from typing import Any

Manifest = dict[str, Any]

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


def stages(manifests: Iterable[Manifest]) -> list[list[Manifest]]:
    """Group objects by stage; within one the order is as it was."""
    found: dict[int, list[Manifest]] = {}
    for manifest in manifests:
        found.setdefault(stage(manifest), []).append(manifest)
    return [found[rank] for rank in sorted(found)]
