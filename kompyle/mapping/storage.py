"""Claims: one for each volume, whoever shares it and whatever its driver (R28)."""

from kompyle.compose.local_driver import Disguise, disguise
from kompyle.compose.volumes import Volume
from kompyle.mapping.claim_sizes import claim_size, size_outcomes
from kompyle.mapping.fragment import Manifest, Outcome, origin, origins_of
from kompyle.mapping.keys import Fate
from kompyle.mapping.labels import secret_labels
from kompyle.mapping.naming import object_name
from kompyle.mapping.secret_values import SecretValues
from kompyle.mapping.shares import (
    SHARE_KEYS,
    is_share,
    is_windows,
    lost_share,
    share_objects,
    share_outcomes,
)
from kompyle.names import is_annotation_name, project_labels
from kompyle.options import Options
from kompyle.sensitive import is_sensitive

_KEEP = "kompyle.io/keep"


def claim_objects(
    name: str, project: str, options: Options, volume: Volume | None = None
) -> list[Manifest]:
    """Return a claim, and what is behind it where Compose names a server."""
    claim = _claim(name, project, options, volume)
    if not volume or not is_share(volume, options):
        return [claim]
    *beside, behind = share_objects(name, project, options, volume)
    claim["spec"] |= {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "volumeName": behind["metadata"]["name"],
    }
    size = claim["spec"]["resources"]["requests"]["storage"]
    behind["spec"] = {"capacity": {"storage": size}, **behind["spec"]}
    return [*beside, behind, claim]


def _claim(
    name: str, project: str, options: Options, volume: Volume | None
) -> Manifest:
    said = claim_size(volume) if volume else None
    size = said or options.volume_size
    marks = origin(volume.path, name=()) if volume else {}
    paths = [(*volume.path, "driver_opts", "size")] if volume and said else []
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": name,
            "labels": project_labels(project),
            "annotations": _annotations(volume),
            **marks,
        },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": options.storage_class,
            "resources": {"requests": {"storage": size, **origins_of(storage=paths)}},
        },
    }


def _annotations(volume: Volume | None) -> Manifest:
    if volume is None:
        return {_KEEP: "true"}
    legal = {
        name: value
        for name, value in volume.labels.items()
        if is_annotation_name(name) and not is_sensitive(name, value)
    }
    marks = origin((*volume.path, "labels"), **{name: name for name in legal})
    return {_KEEP: "true", **legal, **marks}


def driver_outcomes(volume: Volume, options: Options) -> list[Outcome]:
    """Account for a driver and its options."""
    truth = disguise(volume)
    if truth:
        return [Outcome(volume.path, Fate.IGNORED, _DISGUISES[truth])]
    found = []
    path = (*volume.path, "driver")
    if volume.driver in ("local", "default"):
        found.append(
            Outcome(path, Fate.IGNORED, "the claim's class says where it lies")
        )
    elif volume.driver:
        note = "the driver of a volume is that of its storage class"
        way_out = "Choose the class with --storage-class."
        found.append(Outcome(path, Fate.LOST, note, way_out))
    found += [
        Outcome(
            (*volume.path, "labels", name),
            Fate.LOST,
            f"{name!r} is no name of an annotation",
            "Use letters, digits, `.`, `_`, `-` and one `/`.",
        )
        for name in volume.labels
        if not is_annotation_name(name)
    ]
    labels = (*volume.path, "labels")
    found += secret_labels(labels, dict(volume.labels), SecretValues(), "claim")
    known = {"size"}
    if is_share(volume, options):
        known |= SHARE_KEYS
        found += share_outcomes(volume)
    found += size_outcomes(volume)
    for name in volume.driver_opts:
        if name in known:
            continue
        place = (*volume.path, "driver_opts", name)
        told, mend = _lost_option(volume, options)
        found.append(Outcome(place, Fate.LOST, told, mend))
    return found


def external_claim(volume: Volume) -> tuple[Outcome, Outcome]:
    """Say which claim has to be there, of a volume that others make."""
    name = object_name(volume)
    old = "" if name == volume.name else f": {volume.name!r} is called so here"
    note = f"the claim {name!r} must exist{old}"
    way_out = (
        "Create it (kubectl get pvc lists what is there), or leave `external` out."
    )
    path = (*volume.path, "external")
    return (
        Outcome(path, Fate.KEPT, note, way_out, "external-object"),
        Outcome((*volume.path, "name"), Fate.KEPT, note),
    )


_DISGUISES = {
    Disguise.BIND: "it is a bind mount: what becomes of it is said where it is mounted",
    Disguise.MEMORY: "it is memory, and each Pod that mounts it has its own",
}

_CLASS = (
    "Choose a class with --storage-class, or create the claim by other means, and call "
    "the volume external."
)
_DECIDED = "the storage class decides how a volume is made", _CLASS
_NO_ADDRESS = "the share has no server", "Write `addr=` and its address into `o`."
_LOST_OPTIONS = {
    "nfs": _NO_ADDRESS,
    "nfs4": _NO_ADDRESS,
}
"""What is lost of a volume of some type, and the way out."""


def _lost_option(volume: Volume, options: Options) -> tuple[str, str]:
    if is_windows(volume):
        return lost_share(volume, options) or _DECIDED
    return _LOST_OPTIONS.get(volume.driver_opts.get("type", ""), _DECIDED)
