"""Join the settings of services in one Pod; where two differ, the first one's hold."""

from collections.abc import Callable, Iterable
from typing import Any

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import FROM, Manifest, Outcome, merged
from kompyle.mapping.keys import Fate

Differences = list[tuple[str, list[KeyPath]]]
"""Fields that did not fit, each with the keys that ask for it."""

_GRACE = "terminationGracePeriodSeconds"
_GRACE_OF_DOCKER = 10
_PARTS = frozenset(("fsGroup",))
"""Fields without which their key still means something."""


def joined(
    members: Iterable[tuple[Service, Manifest]],
) -> tuple[Manifest, list[Outcome]]:
    """Lay the settings of all members over each other; tell where two differ."""
    listed = list(members)
    if len(listed) == 1:
        return dict(listed[0][1]), []
    whole: Manifest = {}
    outcomes: list[Outcome] = []
    for service, settings in listed:
        whole, differences = _laid(whole, settings)
        outcomes += [_difference(service, *found) for found in differences]
    return whole | _grace([settings for _, settings in listed]), outcomes


def _grace(listed: list[Manifest]) -> Manifest:
    """Give all containers the longest time that one of them needs."""
    said = [settings.get(_GRACE) for settings in listed]
    if said == [None] * len(said):
        return {}
    return {_GRACE: max(_GRACE_OF_DOCKER if time is None else time for time in said)}


def _difference(service: Service, name: str, paths: list[KeyPath]) -> Outcome:
    path = paths[0] if paths else service.path
    note = f"the Pod that it shares has another {name} already"
    way_out = "Say the same in both services."
    if name in _PARTS:
        return Outcome(path, Fate.ADAPTED, note, way_out, "unsupported-key")
    return Outcome(path, Fate.LOST, note, way_out)


def _laid(old: Manifest, new: Manifest) -> tuple[Manifest, Differences]:
    """Lay one manifest over another, with the marks of the fields that stay."""
    whole = dict(old)
    differences: Differences = []
    for name, value in new.items():
        if name is FROM or value is None:
            continue
        marks = new.get(FROM, {}).get(name, [])
        known = whole.get(name)
        whole[name], inner = (value, []) if known is None else _both(name, known, value)
        if inner is None:
            differences.append((name, marks))
            continue
        differences += inner
        if marks:
            whole = merged(whole, {FROM: {name: marks}})
    return whole, differences


def _both(name: str, old: Any, new: Any) -> tuple[Any, Differences | None]:  # noqa: ANN401
    """Return two values as one, and what of the second is not in it; None for all."""
    if name in _LISTS:
        return _LISTS[name](old, new)
    if isinstance(old, list):
        return [*old, *new], []
    if isinstance(old, dict):
        return _laid(old, new)
    return old, [] if old == new or name == _GRACE else None


def _first(old: list[Any], new: list[Any]) -> tuple[list[Any], Differences | None]:
    return old, [] if old == new else None


def _each_once(old: list[Any], new: list[Any]) -> tuple[list[Any], Differences]:
    return list(dict.fromkeys([*old, *new])), []


def _by_name(
    old: list[Manifest], new: list[Manifest]
) -> tuple[list[Manifest], Differences]:
    known = {entry["name"]: entry["value"] for entry in old}
    added = [entry for entry in new if entry["name"] not in known]
    differences = [
        (entry["name"], entry[FROM]["value"])
        for entry in new
        if known.get(entry["name"], entry["value"]) != entry["value"]
    ]
    return [*old, *added], differences


def _all_of_both(
    old: list[Manifest], new: list[Manifest]
) -> tuple[list[Manifest], Differences]:
    """Join terms, of which Kubernetes needs one, to one with what both demand."""
    terms = [merged(one, other) for one in old for other in new]
    return terms, []


_LISTS: dict[
    str, Callable[[list[Any], list[Any]], tuple[list[Any], Differences | None]]
] = {
    "nameservers": _first,  # a Pod may have three
    "nodeSelectorTerms": _all_of_both,
    "supplementalGroups": _each_once,
    "sysctls": _by_name,
}
"""Lists that do not simply add up."""
