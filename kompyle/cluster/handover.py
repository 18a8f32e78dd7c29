"""Give a project's objects to another tool that knows ApplySets, or take them back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kompyle.cluster import applyset
from kompyle.cluster.adoption import fields_of, is_applied_by
from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import object_name, reference
from kompyle.cluster.applying import PARENT_MANAGER
from kompyle.cluster.applyset import Home
from kompyle.cluster.lease import SECONDS, lease
from kompyle.cluster.listing import parallel
from kompyle.cluster.members import found_home, members_of
from kompyle.cluster.outcome import Code
from kompyle.cluster.refusals import hidden
from kompyle.cluster.resources import RESOURCES, place
from kompyle.cluster.target import Place, home_of
from kompyle.cluster.transport import JSON_PATCH, MERGE, Answer
from kompyle.errors import ClusterError
from kompyle.version import installed_version

Entry = Mapping[str, Any]

_TRIES = 5
TOOLS = ("kubectl", applyset.TOOL)


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over: the parent as kubectl names it, and how many objects."""

    parent: str
    tool: str
    objects: int


def hand_over(
    where: Place, project: str, tool: str, notice: Callable[[str], None]
) -> Handed:
    """Make *tool*, kubectl or kompyle, the manager of a project's objects.

    The fields that the one before it applied become its own, so that those which it
    drops later go.  Raises :class:`ClusterError` if there is no such project.
    """
    _parent(where, project)  # there is nothing to hold a lease for otherwise
    name = f"kompyle-{object_name(project)}"
    with lease(where.api, where.namespace, name, notice, SECONDS):
        return _handed(where, project, tool)


def _handed(where: Place, project: str, tool: str) -> Handed:
    api = where.api
    found, home = _parent(where, project)
    members, unlisted = members_of(api, (), applyset.kinds_of(found), home)
    if unlisted:
        problem = hidden(min(kind for _, kind in unlisted))
        raise ClusterError(f"{problem.message}. {problem.help}", Code.REFUSED)
    items = list(members.values())
    done = parallel(lambda item: _rename(where, item, tool), items, api.connections)
    path = RESOURCES["v1", home.kind].path(home.namespace, home.name)
    mark = {applyset.TOOLING: f"{tool}/{_version(where, tool)}"}
    query = [("fieldManager", PARENT_MANAGER)]
    patch = {"metadata": {"annotations": mark}}
    answer = api.call("PATCH", path, query, patch, MERGE)
    if not answer.is_done:
        raise ClusterError(f"{home.kind}/{home.name}: {answer.message}", Code.REFUSED)
    return Handed(f"{home.kind.lower()}s/{home.name}", tool, sum(done))


def _parent(where: Place, project: str) -> tuple[Mapping[str, Any], Home]:
    found, home = found_home(where.api, home_of(project, where.namespace))
    if found is None:
        fact = f"nothing of {project} is in namespace {where.namespace}"
        raise ClusterError(fact, Code.REFUSED)
    before = applyset.tool_of(found)
    if before not in TOOLS:
        raise ClusterError(f"{before or 'nobody'} manages {project}", Code.REFUSED)
    return found, home


def _version(where: Place, tool: str) -> str:
    if tool == applyset.TOOL:
        return f"v{installed_version()}"
    answer = where.api.call("GET", "/version")
    return str(answer.body["gitVersion"]) if answer.is_done else "v1"


def _rename(where: Place, item: Mapping[str, Any], tool: str) -> bool:
    """Have the fields that the manager before applied belong to *tool*.

    Return whether the object is still there.
    """
    path = place(item, where.namespace, where.api.resources)
    answer = _renamed(where, path, item, tool)
    for _ in range(_TRIES):
        if answer.meaning is not Meaning.STALE:
            break
        answer = where.api.call("GET", path)  # a controller was faster
        if answer.is_done:
            answer = _renamed(where, path, answer.body, tool)
    if not (answer.is_done or answer.meaning is Meaning.NOT_FOUND):
        raise ClusterError(f"{reference(item)}: {answer.message}", Code.REFUSED)
    return answer.is_done


def _renamed(where: Place, path: str, item: Mapping[str, Any], tool: str) -> Answer:
    metadata = item["metadata"]
    version = metadata["resourceVersion"]
    patch = [
        ("/metadata/managedFields", handed(metadata.get("managedFields") or (), tool)),
        ("/metadata/resourceVersion", version),
    ]
    body = [{"op": "replace", "path": place, "value": value} for place, value in patch]
    return where.api.call("PATCH", path, body=body, kind=JSON_PATCH)


def handed(entries: Iterable[Entry], tool: str) -> list[Entry]:
    """Return the managed fields with all that either tool applied in one entry."""
    known = list(entries)
    applied = [item for item in known if is_applied_by(item, *TOOLS)]
    others = [item for item in known if item not in applied]
    whole = {"manager": tool, "fieldsV1": fields_of(applied)}
    return [*({**item, **whole} for item in applied[:1]), *others]
