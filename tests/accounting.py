"""What a report must hold: every leaf once, with fields that exist, and no secret."""

import json
import re
from collections.abc import Iterator
from typing import Any

from kompyle.compose.output import canonical
from kompyle.keypath import KeyPath, render
from kompyle.names import slug
from tests.cases import Case, secret_values
from tests.soundness import reference

_STEP = re.compile(r'\["([^"]+)"\]|\[(\d+)\]|\.?([^.\[]+)')
_SECTIONS = {
    "volumes": "PersistentVolumeClaim",
    "secrets": "Secret",
    "configs": "ConfigMap",
}
_SHORTEST = 6
"""Characters of a secret that are looked for; a shorter one may be part of a word."""


def leaves(model: Any, path: KeyPath = ()) -> Iterator[KeyPath]:  # noqa: ANN401
    """Yield the paths that interface.md calls leaves; services may be called x-…."""
    if not model or not isinstance(model, dict | list):
        yield path
    elif isinstance(model, list):
        for index, item in enumerate(model):
            yield from leaves(item, (*path, index))
    else:
        for key, item in model.items():
            is_extension = key.startswith("x-") and len(path) != 1
            yield from [(*path, key)] if is_extension else leaves(item, (*path, key))


def wrong_leaves(case: Case) -> Iterator[str]:
    """Say which leaves of ``config --no-normalize`` the report lacks, and the rest."""
    model = canonical(case.project, normalize=False)
    expected = [render(path) for path in leaves(model)]
    found = [entry["path"] for entry in case.report["keys"]]
    yield from (f"{path} is missing" for path in sorted(set(expected) - set(found)))
    yield from (f"{path} is no leaf" for path in sorted(set(found) - set(expected)))
    if len(found) > len(set(found)):
        yield "a key is told of twice"


def wrong_fields(case: Case) -> Iterator[str]:
    """Say which keys name no field, or one that no object has."""
    assert case.result
    objects = {reference(item): item for item in case.result.manifests}
    for entry in case.report["keys"]:
        is_settled = entry["fate"] in ("kept", "adapted")
        if is_settled != bool(entry["objects"]):
            yield f"{entry['path']} is {entry['fate']}, with {entry['objects']}"
        if not is_settled and entry["fate"] and not entry.get("note"):
            yield f"{entry['path']} is {entry['fate']} for no reason"
        if len(entry["objects"]) > len(set(entry["objects"])):
            yield f"{entry['path']} names a field twice"
        for text in entry["objects"]:
            name, _, place = text.partition(":")
            if name not in objects or not _has(objects[name], place):
                yield f"{entry['path']}: there is no {text}"


def _has(value: Any, place: str) -> bool:  # noqa: ANN401 - any object
    for quoted, index, word in _STEP.findall(place):
        if index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        elif isinstance(value, dict) and (quoted or word) in value:
            value = value[quoted or word]
        else:
            return False
    return True


def elsewhere(case: Case) -> set[str]:
    """Name the objects that are external, or whose content was not at hand."""
    model = case.project.model
    found = set()
    for section, kind in _SECTIONS.items():
        for key, node in model.maps(section).items():
            if node.value("external"):
                found.add(f"{kind}/{slug(node.text('name') or key)}")
    for item in case.diagnostics:
        if item.code == "missing-content":
            section, key = map(str, item.path[:2])
            found.add(f"{_SECTIONS[section]}/{slug(key)}")
    return found


def told_secrets(case: Case) -> Iterator[str]:
    """Say which values of Secrets stand in the report or in a diagnostic."""
    report = json.dumps(case.report, ensure_ascii=False)
    said = case.output().get("diagnostics.txt", "")
    for value in secret_values(case.manifests):
        inner = json.dumps(value, ensure_ascii=False)[1:-1]
        if len(value) >= _SHORTEST and (inner in report or value in said):
            yield f"{value!r} is told"
