"""Fill a new volume with what the image has at its place, as Docker does (R12).

The folder of a database gets the owner that the service says, for it holds nothing yet.
The init container has the image of the service itself, runs as root to keep owners and
modes, and does nothing once the volume holds anything.
"""

import re
import shlex
from collections.abc import Iterator

from kompyle.compose.service import Service
from kompyle.compose.volumes import Mount
from kompyle.mapping.binds import Claim
from kompyle.mapping.data_folders import FOLDERS
from kompyle.mapping.expansion import literal
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origins_of,
)
from kompyle.mapping.image import image_reference, pull_policy
from kompyle.mapping.keys import Fate
from kompyle.mapping.listening import image_name
from kompyle.mapping.mounts import absolute
from kompyle.mapping.own_users import is_official
from kompyle.mapping.plan import Plan
from kompyle.mapping.shares import is_share
from kompyle.mapping.user import identity
from kompyle.names import shortened, slug

_MADE_READY = ("mariadb", "mysql", "postgis", "postgres", "timescaledb")
_EMPTY = {name: FOLDERS[name] for name in _MADE_READY} | {
    "mongo": ("/data/db", "/data/configdb"),
    "redis": ("/data",),
    "valkey": ("/data",),
}
"""Folders of well-known images that are empty, and made ready by the image itself.

Only root can: who else runs gets a folder of his own, since a group's rights would not
let him change its mode.
"""

_WITHOUT_SHELL = frozenset(
    (
        "cloudflared",
        "coredns",
        "dozzle",
        "etcd",
        "headscale",
        "hello-world",
        "http-echo",
        "kube-state-metrics",
        "loki",
        "nats",
        "nats-streaming",
        "opentelemetry-collector",
        "opentelemetry-collector-contrib",
        "otel-collector",
        "portainer",
        "portainer-ce",
        "portainer-ee",
        "surrealdb",
        "swarm",
        "tempo",
        "true",
        "watchtower",
        "whoami",
    )
)
"""Images that have little but their program; of all others a shell is assumed."""

_BARE = re.compile(r"distroless|jaegertracing/|portainer/agent|^traefik:v?1\b")
"""The same of images whose name alone would not tell."""

_WITH_SHELL = re.compile(r"alpine|bitnami|debian|debug|ubuntu")
"""What the names of their variants say that have one."""

_NO_SHELL = "the image has no shell that could copy what it holds here to the volume"
_COPIED = (
    "the image's own shell copies what it holds here to the new volume",
    "If it has no shell, its Pod would not start: add `nocopy` to the mount.",
)
_NOTHING_TO_COPY = "it holds nothing for the volumes of the service"
_FOLDER = "/kompyle"
_COPY = """\
is_empty() { [ -z "$(ls -A "$1" | grep -v -e '^lost+found$' -e '^.kompyle-copy$')" ]; }
copy() {
  [ -d "$1" ] || return 0
  lock="$2/.kompyle-copy" died=
  [ -d "$lock" ] || is_empty "$2" || return 0
  until mkdir "$lock" 2>/dev/null; do
    now=$(date +%s)
    if [ $((now - $(stat -c %Y "$lock" 2>/dev/null || echo $now))) -gt 20 ]; then
      died=1
      rmdir "$lock" 2>/dev/null || true
    fi
    sleep 1
  done
  if [ "$died" ] || is_empty "$2"; then
    (while sleep 5; do touch "$lock"; done) &
    cp -a "$1/." "$2/"
    chown "$(stat -c %u:%g "$1")" "$2"
    chmod "$(stat -c %a "$1")" "$2"
    kill $!
  fi
  rmdir "$lock"
}
"""
"""Copies as one: others wait meanwhile, and begin anew where a copier has died."""


def fragment(service: Service, found: Fragment, plan: Plan) -> Fragment:
    """Bring the image's own content into new volumes."""
    entries = found.container.get("volumeMounts", [])
    fillers = _fillers(service, plan)
    return combine(_filled(service, *each, entries, plan) for each in fillers)


def unused_images(plan: Plan) -> Iterator[Outcome]:
    """Tell of data containers whose image has nothing for their volumes."""
    idle = plan.inputs.data_containers
    if not idle:
        return
    fillers = (
        filler
        for service in plan.services.values()
        for filler, _ in _fillers(service, plan)
    )
    used = {filler.name for filler in fillers if _has_shell(filler)}
    for name in idle.keys() - used:
        for key in ("image", "build", "pull_policy"):
            yield Outcome(idle[name].at(key), Fate.IGNORED, _NOTHING_TO_COPY)


