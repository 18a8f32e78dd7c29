"""ApplySets: ids and marks as kubectl writes and reads them."""

from typing import Any

import pytest

from kompyle.cluster import applyset
from kompyle.cluster.applyset import Home
from kompyle.cluster.stages import by_stage


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("shop", "as-nogk"),
            "applyset-7eevJubPiG4A48X6PyNU2UjMjFbMmQV0sz0Awyzj7B8-v1",
        ),
    ],
)
def test_id(arguments: tuple[str, ...], expected: str) -> None:
    assert applyset.applyset_id(*arguments) == expected


def test_parents_say_what_they_hold() -> None:
    found = applyset.parent(
        Home("kompyle.shop", "shop"),
        kinds=[("apps", "Deployment"), ("", "Service"), ("", "ConfigMap")],
        namespaces=["shop", "b", "a"],
        version="1.2.3",
        project="shop",
    )
    annotations = found["metadata"]["annotations"]
    assert annotations[applyset.KINDS] == "ConfigMap,Deployment.apps,Service"
    assert annotations[applyset.NAMESPACES] == "a,b"
    assert applyset.tool_of(found) == "kompyle"
    assert applyset.kinds_of(found) == {
        ("apps", "Deployment"),
        ("", "Service"),
        ("", "ConfigMap"),
    }


def test_strangers_have_no_tool() -> None:
    assert applyset.tool_of({"metadata": {}}) == ""
    assert applyset.kinds_of({"metadata": {}}) == set()


def test_members_are_marked_but_not_their_pods() -> None:
    template = {"metadata": {"labels": {"a": "b"}}}
    made: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"a": "b"}},
        "spec": {"template": template},
    }
    found = applyset.marked(made, "id")
    assert found["metadata"]["labels"] == {"a": "b", applyset.PART_OF: "id"}
    assert found["spec"]["template"] == template
    assert applyset.PART_OF not in made["metadata"]["labels"]


def test_stages_keep_what_is_needed_first() -> None:
    kinds = [
        "Ingress",
        "Deployment",
        "Service",
        "Secret",
        "Namespace",
        "ConfigMap",
        "Job",
    ]
    found = by_stage([{"kind": kind} for kind in kinds], dict)
    assert [[item["kind"] for item in stage] for stage in found.values()] == [
        ["Namespace"],
        ["Secret", "ConfigMap"],
        ["Service"],
        ["Deployment", "Job"],
        ["Ingress"],
    ]
