"""Folders in memory: their size, their owner and mode, and who shares them (R15)."""

import shlex

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.keypath import service_key
from kompyle.mapping.expansion import literal
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin
from kompyle.mapping.keys import Fate
from kompyle.mapping.mounts import absolute, empty_volume, mounted
from kompyle.mapping.naming import object_name
from kompyle.mapping.plan import Plan
from kompyle.mapping.resources import byte_quantity

_FOLDER = "/kompyle"


def memory(service: Service, mount: Mount, plan: Plan) -> Fragment:
    """Mount a folder in memory, with a name the one of all containers of the Pod."""
    size = byte_quantity(mount.size) if mount.size else None
    is_short = service_key(mount.path) == "tmpfs"
    size_key: tuple[str, ...] = () if is_short else ("tmpfs", "size")
    mode_key = (*size_key[:1], "mode")
    volume: Manifest = (
        {"name": object_name(plan.inputs.volumes[mount.source])}
        if mount.source
        else empty_volume(f"{plan.prefix(service)}tmpfs-", mount)
    )
    volume["emptyDir"] = {
        "medium": "Memory",
        "sizeLimit": size,
        **origin(mount.path, sizeLimit=size_key, medium=mode_key),
    }
    return mounted(mount, volume, *_odd_options(mount))


def _odd_options(mount: Mount) -> list[Outcome]:
    if not mount.odd_options:
        return []
    options = ", ".join(mount.odd_options)
    note = f"a folder in memory has no {options}"
    way_out = "Write a size in bytes, as in size=64m." if "size" in options else None
    return [Outcome(mount.path, Fate.ADAPTED, note, way_out)]


def fragment(service: Service, found: Fragment, plan: Plan) -> Fragment:
    """Let an init container set what Kubernetes has no field for."""
    calls: list[str] = []
    mounts: list[Manifest] = []
    places = {
        entry["mountPath"]: entry["name"]
        for entry in found.container.get("volumeMounts", ())
    }
    for mount in service.mounts:
        if mount.type != "tmpfs" or not (mount.owner or mount.mode):
            continue
        folder = f"{_FOLDER}/{len(mounts)}"
        mounts.append({"name": places[absolute(mount.target)], "mountPath": folder})
        set_by = {"chown": mount.owner, "chmod": mount.mode}
        calls += [shlex.join((name, to, folder)) for name, to in set_by.items() if to]
    if not calls:
        return Fragment()
    container = {
        "name": f"{plan.prefix(service)}tmpfs",
        "image": plan.options.wait_image,
        "command": ["/bin/sh", "-ec"],
        "args": literal(["\n".join(calls)]),
        "volumeMounts": mounts,
        "securityContext": {"runAsUser": 0, "runAsGroup": 0},
    }
    return Fragment(pod={"initContainers": [container]})


def apart(plan: Plan) -> list[Outcome]:
    """Tell where services would see each other's files in a tmpfs with a name."""
    pods: dict[str, set[str]] = {}
    for service in plan.services.values():
        for mount in service.mounts:
            if mount.type == "tmpfs" and mount.source:
                host = plan.pods[service.name].host
                pods.setdefault(mount.source, set()).add(host)
    note = "each Pod has a memory of its own, so services do not share what is in it"
    way_out = "Use a volume that is no tmpfs, or one Pod (network_mode: service:…)."
    return [
        Outcome(plan.inputs.volumes[key].path, Fate.LOST, note, way_out)
        for key, hosts in pods.items()
        if len(hosts) > 1
    ]
