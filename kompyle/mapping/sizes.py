"""Objects that are larger than a server takes, or than plain ``kubectl apply`` can."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kompyle.keypath import KeyPath
from kompyle.mapping.contents import TOO_LONG
from kompyle.mapping.fragment import FROM, Manifest, Outcome
from kompyle.mapping.keys import Fate

_DATA = ("data", "binaryData")
_ANNOTATED = 180 * 1024
"""Bytes that kubectl can repeat in an annotation, as base64, when it applies."""

_MOST_DATA = 1024 * 1024
_MOST_ANNOTATIONS = 256 * 1024
_SPLIT = (
    "Split it, build it into the image, or put it into a named volume that a Job fills."
)
_SHORTEN = "Keep long texts in a config: `configs:` mounts them as files."


class _Sized(NamedTuple):
    """The size of some values together, and the key that the largest comes from."""

    size: int
    path: KeyPath


def size_outcomes(manifests: Iterable[Manifest]) -> list[Outcome]:
    """Tell what a server would refuse for its size."""
    return [
        outcome
        for item in manifests
        for outcome in (*_contents(item), *_annotations(item))
    ]


def _contents(manifest: Manifest) -> Iterator[Outcome]:
    """Measure ConfigMaps and Secrets that say which key each value comes from."""
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    if kind not in ("ConfigMap", "Secret"):
        return
    fields = [manifest.get(field) or {} for field in _DATA]
    found = None if _are_small(fields) else _sized(fields, kind)
    if found is None or found.size <= _ANNOTATED:
        return
    told = f"the {kind} {name!r} has {found.size:,} bytes"
    if found.size > _MOST_DATA:
        note = f"{told}; servers take at most {_MOST_DATA:,}"
        yield Outcome(found.path, Fate.LOST, note, _SPLIT, "too-large-object")
    else:
        yield Outcome(found.path, Fate.KEPT, told, TOO_LONG, "large-object")


def _annotations(manifest: Manifest) -> Iterator[Outcome]:
    template = manifest.get("spec", {}).get("template", {})
    for metadata in (manifest["metadata"], template.get("metadata", {})):
        annotations = metadata.get("annotations")
        if not annotations or _are_small([annotations]):
            continue
        found = _sized([annotations], "")
        if found and found.size > _MOST_ANNOTATIONS:
            note = f"annotations of {found.size:,} bytes are made of these"
            note += f"; servers take at most {_MOST_ANNOTATIONS:,}"
            yield Outcome(found.path, Fate.LOST, note, _SHORTEN, "too-large-object")


def _are_small(maps: list[Mapping[str, object]]) -> bool:
    """Whether values are so short that nobody need count bytes, at most 4 a letter."""
    letters = sum(
        len(value) for found in maps for value in found.values() if type(value) is str
    )
    return letters * 4 < _ANNOTATED


def _sized(maps: list[Mapping[str, object]], kind: str) -> _Sized | None:
    """Add up the values; None if no key of the model is known for any."""
    sizes: dict[str, int] = {}
    paths: dict[str, KeyPath] = {}
    for values in maps:
        for key, value in values.items():
            if key != FROM and isinstance(value, str):
                sizes[key] = _length(value, kind) + (0 if kind else len(key))
        marks = values.get(FROM)
        if isinstance(marks, dict):
            paths |= {key: found[0] for key, found in marks.items() if found}
    known = [key for key in sizes if key in paths]
    if not known:
        return None
    return _Sized(sum(sizes.values()), paths[max(known, key=lambda key: sizes[key])])


def _length(value: str, kind: str) -> int:
    if kind == "Secret":
        return len(base64.b64decode(value))
    return len(value.encode())
