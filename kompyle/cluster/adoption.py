"""Take over what `kubectl apply` manages, so that later removals have an effect.

Client-side apply noted its fields as updates of its own; a field that it set, and that
the manifest has no longer, would stay for ever.  The fields become ours (the
algorithm of client-go's csaupgrade), and the next apply removes what is not wanted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kompyle.cluster.answers import Meaning
from kompyle.cluster.transport import JSON_PATCH, MANAGER, Answer, Api

Entry = Mapping[str, Any]

_KUBECTL = "kubectl"
_TRIES = 5
_LAST_APPLIED = "f:kubectl.kubernetes.io/last-applied-configuration"


def adopt(api: Api, path: str, manifest: Mapping[str, Any], answer: Answer) -> Answer:
    """Make the fields that kubectl applied ours; *answer* is that of our own apply."""
    moved = _moved(api, path, answer)
    for _ in range(_TRIES):
        if moved is None or moved.meaning is not Meaning.STALE:
            break
        moved = _moved(api, path, api.call("GET", path))  # a controller was faster
    if moved is None:
        return answer
    return api.apply(path, manifest, force=True) if moved.is_done else moved


def _moved(api: Api, path: str, answer: Answer) -> Answer | None:
    """Write whose the fields are; None if kubectl has none."""
    if not answer.is_done:
        return answer
    metadata = answer.body["metadata"]
    fields = migrated(metadata.get("managedFields") or ())
    if fields is None:
        return None
    values = {"managedFields": fields, "resourceVersion": metadata["resourceVersion"]}
    patch = [
        {"op": "replace", "path": f"/metadata/{name}", "value": value}
        for name, value in values.items()
    ]
    return api.call("PATCH", path, body=patch, kind=JSON_PATCH)


def migrated(entries: Sequence[Entry]) -> list[Entry] | None:
    """Return the managed fields with those that kubectl applied in ours.

    None if there are none of kubectl.
    """
    theirs = [
        item
        for item in entries
        if is_applied_by(item, _KUBECTL) or _is_client_side(item)
    ]
    ours = [item for item in entries if is_applied_by(item, MANAGER)]
    if not theirs or not ours:
        return None
    fields = fields_of((*ours, *theirs))
    fields.get("f:metadata", {}).get("f:annotations", {}).pop(_LAST_APPLIED, None)
    others = [item for item in entries if item not in theirs and item not in ours]
    return [{**ours[0], "fieldsV1": fields}, *others]


def _is_client_side(item: Entry) -> bool:
    metadata = (item.get("fieldsV1") or {}).get("f:metadata") or {}
    is_update = item.get("operation") == "Update" and not item.get("subresource")
    return is_update and _LAST_APPLIED in (metadata.get("f:annotations") or {})


def is_applied_by(item: Entry, *managers: str) -> bool:
    """Whether these are the fields that a manager applied on the server's side."""
    is_apply = item.get("operation") == "Apply" and not item.get("subresource")
    return is_apply and item.get("manager") in managers


def fields_of(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return the fields of all these entries."""
    fields: dict[str, Any] = {}
    for item in entries:
        fields = _union(fields, item.get("fieldsV1") or {})
    return fields


def _union(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Join two sets of fields, which are trees of maps."""
    joined = {key: dict(value) for key, value in left.items()}
    for key, value in right.items():
        joined[key] = _union(joined.get(key, {}), value)
    return joined
