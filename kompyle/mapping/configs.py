"""``configs``: ConfigMaps, each file mounted at its own path."""

from kompyle.compose.file_objects import FileObject, FileReference
from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.localfiles import LocalFile, TooLarge, Unusable
from kompyle.mapping.contents import config_map, secret
from kompyle.mapping.file_modes import (
    given_mode,
    guarded_group,
    mode_outcomes,
    shared_with,
)
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origin,
    origins_of,
)
from kompyle.mapping.keys import Fate, Key, adapted, ignored, kept, lost
from kompyle.mapping.mounts import mounted
from kompyle.mapping.naming import object_name
from kompyle.mapping.plan import Plan
from kompyle.names import shortened
from kompyle.sensitive_files import is_sensitive_file

_SHORTEN = "Shorten it, or build it into the image."
_OWNER = "files of a Pod's volumes belong to root; by their mode others may read them"
KEYS: dict[str, Key] = {
    "services.*.configs": kept(),
    "services.*.configs.[]": kept(),
    "services.*.configs.[].source": kept(),
    "services.*.configs.[].target": kept(),
    "services.*.configs.[].mode": kept(),
    "services.*.configs.[].uid": ignored(_OWNER),
    "services.*.configs.[].gid": ignored(_OWNER),
    "configs": kept(),
    "configs.*": kept(),
    "configs.*.name": adapted("the ConfigMap is named by its key"),
    "configs.*.content": kept(),
    "configs.*.environment": kept(),
    "configs.*.file": kept(),
    "configs.*.external": kept(),
    "configs.*.external.name": kept(),
    "configs.*.labels": ignored("nothing reads labels of what is mounted"),
    "configs.*.template_driver": lost("write the file as it should be, or use Helm"),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    group, guarded = guarded_group(service, service.configs, plan)
    mounts = (_mounted(reference, group, plan) for reference in service.configs)
    return combine([*mounts, shared_with(group, *guarded)])


def objects(plan: Plan) -> list[Manifest]:
    found = plan.inputs.configs.values()
    return [
        _object(config, plan) for config in found if content(config, plan) is not None
    ]


def content(found: FileObject, plan: Plan) -> bytes | None:
    """Return what a config or secret holds; None when it is not at hand."""
    if found.is_external:
        return None
    if found.content is not None:
        return found.content.encode()
    local = plan.inputs.files.get(found.file or "")
    return local.data if isinstance(local, LocalFile) else None


def source_key(found: FileObject) -> str:
    """Name the key that says where the content comes from."""
    if found.is_external:
        return "external"
    if found.file:
        return "file"
    return "environment" if found.variable else "content"


def named(found: FileObject, field: str) -> Manifest:
    """Mark the field that names a ConfigMap or Secret."""
    paths = [(*found.path, key) for key in (source_key(found), "name")]
    return origins_of(**{field: paths if found.is_external else paths[:1]})


def missing(found: FileObject, kind: str, plan: Plan) -> tuple[Outcome, ...]:
    """Say how to create what is not at hand and is not external either."""
    if found.is_external:
        note = f"the {kind} {object_name(found)!r} must exist and hold {found.key!r}"
        return (
            Outcome((*found.path, "external"), Fate.KEPT, note, code="external-object"),
            Outcome((*found.path, "name"), Fate.KEPT, note),
        )
    if content(found, plan) is not None:
        return ()
    name = object_name(found)
    path = (*found.path, source_key(found))
    local = plan.inputs.files.get(found.file or "")
    if isinstance(local, TooLarge):
        fact = local.fact.replace("a ConfigMap", f"a {kind}")
        note = f"{fact}, so no {kind} {name!r} is made"
        return (Outcome(path, Fate.LOST, note, _SHORTEN, "missing-content"),)
    fact = local.reason if isinstance(local, Unusable) else "its content is not at hand"
    note = f"{fact}, so the {kind} {name!r} has to exist"
    make = "secret generic" if kind == "Secret" else "configmap"
    way_out = f"kubectl create {make} {name} --from-file={found.key}=FILE"
    return (Outcome(path, Fate.LOST, note, way_out, "missing-content"),)


def unmounted(
    reference: FileReference, found: FileObject, kind: str, plan: Plan
) -> Fragment | None:
    """Leave out what no object can hold: a Pod that mounts it would never start."""
    if not isinstance(plan.inputs.files.get(found.file or ""), TooLarge):
        return None
    note = f"{found.key!r} is too large, so it is not mounted"
    left_out = Outcome(reference.path, Fate.LOST, note, _SHORTEN)
    return Fragment(outcomes=(*missing(found, kind, plan), left_out))


def _object(config: FileObject, plan: Plan) -> Manifest:
    data = content(config, plan)
    assert data is not None
    build = secret if _is_secret(config, plan) else config_map
    manifest = build(_object_name(config, plan), {config.key: data}, plan)
    marks = origin(config.path, **{config.key: source_key(config)})
    for kind in ("data", "binaryData"):
        if manifest.get(kind):
            manifest[kind] = manifest[kind] | marks
    manifest["metadata"] |= origin(config.path, name="name")
    return manifest


def _is_secret(config: FileObject, plan: Plan) -> bool:
    """Whether a config holds a secret, and so becomes one."""
    data = content(config, plan) or b""
    return bool(plan.secret_values.within_file(data)) or is_sensitive_file("", data)


def _object_name(config: FileObject, plan: Plan) -> str:
    """Keep what becomes a Secret apart from the project's own secrets."""
    name = object_name(config)
    taken = set(map(object_name, plan.inputs.secrets.values()))
    while _is_secret(config, plan) and name in taken:
        name += "-config"
    return name


def _mounted(reference: FileReference, group: int | None, plan: Plan) -> Fragment:
    config = plan.inputs.configs.get(reference.source)
    if config is None:
        return Fragment()
    left_out = unmounted(reference, config, "ConfigMap", plan)
    if left_out:
        return left_out
    name = _object_name(config, plan)
    item = {
        "key": config.key,
        "path": config.key,
        "mode": given_mode(reference, group),
        **origin(reference.path, mode="mode"),
    }
    source = {"items": [item] if reference.mode is not None else None}
    volume: Manifest = {"name": shortened(f"config-{name}")}
    if _is_secret(config, plan):
        volume["secret"] = {"secretName": name, **named(config, "secretName"), **source}
    else:
        volume["configMap"] = {"name": name, **named(config, "name"), **source}
    target = reference.target or f"/{reference.source}"
    mount = Mount(reference.path, "config", target, read_only=True)
    outcomes = (*missing(config, "ConfigMap", plan), *mode_outcomes(reference, group))
    return mounted(mount, volume, *outcomes, subpath=config.key)
