"""Compare an object as it is with what it would be: the plan's pure half."""

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

Manifest = dict[str, Any]

_KEPT_BY_SERVER = ("managedFields", "resourceVersion", "generation", "uid")
_HIDDEN = "<redacted sha256:{digest}, {size} bytes>"


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
            found[field] = {key: _hidden(value) for key, value in values.items()}
            if not values:
                del found[field]
    return found


def _hidden(value: str) -> str:
    digest = hashlib.sha256(value.encode()).hexdigest()[:8]
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
    text = json.dumps(redacted(clean(item)), indent=2, sort_keys=True)
    return text.splitlines()
