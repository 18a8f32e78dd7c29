"""Files as ConfigMaps and Secrets: bound files, configs and secrets alike."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.keypath import KeyPath
from kompyle.mapping.bound_files import ANNOTATED, Content, weight
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
from kompyle.mapping.pod_volumes import tentative
from kompyle.mapping.written_files import is_written
from kompyle.names import project_labels, shortened

_SHOWN = 3
TOO_LONG = (
    "It is too long for plain `kubectl apply`: use `kubectl apply --server-side`."
)


def content_objects(
    content: Content, paths: Sequence[KeyPath], plan: Plan
) -> list[Manifest]:
    """Build ConfigMaps or Secrets with the files of the bind mounts at *paths*."""
    build = secret if content.kind == "Secret" else config_map
    found = []
    for name, keys in content.parts.items():
        manifest = build(name, {key: content.files[key].data for key in keys}, plan)
        manifest["metadata"] |= origins_of(name=paths)
        found.append(manifest)
    return found


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
    group = _group(service, content, plan)
    volume = source_volume(service, content, plan)
    subpath = next(iter(content.paths)) if content.is_file else None
    if is_written(service, mount, content):
        copied = empty_volume(f"{plan.prefix(service)}files-", mount)
        sources = Fragment(pod={"volumes": [tentative(volume)]})
        found = [mounted(mount, copied, subpath=subpath), sources]
    elif content.is_file:
        found = [mounted(mount, volume, subpath=subpath)]
    else:
        found = list(_folder(service, mount, content, volume, plan))
    outcome = _told(service, mount, content, group)
    return combine((*found, Fragment(outcomes=(outcome,)), shared_with(group)))


def _group(service: Service, content: Content, plan: Plan) -> int | None:
    is_shared = any(is_guarded(found.mode) for found in content.files.values())
    return readers(service, plan) if is_shared else None


_SOURCES = {"ConfigMap": ("config", "configMap"), "Secret": ("secret", "secret")}


def source_volume(service: Service, content: Content, plan: Plan) -> Manifest:
    """Build the Pod volume of bound files, at their paths and with their modes."""
    group = _group(service, content, plan)
    listed = {key: _item(key, content, group) for key in content.paths}
    is_plain = content.is_file or all(i["key"] == i["path"] for i in listed.values())
    needs_items = not is_plain or any(item["mode"] for item in listed.values())
    items = {
        name: [listed[key] for key in keys] if needs_items else None
        for name, keys in content.parts.items()
    }
    word, kind = _SOURCES[content.kind]
    volume: Manifest = {"name": shortened(f"{word}-{content.name}")}
    if len(items) > 1:
        sources = [{kind: {"name": n, "items": found}} for n, found in items.items()]
        return {**volume, "projected": {"sources": sources}}
    field = "secretName" if kind == "secret" else "name"
    return {**volume, kind: {field: content.name, "items": items[content.name]}}


def _item(key: str, content: Content, group: int | None) -> Manifest:
    mode = local_mode(content.files[key], group)
    return {"key": key, "path": content.paths[key] or key, "mode": mode}


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


def _told(
    service: Service, mount: Mount, content: Content, group: int | None
) -> Outcome:
    """Say what bound files become, who may read them, and who may write to them."""
    reader, way_out = content_note(service, content, group)
    written, keep = _writing(service, mount, content)
    what = "file" if content.is_file else "folder"
    number = f"{len(content.parts)} {content.kind}s"
    made = number if len(content.parts) > 1 else f"a {content.kind}"
    note = f"the {what} becomes {made}{written}"
    note += f"; {_listed(content.skipped)}" if content.skipped else ""
    note += f"; {reader}" if reader else ""
    ways_out = [TOO_LONG if _is_long(content) else "", way_out, keep]
    if any(path.endswith("/") for path in content.skipped):
        ways_out.append(_KEPT_FOLDER)
    if content.illegal:
        note += f"; {', '.join(content.illegal)} cannot be brought into it"
        ways_out.append("No file in it may begin with `..`: rename it.")
    told = " ".join(filter(None, ways_out)) or None
    if content.illegal:
        return Outcome(mount.path, Fate.LOST, note, told, "lost-files")
    return Outcome(mount.path, Fate.ADAPTED, note, told, "bound-files")


_KEPT_FOLDER = "An empty folder comes along if a file is in it, such as `.keep`."
_COPIED = (
    ", of which the Pod gets a copy to write to, as long as it lives",
    "Mount a named volume if what is written has to stay, or be seen by others.",
)
_NOT_COPIED = (
    ", which containers cannot write to",
    "If the service has to, say `:rw` (`read_only: false`): its Pod gets a copy then.",
)


def _writing(service: Service, mount: Mount, content: Content) -> tuple[str, str]:
    if mount.read_only:
        return "", ""
    return _COPIED if is_written(service, mount, content) else _NOT_COPIED


def _is_long(content: Content) -> bool:
    """Whether a file is too long for the annotation all by itself."""
    files = content.files.values()
    return any(weight(content.kind, file.data) > ANNOTATED for file in files)


def _listed(skipped: tuple[str, ...]) -> str:
    """Say what of a folder is left out: links to elsewhere, empty folders."""
    shown = ", ".join(map(repr, skipped[:_SHOWN]))
    more = len(skipped) - _SHOWN
    return f"left out, since no files of it: {shown}" + (
        f" and {more} more" * (more > 0)
    )


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
