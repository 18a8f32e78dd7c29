"""``shm_size``: a memory volume at /dev/shm; without it a Pod has 64 MiB."""

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.joins import joins
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.resources import byte_quantity
from kompyle.names import shortened

KEYS: dict[str, Key] = {"services.*.shm_size": kept()}
_FOLDER = "/dev/shm"  # noqa: S108 - where POSIX has its shared memory


def fragment(service: Service, plan: Plan) -> Fragment:
    size = service.text("shm_size")
    if not size:
        return Fragment()
    unused = _unused(service, plan)
    if unused:
        outcome = Outcome(service.at("shm_size"), Fate.IGNORED, unused)
        return Fragment(outcomes=(outcome,))
    name = _name(service, plan)
    memory = {
        "medium": "Memory",
        "sizeLimit": byte_quantity(int(size)),
        **origin(service.path, sizeLimit="shm_size"),
    }
    return Fragment(
        container={"volumeMounts": [{"name": name, "mountPath": _FOLDER}]},
        pod={"volumes": [{"name": name, "emptyDir": memory}]},
    )


def borrowed(service: Service, plan: Plan) -> Fragment:
    """Mount the shared memory of the service whose ``ipc`` this one joins."""
    owner = _owner(service, plan)
    is_made = owner.text("shm_size") and not _unused(owner, plan)
    if owner is service or not is_made or _covers(service):
        return Fragment()
    mount = {"name": _name(owner, plan), "mountPath": _FOLDER}
    mount |= origin(service.path, mountPath="ipc")
    return Fragment(container={"volumeMounts": [mount]})


def _name(service: Service, plan: Plan) -> str:
    return shortened(f"{plan.prefix(service)}shm")


def _unused(service: Service, plan: Plan) -> str | None:
    """Say why a service's own size does not count, if so."""
    if (service.text("shm_size") or "").startswith("-"):
        return "a size below zero is none"
    if _covers(service):
        return f"something else is mounted at {_FOLDER}"
    if service.text("ipc") == "host":
        return "it shares the memory of the node, which has a size of its own"
    owner = _owner(service, plan)
    return None if owner is service else f"it shares the memory of {owner.name!r}"


def _covers(service: Service) -> bool:
    return any(mount.target == _FOLDER for mount in service.mounts)


def _owner(service: Service, plan: Plan) -> Service:
    """Follow ``ipc`` within the Pod to the service whose memory is shared."""
    seen = {service.name}
    while True:
        target = joins(service, plan.services, "ipc")
        is_inside = target in plan.pods[service.name].members
        if target is None or target in seen or not is_inside:
            return service
        seen.add(target)
        service = plan.services[target]
