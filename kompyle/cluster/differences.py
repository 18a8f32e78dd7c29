"""Compare an object as it is with what it would be: the plan's pure half."""

import difflib
import hashlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import yaml

Manifest = dict[str, Any]

_KEPT_BY_SERVER = ("managedFields", "resourceVersion", "generation", "uid")
_HIDDEN = "<redacted sha256:{digest}, {size} bytes>"
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def clean(item: Mapping[str, Any]) -> Manifest:
    """Return an object without what the server counts and tells.

    Two answers that are equal so mean that nothing changes.
    """
    found = {key: value for key, value in item.items() if key != "status"}
    metadata = found["metadata"]
    kept = {key: value for key, value in metadata.items() if key not in _KEPT_BY_SERVER}
    kept.pop("creationTimestamp", None)
    return {**found, "metadata": kept}


def redacted(item: Mapping[str, Any]) -> Manifest:
    """Return an object in which no secret value can be read."""
    found: Manifest = deepcopy(dict(item))
    if found["kind"] == "Secret":
        for field in ("data", "stringData"):
            values = found.get(field) or {}
            read = b64decode if field == "data" else str.encode
            found[field] = {key: _hidden(read(value)) for key, value in values.items()}
            if not values:
                del found[field]
        _hide_last_applied(found)
    return found


def _hide_last_applied(found: Manifest) -> None:
    """Drop what client-side apply repeats of a Secret in an annotation."""
    annotations = found["metadata"].get("annotations") or {}
    annotations.pop("kubectl.kubernetes.io/last-applied-configuration", None)


def _hidden(value: bytes) -> str:
    digest = hashlib.sha256(value).hexdigest()[:8]
    return _HIDDEN.format(digest=digest, size=len(value))


def difference(
    live: Mapping[str, Any] | None, planned: Mapping[str, Any] | None, name: str
) -> Iterator[str]:
    """Yield the lines of a unified diff; None is an object that is not there."""
    yield from difflib.unified_diff(
        _lines(live), _lines(planned), f"live/{name}", f"planned/{name}", lineterm=""
    )


def _lines(item: Mapping[str, Any] | None) -> list[str]:
    if item is None:
        return []
    shown = redacted(clean(item))
    text: str = yaml.dump(shown, Dumper=_Dumper, sort_keys=True, allow_unicode=True)
    return text.splitlines()


def drift(live: Mapping[str, Any], ours: str) -> Iterator[tuple[str, str]]:
    """Yield each field that others than *ours* set, and who they are.

    Controllers write statuses and scale; those are no drift.
    """
    for entry in live["metadata"].get("managedFields") or ():
        manager = entry.get("manager", "")
        is_other = not manager.startswith(ours) and not entry.get("subresource")
        if is_other and not manager.endswith("controller-manager"):
            for field in _fields(entry.get("fieldsV1") or {}, ""):
                yield field, manager


def _fields(tree: Mapping[str, Any], path: str) -> Iterator[str]:
    """Write the leaves of a set of fields as paths are written."""
    below = {key: value for key, value in tree.items() if key != "."}
    if not below and path:
        yield path.removeprefix(".")
    for key, value in below.items():
        kind, _, name = key.partition(":")
        yield from _fields(
            value, f"{path}.{name}" if kind == "f" else f"{path}[{name}]"
        )
