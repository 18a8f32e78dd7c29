"""Put into words why an object is refused, with its place and the way out."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kompyle.cluster.answers import Meaning, causes, conflicts
from kompyle.cluster.app import App, reference
from kompyle.cluster.applyset import Home
from kompyle.cluster.outcome import Problem
from kompyle.cluster.recovery import DATA, Recovery
from kompyle.cluster.resources import plural
from kompyle.cluster.transport import MANAGER, Answer

Manifest = dict[str, Any]
Origin = Callable[[str], str]

_FIELD = re.compile(r"(?:^|\s)\.?((?:spec|data|metadata)(?:\.[\w-]+|\[[^\]]*\])*)")
_REPLICAS = ".spec.replicas"
_HELP = {
    Meaning.FORBIDDEN: "Ask for this right; `kompyle up --print-rbac` prints the Role.",
    Meaning.TERMINATING: "Wait until it is gone, or choose another namespace.",
    Meaning.NO_NAMESPACE: "Create it, or name one with --namespace.",
}
_ADOPT = "With --adopt it becomes a part of this project."
_ADOPT_OWNED = (
    "Remove it there first. With --adopt-owned it is taken over anyway, "
    "and both will write it."
)
_CLAIM_GOES = (
    "It goes, with its data, when no Pod uses it any more. Save the data first; "
    "`kompyle down` stops the Pods."
)
_REDACTED = "<redacted>"


@dataclass(frozen=True, slots=True)
class Contested:
    """A conflict that need not stop anybody: how to apply the object instead."""

    manifest: Manifest
    notice: str
    forces: bool


def foreign(name: str, place: str, other: str) -> Problem:
    fact = f"it belongs to {other}"
    return Problem(name, "ForeignOwner", fact, place, _ADOPT_OWNED)


def unowned(name: str, place: str, writers: list[str]) -> Problem:
    by = f", written by {' and '.join(writers)}" if writers else ""
    fact = f"it exists already{by}, and is not of this project"
    return Problem(name, "AlreadyExists", fact, place, _ADOPT)


def unread(name: str, answer: Answer, place: str) -> Problem:
    """Tell of an object that is there, and that may belong to anybody."""
    fact = f"it exists already, and whose it is cannot be read: {_plain(answer)}"
    help_ = _HELP.get(answer.meaning, "")
    return Problem(name, str(answer.meaning), fact, place, help_)


def refusal(name: str, answer: Answer, origin: Origin, place: str) -> Problem:
    """Tell what the server has against an object."""
    complaints = causes(answer.body)
    fields = [cause.get("field", "") for cause in complaints] or [_quoted(answer)]
    found = next((p for field in fields if (p := _place(name, field, origin))), place)
    told = "; ".join(map(_complaint, complaints)) or _plain(answer)
    help_ = _HELP.get(answer.meaning, "")
    if name.startswith("PersistentVolumeClaim/") and answer.meaning is Meaning.INVALID:
        help_ = DATA
    return Problem(name, str(answer.meaning), told, found, help_)


def lingering(name: str) -> Problem:
    """Tell of a workload whose Pods go on, and hold a volume that others wait for."""
    fact = "its Pods have not ended yet, and hold a volume that others take over"
    way_out = "See what they still do, and run the same command again."
    return Problem(name, "StillEnding", fact, help=way_out)


def held(name: str, place: str) -> Problem:
    """Tell of an object that is being deleted, and does not go."""
    is_claim = name.startswith("PersistentVolumeClaim/")
    kind, _, own = name.partition("/")
    way_out = f"See who holds it: kubectl get {kind.lower()} {own} -o yaml"
    return Problem(
        name,
        "Terminating",
        "somebody has deleted it, and it has not gone yet",
        place,
        _CLAIM_GOES if is_claim else way_out,
    )


def hidden(kind: str) -> Problem:
    """Tell of a kind of which a set may have objects that nobody here can see."""
    fact = f"may not list {plural(kind)}, and the project may have some"
    return Problem(kind, str(Meaning.FORBIDDEN), fact, help=_HELP[Meaning.FORBIDDEN])


def barred(home: Home) -> Problem:
    """Tell of a project whose parent is there, but not to be read."""
    name = f"{home.kind}/{home.name}"
    fact = "you may not read it, and it says what the project has here"
    return Problem(name, "UnreadParent", fact, help=_HELP[Meaning.FORBIDDEN])


def immutable(
    name: str, answer: Answer, way: Recovery | None, origin: Origin, place: str
) -> Problem:
    told = refusal(name, answer, origin, place)
    help_ = f"With --recreate it is made anew: {way.cost}." if way else DATA
    return Problem(name, str(Meaning.IMMUTABLE), told.message, told.place, help_)


def lacks_its_role(manifest: Manifest, app: App, answer: Answer) -> bool:
    """Whether nothing is wrong with a binding but that its Role is yet to be made.

    The server looks into that Role, to see whether who binds it has its rights.
    """
    wanted = manifest.get("roleRef")
    if answer.meaning is not Meaning.NOT_FOUND or wanted is None:
        return False
    role = f"{wanted['kind']}/{wanted['name']}"
    return any(reference(item) == role for item in app.manifests)


def contested(
    name: str, manifest: Manifest, live: Manifest, answer: Answer, origin: Origin
) -> Contested | Problem:
    """Settle a conflict over fields that others wrote, or tell of it."""
    found = conflicts(answer.body)
    if all(item.manager.startswith(MANAGER) for item in found):
        return Contested(manifest, "", forces=True)
    if all(item.field == _REPLICAS for item in found):
        count = live.get("spec", {}).get("replicas")
        by = found[0].manager
        notice = f"{name} keeps {count} replicas: {by} scales it"
        return Contested(_without_replicas(manifest), notice, forces=False)
    fact = "; ".join(
        f"{item.field.removeprefix('.')} is {_value(live, item.field)} as "
        f"{item.manager} set it, and would be {_value(manifest, item.field)}"
        for item in found
    )
    fields = [_indexed(manifest, item.field) for item in found]
    place = next((p for field in fields if (p := _place(name, field, origin))), "")
    way_out = (
        "Write the same value into the Compose file, or take the field over with "
        "--force-conflicts."
    )
    return Problem(name, str(Meaning.CONFLICT), fact, place, way_out)


def _without_replicas(manifest: Manifest) -> Manifest:
    spec = {k: value for k, value in manifest["spec"].items() if k != "replicas"}
    return {**manifest, "spec": spec}


def _complaint(cause: Mapping[str, str]) -> str:
    field, message = cause.get("field", ""), cause.get("message", "")
    return f"{field}: {message}" if field else message


def _plain(answer: Answer) -> str:
    return " ".join(answer.message.split()) or f"HTTP status {answer.status}"


def _quoted(answer: Answer) -> str:
    """Find the field that a message without causes speaks of."""
    found = _FIELD.search(answer.message)
    return found[1] if found else ""


def _place(name: str, field: str, origin: Origin) -> str:
    return origin(f"{name}:{field.removeprefix('.')}") if field else ""


def _value(item: Mapping[str, Any], field: str) -> str:
    """Return what stands at a field as a conflict names it; secrets are not shown.

    >>> _value({"spec": [{"name": "a", "image": "x"}]}, '.spec[name="a"].image')
    "'x'"
    """
    if item.get("kind") == "Secret":
        return _REDACTED
    at: Any = None
    for _, below in _walk(item, field):
        at = below
    return repr(at) if not isinstance(at, dict | list) else "another"


def _indexed(item: Mapping[str, Any], field: str) -> str:
    """Write a field of a conflict as other answers have it: with numbers.

    >>> _indexed({"spec": [{"name": "a", "image": "x"}]}, '.spec[name="a"].image')
    '.spec[0].image'
    """
    return "".join(step for step, _ in _walk(item, field))


def _walk(item: Mapping[str, Any], field: str) -> Iterator[tuple[str, Any]]:
    """Yield each step of a field, and what stands there."""
    at: Any = item
    rest = field
    while rest:
        if rest.startswith("["):
            chosen, _, rest = rest[1:].partition("]")
            below = _chosen(at, chosen)
            step = f"[{chosen if below is None else at.index(below)}]"
        else:
            key = _key(at, rest[1:])
            rest = rest[1 + len(key) :]
            below = at.get(key) if isinstance(at, dict) else None
            step = f".{key}"
        yield step, below
        at = below


def _key(at: Any, rest: str) -> str:  # noqa: ANN401 - any part of an object
    """Return the key that a text begins with; keys may have dots in them.

    >>> _key({"a": 1, "a.io/b": 2}, "a.io/b"), _key({}, "a.b")
    ('a.io/b', 'a')
    """
    keys = at if isinstance(at, dict) else ()
    found = [key for key in keys if f"{rest}.".startswith((f"{key}.", f"{key}["))]
    return max(found, key=len, default=re.split(r"[.\[]", rest, maxsplit=1)[0])


def _chosen(at: Any, chosen: str) -> Any:  # noqa: ANN401
    """Return the item of a list whose keys are as ``name="a",port=80`` says."""
    wanted = dict(part.partition("=")[::2] for part in chosen.split(","))
    for item in at if isinstance(at, list) else ():
        if isinstance(item, dict) and all(
            str(item.get(key)) == text.strip('"') for key, text in wanted.items()
        ):
            return item
    return None
