"""Find the objects of a set that are in the cluster."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kompyle.cluster import applyset
from kompyle.cluster.answers import Meaning
from kompyle.cluster.applyset import Home
from kompyle.cluster.discovery import discover
from kompyle.cluster.listing import listed, parallel, unanswered
from kompyle.cluster.outcome import Problem
from kompyle.cluster.refusals import barred
from kompyle.cluster.resources import RESOURCES, Resource, by_group
from kompyle.cluster.transport import Api

Manifest = dict[str, Any]
Key = tuple[str, str, str]
"""A kind, a namespace, "" where there is none, and a name."""

_UNSEEN = frozenset((Meaning.FORBIDDEN, Meaning.NOT_FOUND, Meaning.NO_NAMESPACE))


def key_of(api: Api, item: Mapping[str, Any], namespace: str) -> Key:
    """Identify an object whatever the version of its kind is."""
    metadata = item["metadata"]
    is_inside = api.resources[item["apiVersion"], item["kind"]].is_namespaced
    where = metadata.get("namespace") or namespace if is_inside else ""
    return item["kind"], where, metadata["name"]


def found_home(api: Api, home: Home) -> tuple[Manifest | None, Home]:
    """Return the parent of a set, if there is one, and where it is or would be.

    Raises :class:`ClusterError` if the server does not say whether there is one.
    """
    path = RESOURCES["v1", home.kind].path(home.namespace, home.name)
    answer = api.call("GET", path)
    if answer.meaning is Meaning.FORBIDDEN and home.kind == "Secret":
        return found_home(api, replace(home, kind="ConfigMap"))
    if not (answer.is_done or answer.meaning in _UNSEEN):
        raise unanswered(path, answer)
    return (answer.body if answer.is_done else None), home


def hidden_project(api: Api, home: Home) -> Problem | None:
    """Say that a project has objects, and a parent which may not be read."""
    if home.hidden is None:
        return None
    members, _ = members_of(api, (), anywhere(), home.hidden)
    return barred(home.hidden) if members else None


def anywhere() -> set[applyset.GroupKind]:
    """Name all kinds that a project can have objects of."""
    return {
        kind
        for kind, found in by_group(RESOURCES).items()
        if found.is_namespaced or kind[1] == "PersistentVolume"
    }


def members_of(
    api: Api,
    wanted: Iterable[Manifest],
    known: Iterable[applyset.GroupKind],
    home: Home,
) -> tuple[dict[Key, Manifest], set[applyset.GroupKind]]:
    """Return the objects of the set that are there, and the kinds not to be listed."""
    kinds = {*map(applyset.group_kind, wanted), *known}
    unasked = discover(api, kinds)
    places = by_group(api.resources)
    resources = {kind: place for kind, place in places.items() if kind in kinds}
    namespace, selector = home.namespace, f"{applyset.PART_OF}={home.set_id}"

    def listing(resource: Resource) -> list[Manifest] | None:
        return listed(api, resource, namespace, selector)

    found = parallel(listing, resources.values(), api.connections)
    items = (item for some in found for item in some or ())
    members = {key_of(api, item, namespace): item for item in items}
    pairs = zip(resources, found, strict=True)
    return members, unasked | {kind for kind, items in pairs if items is None}
