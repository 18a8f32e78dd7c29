"""``volumes`` and ``tmpfs``: claims, empty folders, files as ConfigMaps and Secrets."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kompyle.compose.local_driver import disguise
from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.keypath import KeyPath
from kompyle.mapping import copy_up, file_copies, tmpfs, two_nodes
from kompyle.mapping.binds import Claim, Dropped, HostPath
from kompyle.mapping.bound_files import Content
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
from kompyle.mapping.mounts import (
    CLAIM_FOLDER,
    claim_volume,
    empty_volume,
    inner,
    mounted,
)
from kompyle.mapping.naming import object_name
from kompyle.mapping.own_users import is_known, own_user
from kompyle.mapping.plan import Plan
from kompyle.mapping.shares import is_share
from kompyle.mapping.storage import claim_objects, driver_outcomes, external_claim
from kompyle.mapping.user import ownership
from kompyle.names import shortened, slug

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
    "services.*.volumes.[].volume.labels": lost(
        "label the volume itself, below volumes"
    ),
    "services.*.volumes.[].volume.nocopy": ignored("nothing is copied into the claim"),
    "services.*.volumes.[].volume.subpath": kept(),
    "services.*.volumes.[].tmpfs": kept(),
    "services.*.volumes.[].tmpfs.size": kept(),
    "services.*.volumes.[].tmpfs.mode": kept(),
    "services.*.volumes.[].image": kept(),
    "services.*.volumes.[].image.subpath": kept(),
    "services.*.tmpfs": kept(whole=True),
    "services.*.volumes_from": adapted("the same mounts stand in both", whole=True),
    "volumes": kept(),
    "volumes.*": kept(),
    "volumes.*.name": adapted(
        "the claim is named by its key; namespaces keep it apart"
    ),
    "volumes.*.external": kept(),
    "volumes.*.external.name": kept(),
    "volumes.*.driver": kept(),
    "volumes.*.driver_opts": kept(whole=True),
    "volumes.*.labels": adapted("labels become annotations of the claim", whole=True),
}

_OWNER = "If the image does not run as root, say as whom: `user:` lets it write there."


def fragment(service: Service, plan: Plan) -> Fragment:
    found = combine(_mounted(service, mount, plan) for mount in service.mounts)
    filled = (
        file_copies.fragment(service, found, plan),
        copy_up.fragment(service, found, plan),
        tmpfs.fragment(service, found, plan),
    )
    return combine((found, *filled, _together(service, plan)))


def _mounted(service: Service, mount: Mount, plan: Plan) -> Fragment:
    """Mount it as its type says; refuse a path that leads out of the volume."""
    path = inner(mount.subpath or "")
    found = _KINDS[mount.type](service, replace(mount, subpath=path or None), plan)
    if path is None:
        note = f"{mount.subpath!r} leads out of the volume"
        way_out = "Write a path inside of it, without `..`."
        place = (*mount.path, mount.type, "subpath")
        outcome = Outcome(place, Fate.LOST, note, way_out, "outside-path")
        return replace(found, outcomes=(*found.outcomes, outcome))
    return found


def objects(plan: Plan) -> list[Manifest]:
    """Return a claim for every volume that is ours, and what bound files become."""
    claims: dict[str, list[Manifest]] = {}
    name, options = plan.inputs.name, plan.options
    for volume in plan.inputs.volumes.values():
        is_claim = not volume.is_external and not disguise(volume)
        if is_claim and options.volumes != "emptydir":
            claim = object_name(volume)
            claims[claim] = claim_objects(claim, name, options, volume)
    users: dict[str, list[KeyPath]] = {}
    contents: dict[str, Content] = {}
    for (path, _), bind in plan.binds.items():
        if isinstance(bind, Claim):
            claims.setdefault(bind.name, claim_objects(bind.name, name, options))
            users.setdefault(bind.name, []).append(path)
        elif isinstance(bind, Content):
            contents[f"{bind.kind}/{bind.name}"] = bind
            users.setdefault(f"{bind.kind}/{bind.name}", []).append(path)
    for claim, paths in users.items():
        if claim in claims:
            claims[claim][-1]["metadata"] |= origins_of(name=paths)
    files = [
        item
        for key, bind in contents.items()
        for item in content_objects(bind, users[key], plan)
    ]
    return [*files, *(item for found in claims.values() for item in found)]


def project_outcomes(plan: Plan) -> list[Outcome]:
    """Account for the drivers of volumes."""
    found = plan.inputs.volumes.values()
    options = plan.options
    drivers = [told for volume in found for told in driver_outcomes(volume, options)]
    return [
        *drivers,
        *tmpfs.apart(plan),
        *two_nodes.outcomes(plan),
        *copy_up.unused_images(plan),
    ]


def _together(service: Service, plan: Plan) -> Fragment:
    """Keep the Pods that share claims on one node: only one node can hold each.

    One label for all claims that Pods tie together; a Pod is placed by the labels of
    those that match all its terms, so that each claim for itself would not do.
    """
    shared = sorted(plan.claims[service.name] & plan.shared_claims.keys())
    torn = two_nodes.claims(plan) if shared else ()
    shared = [claim for claim in shared if claim not in torn]
    if not shared:
        return Fragment()
    label = f"kompyle.io/volume.{shortened(plan.shared_claims[shared[0]], 56)}"
    term = {
        "labelSelector": {"matchLabels": {label: "true"}},
        "topologyKey": "kubernetes.io/hostname",
    }
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    return Fragment(
        template={"metadata": {"labels": {label: "true"}}},
        pod={"affinity": {"podAffinity": rule}},
    )


def _named(service: Service, mount: Mount, plan: Plan) -> Fragment:
    if mount.source is None:
        volume = empty_volume(f"{plan.prefix(service)}anonymous-", mount)
        note = "it lives as long as the Pod, as it does with the container in Docker"
        outcome = Outcome((*mount.path, "type"), Fate.ADAPTED, note)
        return mounted(mount, volume, outcome)
    known = plan.inputs.volumes[mount.source]
    if known.is_external:
        claim = claim_volume(object_name(known))
        paths = [(*known.path, key) for key in ("external", "name")]
        claim["persistentVolumeClaim"] |= origins_of(claimName=paths)
        return mounted(mount, claim, *external_claim(known), subpath=mount.subpath)
    if plan.options.volumes == "emptydir":
        volume = {"name": object_name(known), "emptyDir": {}}
        note = "as asked for, the volume lives only as long as the Pod"
        outcome = Outcome(mount.path, Fate.ADAPTED, note, code="empty-volume")
        return mounted(mount, volume, outcome, subpath=mount.subpath)
    claim = claim_volume(object_name(known))
    if is_share(known, plan.options):
        return mounted(mount, claim, subpath=mount.subpath)
    folder = f"{CLAIM_FOLDER}/{mount.subpath}" if mount.subpath else CLAIM_FOLDER
    return mounted(mount, claim, subpath=folder)


def _bind(service: Service, mount: Mount, plan: Plan) -> Fragment:
    match plan.binds.get(mount.key):
        case Content() as content:
            return content_volume(service, mount, content, plan)
        case Claim(name, note, help, folder, is_lost):
            fate = Fate.LOST if help and is_lost else Fate.ADAPTED
            is_told = mount.read_only or is_known(service)
            way_out = " ".join(filter(None, (help, None if is_told else _OWNER)))
            told = way_out or None
            outcome = Outcome(mount.path, fate, note, told, "empty-volume")
            subpath = f"{CLAIM_FOLDER}/{folder}" if folder else CLAIM_FOLDER
            found = mounted(mount, claim_volume(name), outcome, subpath=subpath)
            return combine((found, _owned(service, mount)))
        case HostPath(path, note):
            volume = {"name": slug(f"host-{path}"), "hostPath": {"path": path}}
            outcome = Outcome(mount.path, Fate.ADAPTED, note, code="host-path")
            return mounted(mount, volume, outcome)
        case Dropped() as dropped:
            return Fragment(outcomes=tuple(_dropped(mount, dropped)))
        case None:
            note = "the mount has no source"
            return Fragment(outcomes=(Outcome(mount.path, Fate.LOST, note),))


def _dropped(mount: Mount, bind: Dropped) -> Iterator[Outcome]:
    fate = Fate.LOST if bind.is_lost else Fate.IGNORED
    if bind.key:
        yield Outcome(mount.path, Fate.IGNORED, bind.note)
        yield Outcome((*mount.path, bind.key), fate, bind.note, bind.help)
    else:
        yield Outcome(mount.path, fate, bind.note, bind.help)


def _owned(service: Service, mount: Mount) -> Fragment:
    """Let the image's own user write to what stands for a folder of the machine.

    Named volumes have the owner that the image has given to the place.
    """
    own = own_user(service)
    if not own or mount.read_only:
        return Fragment()
    return Fragment(pod=ownership(own))


_IMAGE_VOLUMES = (1, 35)


def _image(service: Service, mount: Mount, plan: Plan) -> Fragment:
    """Mount the content of another image, where every server knows how."""
    if plan.options.kubernetes < _IMAGE_VOLUMES:
        note = "only servers from 1.35 on mount images"
        way_out = "Say --kubernetes-version 1.35, or build the files into the image."
        return Fragment(outcomes=(Outcome(mount.path, Fate.LOST, note, way_out),))
    name = shortened(f"{plan.prefix(service)}image-{slug(mount.target)}")
    image = {"reference": mount.source, **origin(mount.path, reference="source")}
    volume = {"name": name, "image": image}
    return mounted(mount, volume, subpath=mount.subpath, read_only=True)


def _unknown(_service: Service, mount: Mount, _plan: Plan) -> Fragment:
    note = f"Kubernetes has no mounts of the type {mount.type!r}"
    way_out = "Use a named volume, or build the files into the image."
    return Fragment(outcomes=(Outcome(mount.path, Fate.LOST, note, way_out),))


_KINDS: dict[str, Callable[[Service, Mount, Plan], Fragment]] = {
    "volume": _named,
    "bind": _bind,
    "tmpfs": tmpfs.memory,
    "image": _image,
    "npipe": _unknown,
    "cluster": _unknown,
}
