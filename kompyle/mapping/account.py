"""Account for every leaf of the model: kept, adapted, ignored or lost, never silent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kompyle.compose.source import (
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    leaves,
    position,
)
from kompyle.diagnostics import Diagnostic, Report, Severity
from kompyle.keypath import KeyPath, render
from kompyle.mapping.fragment import Manifest, Outcome
from kompyle.mapping.keys import Fate
from kompyle.mapping.registry import UNKNOWN, RegistryNode, owner, root
from kompyle.mapping.sealing import origins

_CODES = {Fate.LOST: "unsupported-key", Fate.ADAPTED: "adapted-key"}
_SEVERITIES = {
    "adapted-key": Severity.NOTE,
    "bound-files": Severity.NOTE,
    "external-object": Severity.NOTE,
    "hidden-secret": Severity.NOTE,
    "renamed-host": Severity.NOTE,
    "shared-pod": Severity.NOTE,
    "claim-on-two-nodes": Severity.ERROR,
    "dependency-cycle": Severity.ERROR,
    "name-collision": Severity.ERROR,
    "taken-place": Severity.ERROR,
    "refused-value": Severity.ERROR,
    "outside-path": Severity.ERROR,
    "too-large-object": Severity.ERROR,
    "large-object": Severity.NOTE,
}
"""Of a diagnostic by its code; whatever is not here needs a hand: a warning."""

_FINAL = frozenset((Fate.LOST, Fate.IGNORED))
_TOP = 2
"""Steps of a service's own path: what is told there is not about each of its keys."""

_RESOURCES = frozenset(("volumes", "networks", "secrets", "configs"))
_EMPTY = "it is empty and says nothing"


def masked(outcomes: Sequence[Outcome], report: Report) -> Sequence[Outcome]:
    """Keep secret values that were filled in out of what is told of the keys."""
    if not report.hidden:
        return outcomes
    return [
        replace(
            outcome,
            note=report.masked(outcome.note),
            help=outcome.help and report.masked(outcome.help),
        )
        for outcome in outcomes
    ]


def diagnostics(
    model: YamlMap, outcomes: Iterable[Outcome], *, strict: bool
) -> Iterator[Diagnostic]:
    """Tell what is lost and what is adapted, each once, at its place."""
    listed = tuple(outcomes)
    decided = {outcome.path: outcome for outcome in listed}
    told = {(outcome.path, outcome.code): outcome for outcome in listed}
    usual: list[Outcome] = []
    _usual(model, root(), (), decided, usual)
    for outcome in (*told.values(), *usual):
        if outcome.fate in _CODES or outcome.code:
            yield _diagnostic(outcome, model, strict)


def _diagnostic(outcome: Outcome, model: YamlMap, strict: bool) -> Diagnostic:  # noqa: FBT001
    code = outcome.code or _CODES[outcome.fate]
    severity = _SEVERITIES.get(code, Severity.WARNING)
    if strict and outcome.fate is Fate.LOST:
        severity = Severity.ERROR
    place = position(model, outcome.path)
    return Diagnostic(severity, code, outcome.path, outcome.note, place, outcome.help)


def _usual(
    node: YamlNode,
    registered: RegistryNode,
    path: KeyPath,
    decided: Mapping[KeyPath, Outcome],
    told: list[Outcome],
) -> None:
    """Walk model and registry together; below a whole key there is nothing to say."""
    for step, below in _children(node):
        place = (*path, step)
        if place in decided and decided[place].fate in _FINAL:
            continue
        found = registered.child(step)
        if found is None:
            if not (isinstance(step, str) and step.startswith("x-")):
                note = UNKNOWN.note or ""
                told.append(Outcome(place, Fate.LOST, note, UNKNOWN.help))
            continue
        key = found.key
        if key and key.note and key.fate in _CODES and place not in decided:
            told.append(Outcome(place, key.fate, key.note, key.help))
        if not (key and key.whole):
            _usual(below, found, place, decided, told)


def _children(node: YamlNode) -> Iterator[tuple[str | int, YamlNode]]:
    if type(node) is YamlMap:
        yield from node.entries.items()
    elif type(node) is YamlList:
        yield from enumerate(node.items)


def keys(
    model: YamlMap, outcomes: Iterable[Outcome], manifests: Iterable[Manifest]
) -> list[dict[str, Any]]:
    """Return the report's entry for each leaf of *model*."""
    decided = {outcome.path: outcome for outcome in outcomes}
    became = _fields(manifests)
    return [_entry(path, node, decided, became) for path, node in leaves(model)]


def _fields(manifests: Iterable[Manifest]) -> dict[KeyPath, list[str]]:
    found: dict[KeyPath, dict[str, None]] = defaultdict(dict)
    for manifest in manifests:
        for path, field in origins(manifest):
            found[path][field] = None
    return {path: list(fields) for path, fields in found.items()}


def _entry(
    path: KeyPath,
    node: YamlNode,
    decided: Mapping[KeyPath, Outcome],
    became: Mapping[KeyPath, list[str]],
) -> dict[str, Any]:
    fate, note = _fate(path, decided)
    objects = [] if fate in _FINAL else _objects(path, became)
    is_empty = not isinstance(node, YamlScalar) or node.value in ("", None)
    if fate not in _FINAL and not objects and is_empty:
        fate, note = Fate.IGNORED, _EMPTY
    elif fate not in _FINAL and not objects and path[0] in _RESOURCES:
        fate, note = Fate.IGNORED, "no service uses it"
    elif path == ("name",) and not objects:
        fate, note = Fate.IGNORED, "there is nothing that could bear it"
    place = node.position
    entry: dict[str, Any] = {
        "path": render(path),
        "fate": str(fate),
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "objects": objects,
    }
    return entry | ({"note": note} if note else {})


def _fate(path: KeyPath, decided: Mapping[KeyPath, Outcome]) -> tuple[Fate, str | None]:
    """Choose between the usual fate of a key and what a concern decided above it."""
    depth, key = owner(path)
    whole = decided.get(path[:_TOP])
    if whole and whole.fate in _FINAL:  # then nothing below it reaches the cluster
        return whole.fate, _said(whole.fate, whole.note, whole.help)
    for length in range(len(path), 0, -1):
        outcome = decided.get(path[:length])
        if outcome is None or (length <= _TOP and outcome.fate not in _FINAL):
            continue
        if outcome.fate in _FINAL or length >= depth or key.fate not in _FINAL:
            return outcome.fate, _said(outcome.fate, outcome.note, outcome.help)
    return key.fate, _said(key.fate, key.note, key.help)


def _said(fate: Fate, note: str | None, way_out: str | None) -> str | None:
    """Say beside what is lost what to do about it."""
    return f"{note}. {way_out}" if fate is Fate.LOST and way_out else note


def _objects(path: KeyPath, became: Mapping[KeyPath, list[str]]) -> list[str]:
    """Find the fields that a leaf became, or that its nearest ancestor did."""
    for length in range(len(path), 1, -1):
        found = became.get(path[:length])
        if found:
            return found
    return became.get(path, []) if len(path) == 1 else []
