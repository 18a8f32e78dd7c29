"""``secrets``: Secrets; all of a service's in one volume at /run/secrets."""

from dataclasses import replace

from kompyle.compose.file_objects import FileObject, FileReference
from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.mapping.configs import content, missing, named, source_key, unmounted
from kompyle.mapping.contents import secret
from kompyle.mapping.file_modes import (
    given_mode,
    guarded_group,
    mode_outcomes,
    shared_with,
)
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, combine, origin
from kompyle.mapping.keys import Key, adapted, ignored, kept, lost
from kompyle.mapping.mount_points import SECRETS, inside
from kompyle.mapping.mounts import absolute, mounted
from kompyle.mapping.naming import object_name
from kompyle.mapping.plan import Plan
from kompyle.names import shortened

FOLDER = SECRETS
_OWNER = "files of a Pod's volumes belong to root; by their mode others may read them"
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
    known = [
        (reference, plan.inputs.secrets[reference.source])
        for reference in service.secrets
        if reference.source in plan.inputs.secrets
    ]
    left_out = [unmounted(*pair, "Secret", plan) for pair in known]
    listed = [pair for pair, found in zip(known, left_out, strict=True) if not found]
    group, guarded = guarded_group(service, service.secrets, plan)
    together = [pair for pair in listed if _file_name(pair[0])]
    if together and inside(FOLDER, replace(service, secrets=()), plan.binds):
        together = []
    alone = [pair for pair in listed if pair not in together]
    shared = (_projected(service, together, group, plan),) if together else ()
    mounts = (_mounted(*pair, group, plan) for pair in alone)
    told = filter(None, left_out)
    return combine([*told, *shared, *mounts, shared_with(group, *guarded)])


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
    target = absolute(reference.target or reference.source, FOLDER)
    inside = target.removeprefix(f"{FOLDER}/")
    return inside if inside != target else None


def _projected(
    service: Service,
    listed: list[tuple[FileReference, FileObject]],
    group: int | None,
    plan: Plan,
) -> Fragment:
    name = shortened(f"{plan.prefix(service)}secrets")
    sources = [{"secret": _source(*pair, group)} for pair in listed]
    outcomes: list[Outcome] = []
    for reference, found in listed:
        outcomes += missing(found, "Secret", plan)
        outcomes += mode_outcomes(reference, group)
    mount = {"name": name, "mountPath": FOLDER, "readOnly": True}
    volume = {"name": name, "projected": {"sources": sources}}
    return Fragment(
        container={"volumeMounts": [mount]},
        pod={"volumes": [volume]},
        outcomes=tuple(outcomes),
    )


def _source(reference: FileReference, found: FileObject, group: int | None) -> Manifest:
    item = {
        "key": found.key,
        "path": _file_name(reference),
        "mode": given_mode(reference, group),
        **origin(reference.path, key="source", path="target", mode="mode"),
    }
    marks = named(found, "name")
    return {"name": object_name(found), **marks, "items": [item]}


def _mounted(
    reference: FileReference, found: FileObject, group: int | None, plan: Plan
) -> Fragment:
    name = object_name(found)
    mode = given_mode(reference, group)
    item = {"key": found.key, "path": found.key, "mode": mode}
    item |= origin(reference.path, mode="mode")
    marks = named(found, "secretName")
    volume = {
        "name": shortened(f"secret-{name}"),
        "secret": {"secretName": name, **marks, "items": [item]},
    }
    target = absolute(reference.target or reference.source, FOLDER)
    mount = Mount(reference.path, "secret", target, read_only=True)
    outcomes = (*missing(found, "Secret", plan), *mode_outcomes(reference, group))
    return mounted(mount, volume, *outcomes, subpath=found.key)