def _fillers(service: Service, plan: Plan) -> list[tuple[Service, list[Mount]]]:
    """Return whose images fill new volumes of a service: its own, or those it borrows.

    What other services lend they fill themselves, unless they are data containers.
    """
    found: dict[str, tuple[Service, list[Mount]]] = {}
    for mount in service.mounts:
        is_own = not mount.lent_at or isinstance(plan.binds.get(mount.key), Claim)
        lender = "" if is_own else str(mount.lent_at[1])
        filler = service if is_own else plan.inputs.data_containers.get(lender)
        if filler and _is_copied(filler, mount, plan):
            found.setdefault(filler.name, (filler, []))[1].append(mount)
    return list(found.values())


def _filled(
    service: Service,
    filler: Service,
    mounts: list[Mount],
    entries: list[Manifest],
    plan: Plan,
) -> Fragment:
    """Let an init container with the image of the *filler* fill what is mounted."""
    if not _has_shell(filler):
        return Fragment(outcomes=_told(mounts, _NO_SHELL))
    is_own = filler is service
    name = "copy" if is_own else slug(f"copy-from-{filler.name}")
    image = {
        "image": image_reference(filler, plan),
        "imagePullPolicy": pull_policy(filler, plan),
    }
    if not is_own:
        keys = [filler.at("image"), filler.at("build")]
        image |= origins_of(image=keys, imagePullPolicy=[filler.at("pull_policy")])
    copied = [(mount, _owner(filler, mount)) for mount in mounts]
    name = shortened(f"{plan.prefix(service)}{name}")
    container = _container(name, image, copied, entries)
    return Fragment(
        pod={"initContainers": [container]}, outcomes=_unsure(filler, mounts)
    )


def _unsure(service: Service, mounts: list[Mount]) -> tuple[Outcome, ...]:
    """Tell of a copy whose image may lack the shell for it."""
    if _is_known_to_have_shell(service):
        return ()
    return _told(mounts, *_COPIED)


def _told(
    mounts: list[Mount], note: str, way_out: str | None = None
) -> tuple[Outcome, ...]:
    """Tell it of each mount, and who lends it where it is borrowed."""
    return tuple(
        Outcome(
            m.path, Fate.ADAPTED, f"of what {m.lent_at[1]!r} lends: {note}", way_out
        )
        if m.lent_at
        else Outcome((*m.path, "target"), Fate.ADAPTED, note, way_out)
        for m in mounts
    )


def _is_copied(service: Service, mount: Mount, plan: Plan) -> bool:
    if isinstance(plan.binds.get(mount.key), Claim):
        return bool(_owner(service, mount)) and not mount.read_only
    volume = plan.inputs.volumes.get(mount.source or "")
    is_filled = volume and (volume.is_external or is_share(volume, plan.options))
    return _may_hold(service, mount) and not is_filled


def _may_hold(service: Service, mount: Mount) -> bool:
    """Whether the image may hold something at the place of a new volume."""
    if mount.type != "volume" or mount.nocopy or mount.subpath:
        return False
    return not _is_made_ready(service, mount) or bool(_owner(service, mount))


def _is_made_ready(service: Service, mount: Mount) -> bool:
    return mount.target in _EMPTY.get(image_name(service.image or ""), ())


def _owner(service: Service, mount: Mount) -> str:
    """Say who has to own the data of a database, as chown(1) takes it; "" for root."""
    found = identity(service.text("user") or "", service.image or "")
    if not _is_made_ready(service, mount) or not found or not found[0]:
        return ""
    user, group = found
    return str(user) if group is None else f"{user}:{group}"


def _has_shell(service: Service) -> bool:
    """Whether an image can be asked to copy files; most can, and some are known not."""
    image = service.image or ""
    if _WITH_SHELL.search(image):
        return True
    return not _BARE.search(image) and image_name(image) not in _WITHOUT_SHELL


def _is_known_to_have_shell(service: Service) -> bool:
    return bool(_WITH_SHELL.search(service.image or "")) or is_official(service)


def _container(
    name: str, image: Manifest, mounts: list[tuple[Mount, str]], entries: list[Manifest]
) -> Manifest:
    """Build the init container; *entries* are the volume mounts of the service.

    Beside each mount stands who is to own it, in place of what the image holds there.
    """
    places = {entry["mountPath"]: entry for entry in entries}
    calls: list[tuple[str, str, str]] = []
    copies: list[Manifest] = []
    for index, (mount, owner) in enumerate(mounts):
        source = absolute(mount.target)
        entry = places[source]
        target = f"{_FOLDER}/{index}"
        kept = {key: entry.get(key) for key in ("name", "subPath")}
        copies.append({**kept, "mountPath": target})
        calls.append(("chown", owner, target) if owner else ("copy", source, target))
    needed = _COPY if any(call == "copy" for call, *_ in calls) else ""
    return {
        "name": name,
        **image,
        "command": ["/bin/sh", "-ec"],
        "args": literal([needed + "\n".join(map(shlex.join, calls))]),
        "volumeMounts": copies,
        "securityContext": {"runAsUser": 0, "runAsGroup": 0},
    }
