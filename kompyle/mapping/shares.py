"""Volumes on a server: NFS, and Windows shares by the driver smb.csi.k8s.io (R28)."""

import base64
import ipaddress
import re

from kompyle.compose.local_driver import flags
from kompyle.compose.volumes import Volume
from kompyle.mapping.fragment import Manifest, Outcome, origins_of
from kompyle.mapping.keys import Fate
from kompyle.names import project_labels, slug
from kompyle.options import Options

SHARE_KEYS = frozenset(("type", "o", "device"))
"""The options of Docker's local driver that make a share."""

_WINDOWS = ("cifs", "smb3")
_PLACE = re.compile(r"//(?P<server>[^/]+)/(?P<path>[^/].*)")
_LOGIN = {
    "user": "username",
    "username": "username",
    "pass": "password",
    "password": "password",
    "dom": "domain",
    "domain": "domain",
    "workgroup": "domain",
}
"""Options of mount.cifs(8), and where the driver looks for them in the Secret."""

_FILES = ("cred", "credentials")
_SMB_DRIVER = "smb.csi.k8s.io"
_MOUNTED = f"the cluster's driver {_SMB_DRIVER} mounts it"
_INSTALL = "If the cluster lacks it, install csi-driver-smb, or its Pods do not start."


def is_share(volume: Volume, options: Options) -> bool:
    """Whether a server that any number of nodes may ask keeps a volume."""
    return is_nfs(volume) or (is_windows(volume) and not lost_share(volume, options))


def is_nfs(volume: Volume) -> bool:
    kind = volume.driver_opts.get("type", "")
    return kind.startswith("nfs") and bool(flags(volume).get("addr"))


def is_windows(volume: Volume) -> bool:
    return volume.driver_opts.get("type") in _WINDOWS


def lost_share(volume: Volume, options: Options) -> tuple[str, str] | None:
    """Say why a Windows share cannot be mounted, and the way out."""
    said = flags(volume)
    if not _PLACE.fullmatch(_device(volume)):
        return "the share has no server", "Write `device: //SERVER/SHARE`."
    if said.keys() & {*_FILES}:
        note = "the file of credentials stays on this machine"
        return note, "Write `username=` and `password=` into `o`."
    if said.keys() & _LOGIN.keys() and not options.namespace:
        note = "the volume of a share names the namespace of the Secret that opens it"
        return note, "Say --namespace."
    return None


def share_outcomes(volume: Volume) -> list[Outcome]:
    """Tell what a Windows share needs of the cluster."""
    path = (*volume.path, "driver_opts", "type")
    is_told = is_windows(volume)
    return [Outcome(path, Fate.ADAPTED, _MOUNTED, _INSTALL)] if is_told else []


def share_objects(
    claim: str, project: str, options: Options, volume: Volume
) -> list[Manifest]:
    """Return the volume behind a claim, and the Secret that opens it.

    The volume's name is the cluster's; no one but its claim may have it.
    """
    name = slug("-".join(filter(None, (options.namespace, project, claim))))
    if is_nfs(volume):
        return [_persistent_volume(name, project, volume, {"nfs": _nfs(volume)})]
    login = _login(f"{claim}-login", project, volume)
    source = {"csi": _smb(name, volume, login, options)}
    return [*login, _persistent_volume(name, project, volume, source)]


def _persistent_volume(
    name: str, project: str, volume: Volume, source: Manifest
) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "labels": project_labels(project)},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "persistentVolumeReclaimPolicy": "Retain",
            "mountOptions": _mount_options(volume) or None,
            **source,
        },
    }


def _nfs(volume: Volume) -> Manifest:
    device = volume.driver_opts.get("device", "")
    return {
        "server": flags(volume)["addr"],
        "path": device.partition(":")[2] or device or "/",
        "readOnly": "ro" in flags(volume) or None,
        **origins_of(server=_paths(volume)),
    }


def _smb(
    name: str, volume: Volume, login: list[Manifest], options: Options
) -> Manifest:
    opened = {"namespace": options.namespace}
    names = [{"name": item["metadata"]["name"], **opened} for item in login]
    return {
        "driver": _SMB_DRIVER,
        "volumeHandle": name,
        "readOnly": "ro" in flags(volume) or None,
        "volumeAttributes": {
            "source": _source(volume),
            **origins_of(source=_paths(volume)),
        },
        "nodeStageSecretRef": names[0] if names else None,
    }


def _login(name: str, project: str, volume: Volume) -> list[Manifest]:
    said = flags(volume)
    found = {_LOGIN[key]: value for key, value in said.items() if key in _LOGIN}
    if not found:
        return []
    data = {key: base64.b64encode(v.encode()).decode() for key, v in found.items()}
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": slug(name), "labels": project_labels(project)},
            "type": "Opaque",
            "data": data | origins_of(**dict.fromkeys(data, _paths(volume)[1:2])),
        }
    ]


def _mount_options(volume: Volume) -> list[str]:
    """Return the options of mount(8) that nothing else stands for.

    Docker takes the name of a server in ``addr``; mount.cifs(8) takes numbers alone.
    """
    done = {"rw", "ro"} if _is_number(volume) else {"rw", "ro", "addr"}
    if is_windows(volume):
        done |= _LOGIN.keys()
    parts = map(str.strip, volume.driver_opts.get("o", "").split(","))
    return [part for part in parts if part and part.partition("=")[0] not in done]


def _source(volume: Volume) -> str:
    """Write the place of a share with the server that Docker would ask."""
    found = _PLACE.fullmatch(_device(volume))
    assert found, "lost_share() has looked at it"
    address = flags(volume).get("addr")
    server = found["server"] if _is_number(volume) or not address else address
    return f"//{server}/{found['path']}"


def _is_number(volume: Volume) -> bool:
    """Whether a Windows share has a server's number beside its name."""
    try:
        ipaddress.ip_address(flags(volume).get("addr", ""))
    except ValueError:
        return False
    return is_windows(volume)


def _device(volume: Volume) -> str:
    return volume.driver_opts.get("device", "").replace("\\", "/")


def _paths(volume: Volume) -> list[tuple[str | int, ...]]:
    return [(*volume.path, "driver_opts", key) for key in ("device", "o", "type")]
