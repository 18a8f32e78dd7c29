"""Claims: one for each volume, whoever shares it and whatever its driver (R28)."""

import re
from collections.abc import Mapping

from kompyle.compose.local_driver import Disguise, disguise, flags
from kompyle.compose.volumes import Volume
from kompyle.mapping.fragment import Manifest, Outcome, origin, origins_of
from kompyle.mapping.keys import Fate
from kompyle.names import is_annotation_name, project_labels, slug
from kompyle.options import Options

_ADDRESS = re.compile(r"(?:^|,)addr=([^,]+)")
_SIZE = re.compile(r"(?P<number>\d+)(?P<unit>[kKmMgGtT])?i?[bB]?")
_KEEP = "kompyle.io/keep"


def claim_objects(
    name: str, project: str, options: Options, volume: Volume | None = None
) -> list[Manifest]:
    """Return a claim, and the volume behind it where Compose names an NFS server."""
    claim = _claim(name, project, options, volume)
    server = network_volume(volume) if volume else None
    if not volume or not server:
        return [claim]
    unique = "-".join(filter(None, (options.namespace, project, name)))
    behind = _persistent_volume(slug(unique), project, volume, server)
    claim["spec"] |= {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "volumeName": behind["metadata"]["name"],
    }
    size = claim["spec"]["resources"]["requests"]["storage"]
    behind["spec"] = {"capacity": {"storage": size}, **behind["spec"]}
    return [behind, claim]


def _claim(
    name: str, project: str, options: Options, volume: Volume | None
) -> Manifest:
    size = _size(volume) or options.volume_size
    marks = origin(volume.path, name=()) if volume else {}
    paths = [(*volume.path, "driver_opts", "size")] if volume else []
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
        name: value for name, value in volume.labels.items() if is_annotation_name(name)
    }
    marks = origin((*volume.path, "labels"), **{name: name for name in legal})
    return {_KEEP: "true", **legal, **marks}


def _size(volume: Volume | None) -> str | None:
    """Read a size that a driver is given, such as ``10g`` or ``10GB``."""
    match = _SIZE.fullmatch(volume.driver_opts.get("size", "")) if volume else None
    if not match:
        return None
    unit = (match["unit"] or "").upper()
    return f"{match['number']}{unit}i" if unit else match["number"]


def network_volume(volume: Volume) -> Manifest | None:
    """Return the NFS server that a volume of the local driver mounts, if it does."""
    options = volume.driver_opts
    address = _ADDRESS.search(options.get("o", ""))
    device = options.get("device", "")
    if not options.get("type", "").startswith("nfs") or not address:
        return None
    return {
        "server": address[1],
        "path": device.partition(":")[2] or device or "/",
        "readOnly": "ro" in flags(volume) or None,
    }


def _persistent_volume(
    name: str, project: str, volume: Volume, server: Manifest
) -> Manifest:
    """Build the volume of an NFS export, which no one but its claim may have."""
    paths = [(*volume.path, "driver_opts", key) for key in ("device", "o", "type")]
    flags = [
        flag
        for flag in volume.driver_opts.get("o", "").split(",")
        if flag and not flag.startswith("addr=") and flag not in ("rw", "ro")
    ]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": name,
            "labels": project_labels(project),
        },
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "persistentVolumeReclaimPolicy": "Retain",
            "mountOptions": flags or None,
            "nfs": {**server, **origins_of(server=paths)},
        },
    }


def driver_outcomes(volume: Volume) -> list[Outcome]:
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
    known = {"size"} | (_NFS if network_volume(volume) else set())
    for name in volume.driver_opts:
        if name in known:
            continue
        place = (*volume.path, "driver_opts", name)
        told, mend = _lost_option(volume.driver_opts)
        found.append(Outcome(place, Fate.LOST, told, mend))
    return found


_DISGUISES = {
    Disguise.BIND: "it is a bind mount: what becomes of it is said where it is mounted",
    Disguise.MEMORY: "it is memory, and each Pod that mounts it has its own",
}
_NFS = frozenset(("type", "o", "device"))


_OTHERWISE = "Create the claim by other means, and call the volume external."
_CLASS = (
    "Choose a class with --storage-class, or create the claim by other means, and call "
    "the volume external."
)
_DECIDED = "the storage class decides how a volume is made", _CLASS
_NO_ADDRESS = "the share has no server", "Write `addr=` and its address into `o`."
_LOST_OPTIONS = {
    "cifs": (
        "a share of this kind needs its driver in the cluster (smb.csi.k8s.io)",
        _OTHERWISE,
    ),
    "nfs": _NO_ADDRESS,
    "nfs4": _NO_ADDRESS,
}
"""What is lost of a volume of some type, and the way out."""


def _lost_option(options: Mapping[str, str]) -> tuple[str, str]:
    return _LOST_OPTIONS.get(options.get("type", ""), _DECIDED)
