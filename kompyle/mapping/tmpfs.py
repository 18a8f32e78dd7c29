"""Give folders in memory the owner and the mode that Compose says (R15)."""

import shlex

from kompyle.compose.service import Service
from kompyle.mapping.expansion import literal
from kompyle.mapping.fragment import Fragment, Manifest
from kompyle.mapping.mounts import absolute
from kompyle.mapping.plan import Plan

_FOLDER = "/kompyle"


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
