"""What changes between two states of an object, and that no secret shows."""

import base64
from typing import Any

from kompyle.cluster.differences import clean, difference, redacted

SECRET: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "a", "resourceVersion": "1", "managedFields": [], "uid": "u"},
    "data": {"password": base64.b64encode(b"hunter22").decode()},
}


def test_what_the_server_counts_is_no_difference() -> None:
    later = SECRET | {"metadata": {"name": "a", "resourceVersion": "2"}, "status": {}}
    assert clean(SECRET) == clean(later)
    assert list(difference(SECRET, later, "Secret/a")) == []


def test_secret_values_are_never_shown() -> None:
    changed = SECRET | {"data": {"password": base64.b64encode(b"opensesame").decode()}}
    text = "\n".join(difference(SECRET, changed, "Secret/a"))
    assert "redacted sha256:" in text
    assert SECRET["data"]["password"] not in text
    assert changed["data"]["password"] not in text
    assert SECRET["data"]["password"] == base64.b64encode(b"hunter22").decode()


def test_the_same_value_is_hidden_in_the_same_way() -> None:
    assert redacted(SECRET) == redacted(SECRET)
    assert "8 bytes" in redacted(SECRET)["data"]["password"]


def test_a_new_object_is_all_new() -> None:
    found = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    lines = list(difference(None, found, "ConfigMap/a"))
    assert all(line[0] in "+-@" for line in lines)
    assert "+kind: ConfigMap" in lines
