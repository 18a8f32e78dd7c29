"""Plans carried out on a real server: applied, pruned, and never more than that."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import Any
from uuid import uuid4

import pytest

from kompyle.cluster import applyset
from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import App
from kompyle.cluster.applying import Applying
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.events import What
from kompyle.cluster.login import login
from kompyle.cluster.members import found_home
from kompyle.cluster.planning import Change, Plan, plan
from kompyle.cluster.target import home_of
from kompyle.cluster.transport import Api

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def cluster(control_plane: Path) -> Api:
    return Api(login(str(control_plane)))


@pytest.fixture
def namespace(cluster: Api) -> Iterator[str]:
    name = f"apply-{uuid4().hex[:8]}"
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    assert cluster.call("POST", "/api/v1/namespaces", body=body).status == 201
    yield name
    cluster.call("DELETE", f"/api/v1/namespaces/{name}")


def made(kind: str, name: str, /, **more: object) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **more}


def claim(name: str) -> Manifest:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    return made("PersistentVolumeClaim", name, spec=spec)


def planned(cluster: Api, namespace: str, *manifests: Manifest) -> Plan:
    return plan(cluster, App("shop", manifests), home_of("shop", namespace))


def run(cluster: Api, namespace: str, *manifests: Manifest) -> Applying:
    found = planned(cluster, namespace, *manifests)
    assert not found.refused
    return carried_out(cluster, found)


def carried_out(cluster: Api, found: Plan) -> Applying:
    done = Applying(cluster, App("shop", ()), found, "1.0.0")
    done.begin()
    done.apply(found.steps)
    if not done.problems:
        done.prune()
        done.end(has_pruned=True)
    return done


def kinds(cluster: Api, namespace: str) -> set[applyset.GroupKind]:
    parent, _ = found_home(cluster, home_of("shop", namespace))
    assert parent
    return applyset.kinds_of(parent)


def exists(cluster: Api, namespace: str, plural: str, name: str) -> bool:
    path = f"/api/v1/namespaces/{namespace}/{plural}/{name}"
    return cluster.call("GET", path).meaning is Meaning.DONE


def test_a_second_run_writes_nothing(cluster: Api, namespace: str) -> None:
    objects = (made("ConfigMap", "a", data={"x": "1"}), made("ServiceAccount", "b"))
    assert len(run(cluster, namespace, *objects).objects[What.CREATED]) == 2
    path = f"/api/v1/namespaces/{namespace}/configmaps/a"
    before = cluster.call("GET", path).body["metadata"]["resourceVersion"]
    again = run(cluster, namespace, *objects)
    assert again.objects[What.UNCHANGED] == ["ConfigMap/a", "ServiceAccount/b"]
    assert cluster.call("GET", path).body["metadata"]["resourceVersion"] == before


def test_what_is_left_over_goes_but_not_data(cluster: Api, namespace: str) -> None:
    run(cluster, namespace, made("ConfigMap", "a"), made("Secret", "b"), claim("data"))
    done = run(cluster, namespace, made("ConfigMap", "a"))
    assert done.objects[What.DELETED] == ["Secret/b"]
    assert done.objects[What.KEPT] == ["PersistentVolumeClaim/data"]
    assert exists(cluster, namespace, "persistentvolumeclaims", "data")
    assert not exists(cluster, namespace, "secrets", "b")
    assert ("", "PersistentVolumeClaim") in kinds(cluster, namespace)


def test_objects_of_others_stay(cluster: Api, namespace: str) -> None:
    run(cluster, namespace, made("ConfigMap", "a"), made("ConfigMap", "b"))
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    labels = {"app.kubernetes.io/managed-by": "kompyle"}
    stranger = made("ConfigMap", "c")
    stranger["metadata"]["labels"] = labels
    assert cluster.call("POST", path, body=stranger).status == 201
    owner = cluster.call("GET", f"{path}/a").body["metadata"]
    reference = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "a",
        "uid": owner["uid"],
    }
    owned = made("ConfigMap", "b")
    owned["metadata"]["ownerReferences"] = [reference]
    assert cluster.apply(f"{path}/b", owned, manager="other").status == 200
    done = run(cluster, namespace, made("ConfigMap", "a"))
    assert done.objects[What.FOREIGN] == ["ConfigMap/b"]
    assert all(exists(cluster, namespace, "configmaps", name) for name in "abc")


def test_a_refusal_stops_before_what_is_pruned(cluster: Api, namespace: str) -> None:
    run(cluster, namespace, made("ConfigMap", "a"))
    found = planned(cluster, namespace, made("ServiceAccount", "b"))
    (step,) = found.steps
    spoilt = replace(step, manifest={**step.manifest, "colour": "red"})
    done = carried_out(cluster, replace(found, steps=(spoilt,)))
    assert done.objects[What.FAILED] == ["ServiceAccount/b"]
    assert "colour" in done.problems[0].message
    assert exists(cluster, namespace, "configmaps", "a")
    assert kinds(cluster, namespace) == {("", "ConfigMap"), ("", "ServiceAccount")}


def test_the_parent_forgets_no_kind_before_the_end(
    cluster: Api, namespace: str
) -> None:
    """Even one of which nothing was found: it may be that it could not be seen."""
    run(cluster, namespace, made("ConfigMap", "a"), made("Secret", "b"))
    found = planned(cluster, namespace, made("ConfigMap", "a", data={"x": "1"}))
    blind = replace(found, extra=(), hidden=frozenset([("apps", "Deployment")]))
    Applying(cluster, App("shop", ()), blind, "1.0.0").begin()
    both = {("", "ConfigMap"), ("", "Secret")}
    assert kinds(cluster, namespace) == both | {("apps", "Deployment")}


@pytest.mark.parametrize("goes", [True, False])
def test_a_stop_leaves_nothing_half_made_anew(
    cluster: Api, namespace: str, *, goes: bool
) -> None:
    """What is deleted to be made anew has some seconds, and nobody else did that."""
    held = {"name": "a", "finalizers": ["example.org/held"]}
    run(cluster, namespace, made("ConfigMap", "a") | {"metadata": held})
    found = planned(cluster, namespace, made("ConfigMap", "a", data={"x": "1"}))
    steps = [replace(step, change=Change.REPLACE) for step in found.steps]
    done = Applying(cluster, App("shop", ()), found, "1.0.0", cancel=Cancel())
    freed = {"metadata": {"finalizers": None}}
    merge = "application/merge-patch+json"
    release = Timer(1.5, cluster.call, ("PATCH", steps[0].path, (), freed, merge))
    Timer(0.3, done.cancel.cancel).start()
    release.start() if goes else None
    done.apply(steps)
    assert done.problems == []
    data = cluster.call("GET", steps[0].path).body.get("data")
    assert data == ({"x": "1"} if goes else None)
    cluster.call("PATCH", steps[0].path, (), freed, merge)
