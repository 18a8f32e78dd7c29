"""Fragments: what one Compose concern contributes to one service's objects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kompyle.keypath import KeyPath
from kompyle.mapping.keys import Fate

Manifest = dict[str, Any]

FROM = "\0from"
"""A dict's entry that says which keys of the model its fields come from.

It is taken out, and with it every field that is None, before anyone else sees the
manifest (:mod:`kompyle.mapping.sealing`).
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one key and all below it, where that is not the usual fate."""

    path: KeyPath
    fate: Fate
    note: str
    help: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """Partial manifests, merged by :func:`combine`; empty parts cost nothing.

    ``template`` is the Pod template beside its spec, ``workload`` the workload's spec,
    ``metadata`` its metadata; ``hooks`` are init containers that take over from the
    service's container whatever they do not say themselves.
    """

    container: Manifest = field(default_factory=dict)
    pod: Manifest = field(default_factory=dict)
    template: Manifest = field(default_factory=dict)
    workload: Manifest = field(default_factory=dict)
    metadata: Manifest = field(default_factory=dict)
    hooks: tuple[Manifest, ...] = ()
    objects: tuple[Manifest, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


def origin(path: KeyPath, /, **keys: str | KeyPath | None) -> Manifest:
    """Mark the fields of a dict with the keys below *path* that they come from.

    >>> origin(("services", "web"), replicas="scale")[FROM]
    {'replicas': [('services', 'web', 'scale')]}
    """
    return {
        FROM: {
            name: [(*path, key) if isinstance(key, str) else (*path, *(key or ()))]
            for name, key in keys.items()
        }
    }


def origins_of(**paths: Sequence[KeyPath]) -> Manifest:
    """Mark fields that come from several keys each."""
    return {FROM: {name: list(found) for name, found in paths.items() if found}}


def combine(fragments: Iterable[Fragment]) -> Fragment:
    """Join the fragments of one service; the order of lists is that of fragments."""
    container: Manifest = {}
    pod: Manifest = {}
    template: Manifest = {}
    workload: Manifest = {}
    metadata: Manifest = {}
    hooks: list[Manifest] = []
    objects: list[Manifest] = []
    outcomes: list[Outcome] = []
    for fragment in fragments:
        for whole, part in (
            (container, fragment.container),
            (pod, fragment.pod),
            (template, fragment.template),
            (workload, fragment.workload),
            (metadata, fragment.metadata),
        ):
            if part:
                _lay(whole, part)
        hooks += fragment.hooks
        objects += fragment.objects
        outcomes += fragment.outcomes
    return Fragment(
        container,
        pod,
        template,
        workload,
        metadata,
        tuple(hooks),
        tuple(objects),
        tuple(outcomes),
    )


def merged(left: Manifest, right: Manifest) -> Manifest:
    """Merge two partial manifests; two owners of one scalar is a bug.

    >>> merged({"a": {"b": 1}, "l": [1]}, {"a": {"c": 2}, "l": [2]})
    {'a': {'b': 1, 'c': 2}, 'l': [1, 2]}
    """
    result = dict(left)
    _lay(result, right)
    return result


def _lay(target: Manifest, added: Manifest) -> None:
    """Merge *added* into *target*, which belongs to the caller alone."""
    for key, value in added.items():
        old = target.get(key)
        if old is None:
            target[key] = value
        elif isinstance(old, dict) and isinstance(value, dict):
            target[key] = merged(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            target[key] = [*old, *value]
        elif value is not None and old != value:
            raise AssertionError(f"two concerns set {key!r}: {old!r}, {value!r}")
