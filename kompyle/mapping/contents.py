"""Files as ConfigMaps and Secrets: bound files, configs and secrets alike."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.keypath import KeyPath
from kompyle.mapping.bound_files import Content
from kompyle.mapping.file_modes import (
    content_note,
    is_guarded,
    local_mode,
    readers,
    shared_with,
)
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origins_of,
)
from kompyle.mapping.keys import Fate
from kompyle.mapping.mount_points import inside, is_hidden
from kompyle.mapping.mounts import empty_volume, mounted
from kompyle.mapping.plan import Plan
from kompyle.names import project_labels, shortened

_SHOWN = 3
ANNOTATED = 180 * 1024
"""Bytes that kubectl can repeat in an annotation, as base64, when it applies."""

TOO_LONG = (
    "It is too long for plain `kubectl apply`: use `kubectl apply --server-side`."
)


def content_objects(content: Content, paths: Sequence[KeyPath], plan: Plan) -> Manifest:
    """Build the ConfigMap or Secret with the files of the bind mounts at *paths*."""
    build = secret if content.kind == "Secret" else config_map
    files = {key: found.data for key, found in content.files.items()}
    manifest = build(content.name, files, plan)
    manifest["metadata"] |= origins_of(name=paths)
    return manifest


def config_map(name: str, files: dict[str, bytes], plan: Plan) -> Manifest:
    """Build a ConfigMap; what is not UTF-8 text goes into ``binaryData``."""
    texts: dict[str, str] = {}
    binaries: dict[str, str] = {}
    for key, data in files.items():
        text = _text(data)
        if text is None:
            binaries[key] = base64.b64encode(data).decode()
        else:
            texts[key] = text
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": project_labels(plan.inputs.name)},
        "data": texts or None,
        "binaryData": binaries or None,
    }


def secret(name: str, files: dict[str, bytes], plan: Plan) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": project_labels(plan.inputs.name)},
        "type": "Opaque",
        "data": {key: base64.b64encode(data).decode() for key, data in files.items()},
    }


def content_volume(
    service: Service, mount: Mount, content: Content, plan: Plan
) -> Fragment:
    """Mount a file at its very path, or a folder whole, if nothing else is in it."""
    is_shared = any(is_guarded(found.mode) for found in content.files.values())
    group = readers(service, plan) if is_shared else None
    items = [
        {"key": key, "path": path or key, "mode": local_mode(content.files[key], group)}
        for key, path in content.paths.items()
    ]
    is_file = list(content.paths.values()) == [""]
    needs_items = not is_file and any(
        key != path for key, path in content.paths.items()
    )
    needs_items = needs_items or any(item["mode"] for item in items)
    source = {"items": items if needs_items else None}
    volume: Manifest
    if content.kind == "Secret":
        name = shortened(f"secret-{content.name}")
        volume = {"name": name, "secret": {"secretName": content.name, **source}}
    else:
        name = shortened(f"config-{content.name}")
        volume = {"name": name, "configMap": {"name": content.name, **source}}
    outcome = _told(mount, content, content_note(service, content, group))
    told = Fragment(outcomes=(outcome,))
    if is_file:
        found = [mounted(mount, volume, subpath=next(iter(content.paths)))]
    else:
        found = list(_folder(service, mount, content, volume, plan))
    return combine((*found, told, shared_with(group)))


def _folder(
    service: Service, mount: Mount, content: Content, volume: Manifest, plan: Plan
) -> Iterator[Fragment]:
    """Mount a folder whole, or each file of it where others are mounted among them."""
    mounts = tuple(other for other in service.mounts if other.key != mount.key)
    others = inside(mount.target, replace(service, mounts=mounts), plan.binds)
    if not others:
        yield mounted(mount, volume)
        return
    # It hides what the image has there, and what is mounted in it needs a place made.
    hiding = empty_volume(f"{plan.prefix(service)}folder-", mount)
    yield mounted(replace(mount, read_only=False), hiding)
    for path in content.paths.values():
        place = f"{mount.target.rstrip('/')}/{path}"
        if not is_hidden(place, others):
            yield mounted(replace(mount, target=place), volume, subpath=path)


def _told(mount: Mount, content: Content, readers: tuple[str, str]) -> Outcome:
    """Say what bound files become, and who may read them."""
    reader, way_out = readers
    is_file = list(content.paths.values()) == [""]
    note = f"the {'file' if is_file else 'folder'} becomes a {content.kind}"
    note += ", which containers cannot write to" if not mount.read_only else ""
    note += f"; {_listed(content.skipped)}" if content.skipped else ""
    note += f"; {reader}" if reader else ""
    if content.illegal:
        note += f"; {', '.join(content.illegal)} cannot be brought into it"
        way_out = f"{way_out} No file in it may begin with `..`: rename it.".strip()
    size = sum(len(found.data) for found in content.files.values())
    help = f"{TOO_LONG} {way_out}".strip() if size > ANNOTATED else way_out  # noqa: A001
    if content.illegal:
        return Outcome(mount.path, Fate.LOST, note, help or None, "lost-files")
    return Outcome(mount.path, Fate.ADAPTED, note, help or None, "bound-files")


def _listed(skipped: tuple[str, ...]) -> str:
    """Say what of a folder is left out: links to folders, sockets and their like."""
    shown = ", ".join(map(repr, skipped[:_SHOWN]))
    more = len(skipped) - _SHOWN
    return f"left out, since no files: {shown}" + (f" and {more} more" * (more > 0))


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
