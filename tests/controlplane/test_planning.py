"""Plans of real objects on a real server: what would change, and nothing does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kompyle.cluster import applyset
from kompyle.cluster.answers import Meaning
from kompyle.cluster.app import App
from kompyle.cluster.choices import Wishes
from kompyle.cluster.login import login
from kompyle.cluster.planning import Change, Plan, blind_plan
from kompyle.cluster.planning import plan as plan_app
from kompyle.cluster.target import home_of
from kompyle.cluster.transport import Api
from tests.controlplane.faults import Fault, refusing
from tests.controlplane.proxy import proxied

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def cluster(control_plane: Path) -> Api:
    return Api(login(str(control_plane)))


@pytest.fixture
def namespace(cluster: Api) -> Iterator[str]:
    name = f"plan-{uuid4().hex[:8]}"
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    assert cluster.call("POST", "/api/v1/namespaces", body=body).status == 201
    yield name
    cluster.call("DELETE", f"/api/v1/namespaces/{name}")


def plan(cluster: Api, manifests: list[Manifest], namespace: str) -> Plan:
    app = App("shop", tuple(manifests))
    return plan_app(cluster, app, home_of("shop", namespace))


def config_map(name: str, **data: str) -> Manifest:
    metadata = {"name": name}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def applied(cluster: Api, found: Plan) -> None:
    for step in found.steps:
        assert cluster.apply(step.path, step.manifest).meaning is Meaning.DONE


def changes(found: Plan) -> dict[str, Change]:
    return {step.name: step.change for step in found.steps}


def test_a_plan_writes_nothing(cluster: Api, namespace: str) -> None:
    found = plan(cluster, [config_map("a", x="1")], namespace)
    assert changes(found) == {"ConfigMap/a": Change.CREATE}
    assert cluster.call("GET", found.steps[0].path).meaning is Meaning.NOT_FOUND


def test_what_is_the_same_stays(cluster: Api, namespace: str) -> None:
    applied(cluster, plan(cluster, [config_map("a", x="1")], namespace))
    found = plan(cluster, [config_map("a", x="1"), config_map("b")], namespace)
    assert changes(found) == {
        "ConfigMap/a": Change.UNCHANGED,
        "ConfigMap/b": Change.CREATE,
    }
    again = plan(cluster, [config_map("a", x="2")], namespace)
    assert changes(again) == {"ConfigMap/a": Change.UPDATE}
    assert [step.name for step in again.changes] == ["ConfigMap/a"]


def test_what_is_no_longer_wanted_is_extra(cluster: Api, namespace: str) -> None:
    both = [config_map("a"), config_map("b")]
    applied(cluster, plan(cluster, both, namespace))
    stranger = config_map("c")
    cluster.apply(f"/api/v1/namespaces/{namespace}/configmaps/c", stranger)
    found = plan(cluster, both[:1], namespace)
    assert [item["metadata"]["name"] for item in found.extra] == ["b"]


def test_what_the_server_refuses_is_refused(cluster: Api, namespace: str) -> None:
    wrong = config_map("a") | {"colour": "red"}
    found = plan(cluster, [wrong, config_map("b")], namespace)
    assert [step.name for step in found.refused] == ["ConfigMap/a"]
    (step,) = found.refused
    assert step.answer
    assert "colour" in step.answer.message


def test_a_namespace_that_is_not_there(cluster: Api) -> None:
    name = f"none-{uuid4().hex[:8]}"
    found = plan(cluster, [config_map("a")], name)
    assert changes(found) == {"ConfigMap/a": Change.REFUSED}
    assert name in found.problems[0].message
    blind = blind_plan(App("shop", (config_map("a"),)), home_of("shop", name))
    assert changes(blind) == {"ConfigMap/a": Change.CREATE}


def test_members_bear_the_id_of_their_set(cluster: Api, namespace: str) -> None:
    found = plan(cluster, [config_map("a")], namespace)
    labels = found.steps[0].outcome["metadata"]["labels"]
    assert labels == {applyset.PART_OF: home_of("shop", namespace).set_id}


@pytest.mark.parametrize("code", [403, 500])
def test_whose_an_object_is_is_not_guessed(
    control_plane: Path, cluster: Api, namespace: str, code: int
) -> None:
    """The dry run says that it is there, and reading it fails."""
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    fixed = config_map("fixed", x="1") | {"immutable": True}
    for item in (config_map("a"), fixed):
        assert cluster.call("POST", path, body=item).status == 201
    wanted = [config_map("a", x="1"), config_map("new"), config_map("fixed", x="2")]
    app = App("shop", tuple(wanted))
    with proxied(control_plane) as proxy:
        proxy.trouble = refusing("GET .*/configmaps/", Fault(code, "no reading"))
        api = Api(login(str(proxy.kubeconfig)))
        wishes = Wishes(adopts=True, recreates=True)
        found = plan_app(api, app, home_of("shop", namespace), wishes)
    refused, created = Change.REFUSED, Change.CREATE
    assert [step.change for step in found.steps] == [refused, created, refused]
    said = "it exists already, and whose it is cannot be read: no reading"
    assert [problem.message for problem in found.problems] == [said, said]
