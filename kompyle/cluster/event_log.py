"""What happened to the objects of a project, as the cluster tells it, by service."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kompyle.cluster.app import WORKLOADS, App, Part, reference
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.deployed import APIS, Deployed, refused, resource
from kompyle.cluster.listing import listed
from kompyle.cluster.logs import utc
from kompyle.cluster.mounted import claims_of
from kompyle.cluster.watching import Subject, Watching

Manifest = Mapping[str, Any]

_LOOK = 0.5
_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
"""Letters that Kubernetes makes names of."""

_MADE = {
    ("Deployment", "Pod"): rf"-{_SAFE}+-{_SAFE}{{5}}",
    ("Deployment", "ReplicaSet"): rf"-{_SAFE}+",
    ("DaemonSet", "Pod"): rf"-{_SAFE}{{5}}",
    ("Job", "Pod"): rf"(?:-\d+)?-{_SAFE}{{5}}",
    ("CronJob", "Job"): r"-\d+",
    ("CronJob", "Pod"): rf"-\d+-{_SAFE}{{5}}",
    ("StatefulSet", "Pod"): r"-\d+",
}
"""How what a workload makes is called, behind the name of the workload."""

_CONTAINER = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event; ``at`` is when it was seen last, ``count`` how often."""

    uid: str
    at: str
    service: str
    type: str
    reason: str
    name: str
    message: str
    count: int = 1
    version: int = 0
    """Orders what happened within a second."""

    @property
    def data(self) -> dict[str, Any]:
        """The event as JSON has it."""
        return {
            "at": self.at,
            "service": self.service,
            "type": self.type,
            "reason": self.reason,
            "object": self.name,
            "message": self.message,
            "count": self.count,
        }


def happenings(found: Deployed, parts: Sequence[Part]) -> list[Happening]:
    """Return what is known to have happened, oldest first."""
    space = found.place.namespace
    items = listed(found.place.api, resource("Event"), space, "")
    if items is None:
        raise refused(f"you may not list events in {space}")
    return list(_told(found.app, items, _names(found.app, parts)))


def followed(
    found: Deployed, parts: Sequence[Part], cancel: Cancel
) -> Iterator[Happening]:
    """Yield what has happened, and then what happens, until cancelled."""
    place = found.place
    names = _names(found.app, parts)
    known: dict[str, tuple[int, str]] = {}
    seen = 0
    with Watching(
        place.api, place.namespace, [Subject(APIS["Event"], "Event")]
    ) as watching:
        if "Event" in watching.hidden:
            raise refused(f"you may not list events in {place.namespace}")
        while not cancel.is_asked:
            watching.check()
            for item in _told(found.app, watching.items("Event"), names):
                state = item.count, item.at
                if known.get(item.uid) != state:
                    known[item.uid] = state
                    yield item
            seen = watching.wait(seen, _LOOK)


def _names(app: App, parts: Sequence[Part]) -> set[str]:
    """Name the services that are asked about; "" is what belongs to no single one."""
    chosen = {part.service for part in parts}
    return chosen | ({""} if chosen == set(app.parts) else set())


def _told(app: App, items: Iterable[Manifest], names: set[str]) -> Iterator[Happening]:
    found = (told for item in items if (told := happening(app, item)))
    chosen = (told for told in found if set(told.service.split(", ")) & names)
    yield from sorted(chosen, key=lambda told: (told.at, told.version))


def happening(app: App, event: Manifest) -> Happening | None:
    """Read an event; None if it is not about an object of the project."""
    about = event.get("involvedObject") or {}
    name = f"{about.get('kind', '')}/{about.get('name', '')}"
    services = _services(app, name, about.get("fieldPath", ""))
    if services is None:
        return None
    series = event.get("series") or {}
    return Happening(
        uid=event["metadata"]["uid"],
        at=moment(event),
        service=", ".join(services),
        type=event.get("type", ""),
        reason=event.get("reason", ""),
        name=name,
        message=" ".join(event.get("message", "").split()),
        count=series.get("count") or event.get("count") or 1,
        version=int(event["metadata"].get("resourceVersion", 0)),
    )


def moment(event: Manifest) -> str:
    """Return when an event was seen last."""
    times = (
        (event.get("series") or {}).get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        event["metadata"].get("creationTimestamp"),
    )
    return f"{utc(next(filter(None, times), ''))[:19]}Z"


def _services(app: App, name: str, field: str) -> list[str] | None:
    """Name the services that an object is of; of a container that of its own."""
    workload = _maker(app, name)
    if workload:
        parts = app.services_of(workload)
        inner = _CONTAINER.search(field)
        own = [part.service for part in parts if inner and part.container == inner[1]]
        return own or [part.service for part in parts]
    if name.startswith("PersistentVolumeClaim/"):
        return _mounting(app, name.partition("/")[2])
    for item in app.manifests:
        if reference(item) == name:
            return [app.service_of(item)]
    return None


def _maker(app: App, name: str) -> str | None:
    """Return the workload that an object is, or was made by; the longest name wins."""
    kind, _, called = name.partition("/")
    workloads = {part.workload for part in app.parts.values()}
    if name in workloads:
        return name
    for workload in sorted(workloads, key=len, reverse=True):
        maker, _, prefix = workload.partition("/")
        ending = _MADE.get((maker, kind))
        if ending and re.fullmatch(re.escape(prefix) + ending, called):
            return workload
    return None


def _mounting(app: App, claim: str) -> list[str] | None:
    """Name the services whose Pods mount a claim, or have one made for each of them."""
    workloads = {reference(item) for item in app.manifests if _mounts(item, claim)}
    found = [part.service for part in app.parts.values() if part.workload in workloads]
    is_ours = any(reference(item).endswith(f"Claim/{claim}") for item in app.manifests)
    return found or ([""] if is_ours else None)


def _mounts(item: Manifest, claim: str) -> bool:
    if item["kind"] not in WORKLOADS:
        return False
    if claim in claims_of(item):
        return True
    made = item["spec"].get("volumeClaimTemplates") or ()
    names = "|".join(re.escape(found["metadata"]["name"]) for found in made)
    owner = re.escape(item["metadata"]["name"])
    return bool(names) and bool(re.fullmatch(rf"(?:{names})-{owner}-\d+", claim))
