"""Whose the fields of an object are after it was handed over."""

from typing import Any

from kompyle.cluster.handover import handed

Entry = dict[str, Any]


def entry(manager: str, *names: str, operation: str = "Apply") -> Entry:
    fields: Entry = {"f:data": {f"f:{name}": {} for name in names}}
    return {"manager": manager, "operation": operation, "fieldsV1": fields}


STATUS = {**entry("kubectl", "s"), "subresource": "status"}
OTHER = entry("kubectl", "o", operation="Update")


def test_one_entry_is_renamed() -> None:
    found = handed([OTHER, entry("kompyle", "a"), STATUS], "kubectl")
    assert found == [entry("kubectl", "a"), OTHER, STATUS]


def test_two_entries_become_one() -> None:
    found = handed([entry("kubectl", "b"), entry("kompyle", "a", "b")], "kubectl")
    assert found == [entry("kubectl", "b", "a")]


def test_what_nobody_applied_stays() -> None:
    assert handed([OTHER], "kompyle") == [OTHER]
