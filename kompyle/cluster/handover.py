"""Give a project's objects to another tool that knows ApplySets, or take them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kompyle.cluster import applyset
from kompyle.cluster.applying import PARENT_MANAGER
from kompyle.cluster.listing import parallel
from kompyle.cluster.members import found_home, members_of
from kompyle.cluster.refusals import hidden
from kompyle.cluster.resources import RESOURCES, place
from kompyle.cluster.target import Place, home_of
from kompyle.cluster.transport import JSON_PATCH, MANAGER, MERGE, Answer
from kompyle.errors import ClusterError
from kompyle.version import installed_version

_REFUSED = 4
_TRIES = 5
TOOLS = ("kubectl", applyset.TOOL)


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over: the parent as kubectl names it, and how many objects."""

    parent: str
    tool: str
    objects: int


def hand_over(where: Place, project: str, tool: str) -> Handed:
    """Make *tool*, kubectl or kompyle, the manager of a project's objects.

    The fields that the one before it applied become its own, so that those which it
    drops later go.  Raises :class:`ClusterError` if there is no such project.
    """
    api = where.api
    found, home = found_home(api, home_of(project, where.namespace))
    if found is None:
        fact = f"nothing of {project} is in namespace {where.namespace}"
        raise ClusterError(fact, _REFUSED)
    before = applyset.tool_of(found)
    if before not in TOOLS:
        raise ClusterError(f"{before or 'nobody'} manages {project}", _REFUSED)
    members, unlisted = members_of(api, (), applyset.kinds_of(found), home)
    if unlisted:
        problem = hidden(min(kind for _, kind in unlisted))
        raise ClusterError(f"{problem.message}. {problem.help}", _REFUSED)
    items = list(members.values())
    parallel(lambda item: _rename(where, item, tool), items, api.connections)
    path = RESOURCES["v1", home.kind].path(home.namespace, home.name)
    mark = {applyset.TOOLING: f"{tool}/{_version(where, tool)}"}
    query = [("fieldManager", PARENT_MANAGER)]
    patch = {"metadata": {"annotations": mark}}
    answer = api.call("PATCH", path, query, patch, MERGE)
    if not answer.is_done:
        raise ClusterError(f"{home.kind}/{home.name}: {answer.message}", _REFUSED)
    return Handed(f"{home.kind.lower()}s/{home.name}", tool, len(items))


def _version(where: Place, tool: str) -> str:
    if tool == applyset.TOOL:
        return f"v{installed_version()}"
    answer = where.api.call("GET", "/version")
    return str(answer.body["gitVersion"]) if answer.is_done else "v1"


def _rename(where: Place, item: Mapping[str, Any], tool: str) -> None:
    """Have the fields that the manager before applied belong to *tool*."""
    path = place(item, where.namespace, where.api.resources)
    answer = _renamed(where, path, item, tool)
    for _ in range(_TRIES):
        if answer.is_done:
            return
        answer = _renamed(where, path, where.api.call("GET", path).body, tool)
    raise ClusterError(f"{path}: {answer.message}", _REFUSED)


def _renamed(where: Place, path: str, item: Mapping[str, Any], tool: str) -> Answer:
    metadata = item["metadata"]
    version = metadata["resourceVersion"]
    patch = [
        ("/metadata/managedFields", _fields(item, tool)),
        ("/metadata/resourceVersion", version),
    ]
    body = [{"op": "replace", "path": place, "value": value} for place, value in patch]
    return where.api.call("PATCH", path, body=body, kind=JSON_PATCH)


def _fields(item: Mapping[str, Any], tool: str) -> list[dict[str, Any]]:
    others = {"kubectl", MANAGER} - {tool}
    return [
        {**entry, "manager": tool} if _is_applied_by(entry, others) else entry
        for entry in item["metadata"].get("managedFields") or ()
    ]


def _is_applied_by(entry: Mapping[str, Any], managers: set[str]) -> bool:
    is_apply = entry.get("operation") == "Apply" and not entry.get("subresource")
    return is_apply and entry.get("manager") in managers
