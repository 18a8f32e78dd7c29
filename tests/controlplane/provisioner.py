"""Volumes for claims: what the storage of a cluster does, without any storage."""

import asyncio

from tests.controlplane.async_api import AsyncApi, Manifest

DEFAULT, BROKEN = "standard", "broken"
"""Storage classes; the provisioner of the second one is nowhere."""

_PROVISIONER = "kompyle.dev/fake"
_MADE_BY = "pv.kubernetes.io/provisioned-by"
_NODE = "volume.kubernetes.io/selected-node"
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_VOLUMES = "/api/v1/persistentvolumes"


async def run(api: AsyncApi) -> None:
    """Provide storage for ever."""
    is_default = {"storageclass.kubernetes.io/is-default-class": "true"}
    for name, provisioner, annotations in (
        (DEFAULT, _PROVISIONER, is_default),
        (BROKEN, "kompyle.dev/nowhere", {}),
    ):
        body = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": name, "annotations": annotations},
            "provisioner": provisioner,
            "volumeBindingMode": "WaitForFirstConsumer",
        }
        await api.insist("POST", _CLASSES, body)
    await asyncio.gather(_bind(api), _remove(api))


async def _bind(api: AsyncApi) -> None:
    async for claim, is_gone in api.watch("/api/v1/persistentvolumeclaims"):
        if not is_gone and _is_asked_for(claim):
            await api.insist("POST", _VOLUMES, volume(claim))


async def _remove(api: AsyncApi) -> None:
    async for found, is_gone in api.watch(_VOLUMES):
        metadata = found["metadata"]
        is_ours = metadata.get("annotations", {}).get(_MADE_BY) == _PROVISIONER
        is_free = found.get("status", {}).get("phase") == "Released"
        if not is_gone and is_ours and is_free:
            await api.call("DELETE", f"{_VOLUMES}/{metadata['name']}")


def _is_asked_for(claim: Manifest) -> bool:
    """Whether a Pod that is to come to a node waits for it."""
    metadata, spec = claim["metadata"], claim["spec"]
    return (
        spec.get("storageClassName") == DEFAULT
        and not spec.get("volumeName")
        and _NODE in metadata.get("annotations", {})
    )


def volume(claim: Manifest) -> Manifest:
    """Write the volume that satisfies a claim."""
    metadata, spec = claim["metadata"], claim["spec"]
    name = f"pvc-{metadata['uid']}"
    identity = {key: metadata[key] for key in ("namespace", "name", "uid")}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_MADE_BY: _PROVISIONER}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": DEFAULT,
            "volumeMode": spec.get("volumeMode", "Filesystem"),
            "hostPath": {"path": f"/fake/{name}"},
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
            | identity,
        },
    }
