"""A real API server accepts every object of every project, and warns of nothing.

The server validates as it would if the objects were applied, and stores none of them.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.cases import Case
from tests.controlplane.api import Api
from tests.controlplane.projects import chosen, projects
from tests.soundness import reference

Manifest = dict[str, Any]

NAMESPACE = "accepts"
THREADS = 4
LONGEST = 256 * 1024
"""Characters; kubectl notes the object in an annotation, which can hold no more."""

each_project = pytest.mark.parametrize("name", projects())


def trouble(api: Api, case: Case) -> dict[str, list[str]]:
    """Send all objects, dry; return what was refused or warned of, by object."""
    placed = {item["metadata"].get("namespace") for item in case.manifests}
    for namespace in placed - {None}:
        api.make_namespace(namespace)  # a dry run makes none
    with ThreadPoolExecutor(THREADS) as pool:
        answers = pool.map(lambda item: api.apply(item, dry_run=True), case.manifests)
        found = zip(case.manifests, answers, strict=True)
        return {reference(item): told.trouble for item, told in found if told.trouble}


@each_project
def test_every_object_is_accepted(api: Api, name: str) -> None:
    assert not trouble(api, projects()[name])


@each_project
def test_no_object_is_too_long_for_kubectl(name: str) -> None:
    found = [item for item in projects()[name].manifests if _length(item) > LONGEST]
    assert not [reference(item) for item in found]


def _length(manifest: Manifest) -> int:
    return len(json.dumps(manifest, separators=(",", ":")))


@each_project
def test_every_object_is_accepted_as_others_choose(api: Api, name: str) -> None:
    """In a namespace of its own, as StatefulSets, with the folders of the host."""
    case = chosen(
        projects()[name],
        namespace=NAMESPACE,
        create_namespace=True,
        controller="statefulset",
        allow_host_paths=True,
    )
    assert not trouble(api, case)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"data": {"a": 1}}, ".data.a: expected string", id="number"),
        pytest.param({"dat": {}}, ".dat: field not declared", id="unknown-field"),
        pytest.param({"metadata": {"name": "A"}}, "metadata.name: Invalid", id="name"),
    ],
)
def test_what_is_wrong_is_refused(api: Api, changes: Manifest, expected: str) -> None:
    right = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert not api.apply(right, dry_run=True).trouble
    (told,) = api.apply(right | changes, dry_run=True).trouble
    assert expected in told


def test_what_is_deprecated_is_warned_of(api: Api) -> None:
    labels = {"app": "a"}
    old = {"beta.kubernetes.io/os": "linux"}
    pod = {"nodeSelector": old, "containers": [{"name": "a", "image": "a"}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }
    (told,) = api.apply(deployment, dry_run=True).trouble
    assert "beta.kubernetes.io/os" in told
    assert "deprecated" in told
