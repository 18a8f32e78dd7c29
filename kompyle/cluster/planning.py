"""Plan a run before anything is written: what is there, and what would change.

Every object is applied on the server without effect (``dryRun``); one that the server
refuses stops the run while nothing has changed yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from kompyle.cluster import applyset
from kompyle.cluster.answers import Meaning
from kompyle.cluster.differences import clean
from kompyle.cluster.resources import RESOURCES, Resource, place
from kompyle.cluster.transport import Answer, Api

Manifest = dict[str, Any]
A = TypeVar("A")
B = TypeVar("B")

_PAGE = "500"


class Change(StrEnum):
    """What applying an object would do."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """One object of a plan: as it is to be, as it is, and as it would come out."""

    manifest: Manifest
    path: str
    change: Change
    live: Manifest | None
    answer: Answer | None

    @property
    def name(self) -> str:
        """Name the object as kubectl does, as in ``Deployment/web``."""
        return f"{self.manifest['kind']}/{self.manifest['metadata']['name']}"

    @property
    def outcome(self) -> Manifest:
        """The object as it would come out; as it is written where nobody can tell."""
        is_told = self.answer is not None and self.answer.meaning is Meaning.DONE
        return self.answer.body if self.answer and is_told else self.manifest


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a run, in the order of the manifests; ``extra`` is to be pruned."""

    namespace: str
    set_id: str
    steps: tuple[Step, ...]
    extra: tuple[Manifest, ...] = ()
    has_namespace: bool = True

    @property
    def refused(self) -> list[Step]:
        return [step for step in self.steps if step.change is Change.REFUSED]

    @property
    def changes(self) -> list[Step]:
        written = (Change.CREATE, Change.UPDATE)
        return [step for step in self.steps if step.change in written]

    @property
    def warnings(self) -> list[str]:
        """What the server warned of, each once."""
        found = (
            text for step in self.steps if step.answer for text in step.answer.warnings
        )
        return list(dict.fromkeys(found))


def plan(api: Api, manifests: Sequence[Manifest], namespace: str, name: str) -> Plan:
    """Plan to apply *manifests* as the set *name*, whose objects bear its id."""
    set_id = applyset.applyset_id(name, namespace)
    wanted = [applyset.marked(manifest, set_id) for manifest in manifests]
    if not exists(api, namespace):
        steps = [
            Step(item, place(item, namespace), Change.CREATE, None, None)
            for item in wanted
        ]
        return Plan(namespace, set_id, tuple(steps), has_namespace=False)
    parent = api.call("GET", parent_path(name, namespace))
    known = applyset.kinds_of(parent.body) if parent.meaning is Meaning.DONE else set()
    members = _members(api, wanted, known, namespace, set_id)

    def step(manifest: Manifest) -> Step:
        return _step(api, manifest, members, namespace)

    steps = parallel(step, wanted, api.connections)
    ours = {_key(item, namespace) for item in wanted}
    extra = tuple(item for key, item in members.items() if key not in ours)
    return Plan(namespace, set_id, tuple(steps), extra)


def parent_path(name: str, namespace: str) -> str:
    return RESOURCES["v1", "Secret"].path(namespace, name)


def exists(api: Api, namespace: str) -> bool:
    """Whether a namespace is there; where one may not look, it is."""
    path = RESOURCES["v1", "Namespace"].path(None, namespace)
    absent = (Meaning.NOT_FOUND, Meaning.NO_NAMESPACE)
    return api.call("GET", path).meaning not in absent


def _step(
    api: Api,
    manifest: Manifest,
    members: Mapping[tuple[str, ...], Manifest],
    namespace: str,
) -> Step:
    path = place(manifest, namespace)
    live = members.get(_key(manifest, namespace))
    if live is None:
        found = api.call("GET", path)
        live = found.body if found.meaning is Meaning.DONE else None
    answer = api.apply(path, manifest, dry_run=True)
    if answer.meaning is not Meaning.DONE:
        return Step(manifest, path, Change.REFUSED, live, answer)
    if live is None:
        return Step(manifest, path, Change.CREATE, None, answer)
    is_same = clean(live) == clean(answer.body)
    change = Change.UNCHANGED if is_same else Change.UPDATE
    return Step(manifest, path, change, live, answer)


def _key(item: Mapping[str, Any], namespace: str) -> tuple[str, ...]:
    metadata = item["metadata"]
    is_inside = RESOURCES[item["apiVersion"], item["kind"]].is_namespaced
    where = metadata.get("namespace") or namespace if is_inside else ""
    return item["kind"], where, metadata["name"]


def _members(
    api: Api,
    wanted: Iterable[Manifest],
    known: Iterable[applyset.GroupKind],
    namespace: str,
    set_id: str,
) -> dict[tuple[str, ...], Manifest]:
    """Return the objects of the set that are there, by kind, namespace and name."""
    kinds = {*map(applyset.group_kind, wanted), *known}
    resources = [found for found in RESOURCES.values() if _group_kind(found) in kinds]

    def listing(resource: Resource) -> list[Manifest]:
        return list(listed(api, resource, namespace, f"{applyset.PART_OF}={set_id}"))

    found = parallel(listing, resources, api.connections)
    return {_key(item, namespace): item for items in found for item in items}


def _group_kind(resource: Resource) -> applyset.GroupKind:
    return resource.api.rpartition("/")[0], resource.kind


def listed(
    api: Api, resource: Resource, namespace: str | None, selector: str
) -> Iterator[Manifest]:
    """Yield all objects of a kind with these labels, page by page."""
    query = {"labelSelector": selector, "limit": _PAGE}
    while True:
        answer = api.call("GET", resource.path(namespace), query.items())
        if answer.meaning is not Meaning.DONE:
            return
        for item in answer.body["items"]:
            yield {"apiVersion": resource.api, "kind": resource.kind, **item}
        more = answer.body["metadata"].get("continue")
        if not more:
            return
        query["continue"] = more


def parallel(work: Callable[[A], B], items: Iterable[A], workers: int) -> list[B]:
    """Do the same to all items at once; the results are in their order."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))
