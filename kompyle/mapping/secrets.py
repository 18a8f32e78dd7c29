"""``secrets``: Secrets; all of a service's in one volume at /run/secrets."""

from kompyle.compose.file_objects import FileObject, FileReference
from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.mapping.configs import content, missing, named, source_key
from kompyle.mapping.contents import secret
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, combine, origin
from kompyle.mapping.keys import Key, adapted, ignored, kept, lost
from kompyle.mapping.mounts import mounted
from kompyle.mapping.names import shortened
from kompyle.mapping.naming import object_name
from kompyle.mapping.plan import Plan

FOLDER = "/run/secrets"
_OWNER = "files of a Pod's volumes belong to root; others may read them"
KEYS: dict[str, Key] = {
    "services.*.secrets": kept(),
    "services.*.secrets.[]": kept(),
    "services.*.secrets.[].source": kept(),
    "services.*.secrets.[].target": kept(),
    "services.*.secrets.[].mode": kept(),
    "services.*.secrets.[].uid": ignored(_OWNER),
    "services.*.secrets.[].gid": ignored(_OWNER),
    "secrets": kept(),
    "secrets.*": kept(),
    "secrets.*.name": adapted("the Secret is named by its key"),
    "secrets.*.environment": kept(),
    "secrets.*.file": kept(),
    "secrets.*.external": kept(),
    "secrets.*.external.name": kept(),
    "secrets.*.labels": ignored("nothing reads labels of what is mounted"),
    "secrets.*.driver": lost("create the Secret by other means and call it external"),
    "secrets.*.driver_opts": lost(
        "create the Secret by other means and call it external"
    ),
    "secrets.*.template_driver": lost("write the file as it should be, or use Helm"),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    listed = [
        (reference, plan.inputs.secrets[reference.source])
        for reference in service.secrets
        if reference.source in plan.inputs.secrets
    ]
    together = [pair for pair in listed if _file_name(pair[0])]
    alone = [pair for pair in listed if not _file_name(pair[0])]
    shared = (_projected(service, together, plan),) if together else ()
    return combine([*shared, *(_mounted(*pair, plan) for pair in alone)])


def objects(plan: Plan) -> list[Manifest]:
    found = plan.inputs.secrets.values()
    return [_object(item, plan) for item in found if content(item, plan) is not None]


def _object(found: FileObject, plan: Plan) -> Manifest:
    data = content(found, plan)
    assert data is not None
    manifest = secret(object_name(found), {found.key: data}, plan)
    manifest["data"] |= origin(found.path, **{found.key: source_key(found)})
    manifest["metadata"] |= origin(found.path, name="name")
    return manifest


def _file_name(reference: FileReference) -> str | None:
    """Return the path below /run/secrets; None for a target elsewhere."""
    target = reference.target or reference.source
    if not target.startswith("/"):
        return target
    inside = target.removeprefix(f"{FOLDER}/")
    return inside if inside != target else None


def _projected(
    service: Service, listed: list[tuple[FileReference, FileObject]], plan: Plan
) -> Fragment:
    name = f"{plan.prefix(service)}secrets"
    sources = [{"secret": _source(*pair)} for pair in listed]
    outcomes: list[Outcome] = []
    for _, found in listed:
        outcomes += missing(found, "Secret", plan)
    mount = {"name": name, "mountPath": FOLDER, "readOnly": True}
    volume = {"name": name, "projected": {"sources": sources}}
    return Fragment(
        container={"volumeMounts": [mount]},
        pod={"volumes": [volume]},
        outcomes=tuple(outcomes),
    )


def _source(reference: FileReference, found: FileObject) -> Manifest:
    item = {
        "key": found.key,
        "path": _file_name(reference),
        "mode": reference.mode,
        **origin(reference.path, key="source", path="target", mode="mode"),
    }
    marks = named(found, "name")
    return {"name": object_name(found), **marks, "items": [item]}


def _mounted(reference: FileReference, found: FileObject, plan: Plan) -> Fragment:
    name = object_name(found)
    item = {"key": found.key, "path": found.key, "mode": reference.mode}
    marks = named(found, "secretName")
    volume = {
        "name": shortened(f"secret-{name}"),
        "secret": {"secretName": name, **marks, "items": [item]},
    }
    mount = Mount(reference.path, "secret", reference.target or "", read_only=True)
    return mounted(mount, volume, *missing(found, "Secret", plan), subpath=found.key)
