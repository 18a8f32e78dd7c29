"""How volumes come into a Pod: names of Pod volumes, and mounts of them."""

import posixpath

from kompyle.compose.volumes import Mount
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, origin, origins_of
from kompyle.mapping.pod_volumes import tentative
from kompyle.names import shortened, slug

CLAIM_FOLDER = "data"
"""The folder of a claim that is mounted: new file systems hold a lost+found."""


def mounted(
    mount: Mount,
    volume: Manifest,
    *outcomes: Outcome,
    subpath: str | None = None,
    read_only: bool | None = None,
) -> Fragment:
    """Mount *volume* (a Pod volume without its mark) where Compose mounts *mount*."""
    volume = tentative(volume, _place(mount) if "emptyDir" in volume else "")
    entry = {
        "name": volume["name"],
        "mountPath": absolute(mount.target),
        "subPath": subpath,
        "readOnly": mount.read_only or read_only or None,
        **origins_of(
            name=[mount.path, (*mount.path, "source")],
            mountPath=[(*mount.path, "target")],
            subPath=[(*mount.path, kind, "subpath") for kind in ("volume", "image")],
            readOnly=[(*mount.path, "read_only")],
        ),
    }
    return Fragment(
        container={"volumeMounts": [entry]},
        pod={"volumes": [volume | origin(mount.path, name="type")]},
        outcomes=outcomes,
    )


def _place(mount: Mount) -> str:
    """Tell empty volumes apart, which have no content to do so."""
    source = None if mount.type == "bind" else mount.source
    return source or mount.target


def absolute(target: str, folder: str = "") -> str:
    """Write a place as Docker reads it: from the root of the container, or a *folder*.

    >>> absolute("app"), absolute("/run/secrets/../key"), absolute("/data/")
    ('/app', '/run/key', '/data/')
    """
    place = target if target.startswith("/") else f"{folder}/{target}"
    return posixpath.normpath(place) if ".." in place.split("/") else place


def inner(path: str) -> str | None:
    """Write a path inside a volume as servers take it; None if it leads out.

    >>> inner("/a/./b"), inner("a/../b"), inner("../etc"), inner("/")
    ('a/b', 'b', None, '')
    """
    found = posixpath.normpath(path.lstrip("/"))
    if found.split("/")[0] == "..":
        return None
    return "" if found == "." else found


def claim_volume(claim: str) -> Manifest:
    return {
        "name": slug(claim),
        "persistentVolumeClaim": {"claimName": claim},
    }


def empty_volume(prefix: str, mount: Mount) -> Manifest:
    return {"name": shortened(f"{prefix}{slug(mount.target)}"), "emptyDir": {}}
