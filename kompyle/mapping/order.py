"""The order in which objects are applied, and so written in one stream."""

from kompyle.mapping.fragment import Manifest

RANK = {
    "Namespace": 0,
    "ServiceAccount": 1,
    "Secret": 2,
    "ConfigMap": 2,
    "PersistentVolume": 3,
    "PersistentVolumeClaim": 3,
    "Role": 4,
    "RoleBinding": 5,
    "NetworkPolicy": 6,
    "Service": 6,
    "Job": 7,
    "CronJob": 7,
    "Deployment": 8,
    "StatefulSet": 8,
    "DaemonSet": 8,
}


def apply_rank(manifest: Manifest) -> int:
    return RANK[manifest["kind"]]
