"""``shm_size``: a memory volume at /dev/shm; without it a container has 64 MiB."""

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Fragment, Outcome, origin
from kompyle.mapping.keys import Fate, Key, kept
from kompyle.mapping.plan import Plan
from kompyle.mapping.resources import byte_quantity

KEYS: dict[str, Key] = {"services.*.shm_size": kept()}
_FOLDER = "/dev/shm"  # noqa: S108 - where POSIX has its shared memory


def fragment(service: Service, plan: Plan) -> Fragment:
    size = service.text("shm_size")
    if not size:
        return Fragment()
    if any(mount.target == _FOLDER for mount in service.mounts):
        note = f"something else is mounted at {_FOLDER}"
        return Fragment(outcomes=(Outcome(service.at("shm_size"), Fate.IGNORED, note),))
    name = f"{plan.prefix(service)}shm"
    memory = {
        "medium": "Memory",
        "sizeLimit": byte_quantity(int(size)),
        **origin(service.path, sizeLimit="shm_size"),
    }
    return Fragment(
        container={"volumeMounts": [{"name": name, "mountPath": _FOLDER}]},
        pod={"volumes": [{"name": name, "emptyDir": memory}]},
    )
