"""``volumes`` and ``tmpfs``: claims, empty folders, files as ConfigMaps and Secrets."""

from collections.abc import Callable

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount, Volume
from kompyle.mapping.binds import Claim, Content, Dropped, HostPath
from kompyle.mapping.contents import content_objects, content_volume
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origin,
    origins_of,
)
from kompyle.mapping.keys import Fate, Key, adapted, ignored, kept, lost
from kompyle.mapping.mounts import CLAIM_FOLDER, claim_volume, empty_volume, mounted
from kompyle.mapping.names import project_labels, slug
from kompyle.mapping.plan import Plan
from kompyle.mapping.resources import byte_quantity

_NOT_YET = "not supported yet"
KEYS: dict[str, Key] = {
    "services.*.volumes": kept(),
    "services.*.volumes.[]": kept(),
    "services.*.volumes.[].type": kept(),
    "services.*.volumes.[].source": kept(),
    "services.*.volumes.[].target": kept(),
    "services.*.volumes.[].read_only": kept(),
    "services.*.volumes.[].consistency": ignored("it tunes Docker Desktop alone"),
    "services.*.volumes.[].bind": ignored(
        "it tunes a mount of the machine's own files"
    ),
    "services.*.volumes.[].volume": kept(),
    "services.*.volumes.[].volume.labels": lost(_NOT_YET),
    "services.*.volumes.[].volume.nocopy": ignored(
        "nothing is copied into a claim anyway"
    ),
    "services.*.volumes.[].volume.subpath": kept(),
    "services.*.volumes.[].tmpfs": kept(),
    "services.*.volumes.[].tmpfs.size": kept(),
    "services.*.volumes.[].tmpfs.mode": ignored("everyone may write to it, as in 1777"),
    "services.*.volumes.[].image": lost(
        "mount what you need from an image of your own"
    ),
    "services.*.tmpfs": kept(whole=True),
    "volumes": kept(),
    "volumes.*": kept(),
    "volumes.*.name": adapted(
        "the claim is named by its key; namespaces keep it apart"
    ),
    "volumes.*.external": kept(),
    "volumes.*.external.name": kept(),
    "volumes.*.driver": lost(_NOT_YET),
    "volumes.*.driver_opts": lost(_NOT_YET),
    "volumes.*.labels": lost(_NOT_YET),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    return combine(_KINDS[mount.type](mount, plan) for mount in service.mounts)


def objects(plan: Plan) -> list[Manifest]:
    """Return a claim for every volume that is ours, and what bound files become."""
    claims: dict[str, Manifest] = {}
    for volume in plan.inputs.volumes.values():
        if not volume.is_external:
            claims[slug(volume.key)] = _claim(slug(volume.key), plan, volume)
    contents: dict[str, Manifest] = {}
    for bind in plan.binds.values():
        if isinstance(bind, Claim):
            claims.setdefault(bind.name, _claim(bind.name, plan))
        elif isinstance(bind, Content):
            contents.setdefault(f"{bind.kind}/{bind.name}", content_objects(bind, plan))
    return [*contents.values(), *claims.values()]


def _claim(name: str, plan: Plan, volume: Volume | None = None) -> Manifest:
    marks = origin(volume.path, name=()) if volume else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": project_labels(plan.inputs.name), **marks},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": plan.options.storage_class,
            "resources": {"requests": {"storage": plan.options.volume_size}},
        },
    }


def _named(mount: Mount, plan: Plan) -> Fragment:
    if mount.source is None:
        volume = empty_volume("anonymous", mount)
        note = "it lives as long as the Pod, as it does with the container in Docker"
        outcome = Outcome((*mount.path, "type"), Fate.ADAPTED, note)
        return mounted(mount, volume, outcome)
    known = plan.inputs.volumes.get(mount.source)
    if known and known.is_external:
        claim = claim_volume(slug(known.name))
        paths = [(*known.path, key) for key in ("external", "name")]
        claim["persistentVolumeClaim"] |= origins_of(claimName=paths)
        named = Outcome(paths[1], Fate.KEPT, "the claim of this name exists already")
        return mounted(mount, claim, named, subpath=mount.subpath)
    folder = f"{CLAIM_FOLDER}/{mount.subpath}" if mount.subpath else CLAIM_FOLDER
    return mounted(mount, claim_volume(slug(mount.source)), subpath=folder)


def _bind(mount: Mount, plan: Plan) -> Fragment:
    match plan.binds.get(mount.path):
        case Content() as content:
            return content_volume(mount, content)
        case Claim(name, note):
            outcome = Outcome(mount.path, Fate.ADAPTED, note, code="empty-volume")
            return mounted(mount, claim_volume(name), outcome, subpath=CLAIM_FOLDER)
        case HostPath(path, note):
            volume = {"name": slug(f"host-{path}"), "hostPath": {"path": path}}
            outcome = Outcome(mount.path, Fate.ADAPTED, note, code="host-path")
            return mounted(mount, volume, outcome)
        case Dropped(note, help, is_lost):
            fate = Fate.LOST if is_lost else Fate.IGNORED
            return Fragment(outcomes=(Outcome(mount.path, fate, note, help),))
        case None:
            note = "the mount has no source"
            return Fragment(outcomes=(Outcome(mount.path, Fate.LOST, note),))


def _tmpfs(mount: Mount, _plan: Plan) -> Fragment:
    size = byte_quantity(mount.size) if mount.size else None
    is_short = "tmpfs" in mount.path
    key: tuple[str, ...] = () if is_short else ("tmpfs", "size")
    volume = empty_volume("tmpfs", mount)
    memory = {"medium": "Memory", "sizeLimit": size}
    volume["emptyDir"] = memory | origin(mount.path, sizeLimit=key)
    return mounted(mount, volume)


def _unknown(mount: Mount, _plan: Plan) -> Fragment:
    note = f"Kubernetes has no mounts of the type {mount.type!r}"
    way_out = "Use a named volume, or build the files into the image."
    return Fragment(outcomes=(Outcome(mount.path, Fate.LOST, note, way_out),))


_KINDS: dict[str, Callable[[Mount, Plan], Fragment]] = {
    "volume": _named,
    "bind": _bind,
    "tmpfs": _tmpfs,
    "image": _unknown,
    "npipe": _unknown,
    "cluster": _unknown,
}
