"""Copy bound files that a service writes to into folders of the Pod's own (R14).

An init container fills each folder, once: when a Pod is started again on its node,
what was written stays, as it does in Docker.
"""

import shlex

from kompyle.compose.service import Service
from kompyle.mapping.bound_files import Content
from kompyle.mapping.contents import source_volume
from kompyle.mapping.expansion import literal
from kompyle.mapping.file_modes import known_identity
from kompyle.mapping.fragment import Fragment, Manifest
from kompyle.mapping.mounts import absolute
from kompyle.mapping.plan import Plan
from kompyle.mapping.pod_volumes import tentative
from kompyle.mapping.written_files import is_written

_FOLDER = "/kompyle"
_COPY = """\
umask 0
copy() {
  [ -z "$(ls -A "$2")" ] || return 0
  for item in "$1"/* "$1"/.[!.]*; do
    [ ! -e "$item" ] || cp -RL "$item" "$2/"
  done
}
"""
"""Copies what the kubelet's links lead to, and leaves its own folders (``..data``)."""


def fragment(service: Service, found: Fragment, plan: Plan) -> Fragment:
    """Fill the folders that *found* mounts where the service writes."""
    places = {
        entry["mountPath"]: entry["name"]
        for entry in found.container.get("volumeMounts", ())
    }
    calls: list[str] = []
    mounts: list[Manifest] = []
    for mount in service.mounts:
        content = plan.binds.get(mount.key)
        if isinstance(content, Content) and is_written(service, mount, content):
            source, target = (f"{_FOLDER}/{len(calls)}/{end}" for end in ("from", "to"))
            name = tentative(source_volume(service, content, plan))["name"]
            mounts.append({"name": name, "mountPath": source, "readOnly": True})
            name = places[absolute(mount.target)]
            mounts.append({"name": name, "mountPath": target})
            calls.append(shlex.join(("copy", source, target)))
    if not calls:
        return Fragment()
    return Fragment(pod={"initContainers": [_container(service, calls, mounts, plan)]})


def _container(
    service: Service, calls: list[str], mounts: list[Manifest], plan: Plan
) -> Manifest:
    """Build the init container; the files belong to the user that the service has."""
    user, group = known_identity(service) or (0, 0)
    return {
        "name": f"{plan.prefix(service)}files",
        "image": plan.options.wait_image,
        "command": ["/bin/sh", "-ec"],
        "args": literal([_COPY + "\n".join(calls)]),
        "volumeMounts": mounts,
        "securityContext": {"runAsUser": user, "runAsGroup": group},
    }
