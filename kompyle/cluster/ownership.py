"""Whose an object is: ours, nobody's, or another tool's that would take it back."""

from collections.abc import Mapping
from typing import Any

from kompyle.cluster import applyset

Manifest = Mapping[str, Any]

_ANNOTATIONS = {
    "meta.helm.sh/release-name": "the Helm release {}",
    "argocd.argoproj.io/tracking-id": "Argo CD ({})",
    "config.k8s.io/owning-inventory": "the inventory {}",
    "objectset.rio.cattle.io/id": "the Fleet bundle {}",
}
_LABELS = {
    "kapp.k14s.io/app": "the kapp app {}",
    "kustomize.toolkit.fluxcd.io/name": "the Flux kustomization {}",
    "helm.toolkit.fluxcd.io/name": "the Flux release {}",
    "argocd.argoproj.io/instance": "the Argo CD app {}",
}


def owner(live: Manifest, set_id: str) -> str | None:
    """Name whom a live object belongs to, if that is another tool or another set."""
    metadata = live["metadata"]
    labels = metadata.get("labels") or {}
    for marks, found in (
        (_ANNOTATIONS, metadata.get("annotations") or {}),
        (_LABELS, labels),
    ):
        for mark, text in marks.items():
            if mark in found:
                return text.format(found[mark])
    member = labels.get(applyset.PART_OF)
    return f"another ApplySet, {member}" if member and member != set_id else None


def is_ours(live: Manifest, set_id: str) -> bool:
    labels = live["metadata"].get("labels") or {}
    return bool(labels.get(applyset.PART_OF) == set_id)


def managers(live: Manifest) -> list[str]:
    """Name those who have written fields of an object, but for controllers."""
    entries = live["metadata"].get("managedFields") or ()
    names = (item.get("manager", "") for item in entries if not item.get("subresource"))
    return sorted({name for name in names if name})


SCALER = "kompyle-scale"
"""Who writes the number of Pods for ``kompyle scale``."""


def counted(manifest: dict[str, Any], live: Manifest) -> dict[str, Any]:
    """Ask for one Pod where ``kompyle scale`` set a number, and the file says none.

    The number is ours from then on, until somebody sets another one: to let go of it
    would be a change that changes nothing.
    """
    spec = manifest.get("spec") or {}
    is_one = (live.get("spec") or {}).get("replicas") == 1
    is_kept = is_one and _has_number(owned(live))
    if "replicas" in spec or not (is_kept or _is_scaled(live)):
        return manifest
    return {**manifest, "spec": {"replicas": 1, **spec}}


def _is_scaled(live: Manifest) -> bool:
    return any(
        item.get("manager") == SCALER and _has_number(item.get("fieldsV1") or {})
        for item in live["metadata"].get("managedFields") or ()
    )


def _has_number(fields: Manifest) -> bool:
    return "f:replicas" in (fields.get("f:spec") or {})


def owned(live: Manifest) -> Manifest:
    """Return the fields that we have applied, as the server notes them."""
    for item in live["metadata"].get("managedFields") or ():
        is_ours = item.get("manager") == applyset.TOOL and not item.get("subresource")
        if is_ours and item.get("operation") == "Apply":
            return dict(item.get("fieldsV1") or {})
    return {}
