"""Find a project in a namespace, without its files: its services, workloads, Pods."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kompyle.cluster.app import PROJECT, WORKLOADS, App, Part, reference
from kompyle.cluster.containers import every, pods_of, staying
from kompyle.cluster.listing import listed, parallel
from kompyle.cluster.mounted import template
from kompyle.cluster.outcome import Code
from kompyle.cluster.resources import RESOURCES, Resource, plural
from kompyle.cluster.revisions import FAILED, Revision, last_good, newest, revisions
from kompyle.cluster.status import spec_of
from kompyle.cluster.target import Place
from kompyle.cluster.waiting import AWAITED
from kompyle.errors import ClusterError
from kompyle.names import label_value

Manifest = Mapping[str, Any]

APIS = {kind: api for api, kind in RESOURCES}
_OURS = "app.kubernetes.io/managed-by=kompyle"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A project as it is now; ``workloads`` are by reference, as ``Deployment/web``.

    ``app`` is what was applied last; where that cannot be read, what the live
    workloads tell of it.  A run that failed did not come to the ``unstarted`` services.
    """

    place: Place
    app: App
    workloads: Mapping[str, Manifest]
    pods: Sequence[Manifest]
    unstarted: Collection[str] = ()

    @property
    def parts(self) -> Mapping[str, Part]:
        return self.app.parts

    def pods_of(self, part: Part) -> list[Manifest]:
        return pods_of(part, self.pods)

    def containers(self, part: Part) -> list[str]:
        """Name the containers beside that of a service, and itself."""
        live = self.workloads.get(part.workload)
        specs = [spec_of(pod) for pod in self.pods_of(part)]
        specs += [template(live)["spec"]] if live else []
        found = (item["name"] for spec in specs for item in every(spec))
        return list(dict.fromkeys(found))


def deployed(place: Place, project: str) -> Deployed:
    """Look for a project; ClusterError says where else it is, if it is not here."""
    selector = selector_of(project)

    def listing(kind: str) -> list[dict[str, Any]] | None:
        return listed(place.api, resource(kind), place.namespace, selector)

    asked = (*WORKLOADS, "Pod")
    *found, pods = parallel(listing, asked, place.api.connections)
    if pods is None:
        raise refused(f"you may not list pods in {place.namespace}")
    lists = zip(WORKLOADS, found, strict=True)
    hidden = [kind for kind, items in lists if items is None]
    live = {reference(item): item for items in found for item in items or ()}
    live = {name: item for name, item in live.items() if not _is_run(item)}
    known = revisions(place.api, place.namespace, project)
    if not (live or pods or known):
        raise _absent(place, project)
    app = _app(project, known or (), live)
    used = {part.workload.partition("/")[0] for part in app.parts.values()}
    if lost := [kind for kind in hidden if kind in used or not used]:
        kinds = ", ".join(map(plural, lost))
        raise refused(f"you may not list {kinds} in {place.namespace}")
    return Deployed(place, app, live, pods, _unstarted(known or (), live))


def resource(kind: str) -> Resource:
    return RESOURCES[APIS[kind], kind]


def selector_of(project: str) -> str:
    """Select a project's objects, and none of a chart that bears the same name."""
    return f"{PROJECT}={label_value(project)},{_OURS}"


def refused(fact: str) -> ClusterError:
    return ClusterError(fact, Code.REFUSED)


def _is_run(item: Manifest) -> bool:
    """Whether an object is one run of a CronJob."""
    owners = item["metadata"].get("ownerReferences") or ()
    return any(owner.get("controller") for owner in owners)


def _app(project: str, known: Sequence[Revision], live: Mapping[str, Manifest]) -> App:
    """Return what was applied; the services of the last one that did not fail, too.

    After a run that failed, or was rolled back, some of either may be there.
    """
    last = newest(known)
    if last is None:
        return App(project, tuple(map(dict, live.values())), _joined(live))
    applied = last.app()
    good = last_good(known) if last.status == FAILED else None
    before = good.app().parts if good else {}
    parts = {service: part for service, part in before.items() if part.workload in live}
    for service, part in applied.parts.items():
        if part.workload in live or service not in parts:
            parts[service] = part
    return replace(applied, parts=_joined(live, parts))


def _unstarted(known: Sequence[Revision], live: Mapping[str, Manifest]) -> list[str]:
    """Name what was to wait for others in a run that failed, and never was there."""
    last = newest(known)
    if last is None or last.status != FAILED:
        return []
    good = last_good(known)
    before = good.app().parts if good else {}
    return [
        service
        for service, part in last.app().parts.items()
        if AWAITED.intersection(part.waits.values())
        and not (part.workload in live or service in before)
    ]


def _joined(
    live: Mapping[str, Manifest], parts: Mapping[str, Part] | None = None
) -> dict[str, Part]:
    """Add what runs but is in no revision, under the names of its containers."""
    found = dict(parts or {})
    known = {part.container for part in found.values()}
    for part in _told(live):
        if part.container not in known:
            found[part.service] = part
    return found


def _told(live: Mapping[str, Manifest]) -> Iterator[Part]:
    for name, item in live.items():
        for container in staying(template(item)["spec"]):
            yield Part(container, name, container)


def _absent(place: Place, project: str) -> ClusterError:
    """Say that a project is not here, and where it is, or what is here instead."""
    fact = f"there is no project {project!r} in namespace {place.namespace}"
    fact += f" of context {place.api.login.context}"
    everywhere = listed(place.api, resource("Pod"), None, selector_of(project))
    if spaces := {item["metadata"]["namespace"] for item in everywhere or ()}:
        names = " and ".join(sorted(spaces))
        return refused(f"{fact}; it is in {names}: choose with --namespace")
    here = listed(place.api, resource("Pod"), place.namespace, _OURS) or ()
    labels = (item["metadata"]["labels"] for item in here)
    if others := {found[PROJECT] for found in labels if PROJECT in found}:
        names = ", ".join(sorted(others))
        return refused(f"{fact}, but {names}: name one with -p")
    return refused(f"{fact}; `kompyle up` deploys it")
