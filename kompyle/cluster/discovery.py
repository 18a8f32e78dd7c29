"""Ask the server where kinds are that the table does not know.

A set can hold such kinds: another release of Kompyle made them, or another tool that
managed the set before.  One group is two questions; nothing is kept on a disk.
"""

from collections.abc import Iterable
from typing import Any

from kompyle.cluster.answers import Meaning
from kompyle.cluster.applyset import GroupKind
from kompyle.cluster.resources import Resource, by_group
from kompyle.cluster.transport import Api


def discover(api: Api, kinds: Iterable[GroupKind]) -> set[GroupKind]:
    """Learn where *kinds* are; return those that could not be asked for.

    A kind that the server does not have is none of these: nothing of it is there.
    """
    unknown = set(kinds) - by_group(api.resources).keys()
    barred: set[GroupKind] = set()
    for group in sorted({group for group, _ in unknown}):
        found = _resources(api, group)
        if found is None:
            barred |= {item for item in unknown if item[0] == group}
            continue
        wanted = (item for item in found if (group, item.kind) in unknown)
        api.resources.update({(item.api, item.kind): item for item in wanted})
    return barred


def served(api: Api, group: str) -> list[str]:
    """Return the versions that the server has of a group, as ``apps/v1``."""
    answer = api.call("GET", f"/apis/{group}") if group else None
    if answer is None or not answer.is_done:
        return []
    return [found["groupVersion"] for found in answer.body["versions"]]


def _resources(api: Api, group: str) -> list[Resource] | None:
    """List what the preferred version of a group has; None if that may not be seen."""
    version = "v1"
    if group:
        answer = api.call("GET", f"/apis/{group}")
        if not answer.is_done:
            return [] if _is_missing(answer.meaning) else None
        version = answer.body["preferredVersion"]["groupVersion"]
    answer = api.call("GET", f"/apis/{version}" if group else f"/api/{version}")
    if not answer.is_done:
        return [] if _is_missing(answer.meaning) else None
    found = answer.body["resources"]
    return [_resource(version, item) for item in found if "list" in item["verbs"]]


def _resource(version: str, item: dict[str, Any]) -> Resource:
    return Resource(version, item["kind"], item["name"], item["namespaced"])


def _is_missing(meaning: Meaning) -> bool:
    return meaning in (Meaning.NOT_FOUND, Meaning.NOT_SERVED)
