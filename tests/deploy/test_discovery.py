"""Kinds that the table does not know are asked for; those not to be seen are told."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.controlplane.api import eventually
from tests.controlplane.faults import Fault, refusing
from tests.deploy.deployment import PART_OF, PATIENCE, Deployment

GROUP = "things.example.org"
SHOP = """
services:
  web:
    image: nginx
"""
CONFIGURED = """
services:
  web:
    image: nginx
    configs: [page]
configs:
  page: {content: hello}
"""
KINDS = "applyset.kubernetes.io/contains-group-kinds"
FORBIDDEN = Fault(403, 'is forbidden: User "x" cannot list resource')


@pytest.fixture
def deployed(shop: Deployment) -> Deployment:
    shop.write(SHOP)
    shop.up("--no-wait")
    return shop


@pytest.fixture
def widget(deployed: Deployment) -> Iterator[str]:
    """Put an object of a kind of somebody else's into the set; return its path."""
    group = f"{deployed.namespace}.{GROUP}"
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    definition: dict[str, Any] = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": "Widget", "plural": "widgets"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": "v1beta2",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }
    root = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    assert deployed.api.call("POST", root, definition).status == 201
    path = f"/apis/{group}/v1beta2/namespaces/{deployed.namespace}/widgets"
    parent = deployed.get("Secret", "kompyle.shop")["metadata"]
    mark = {PART_OF: parent["labels"]["applyset.kubernetes.io/id"]}
    body = {
        "apiVersion": f"{group}/v1beta2",
        "kind": "Widget",
        "metadata": {"name": "left", "labels": mark},
    }
    assert eventually(
        lambda: deployed.api.call("POST", path, body).status == 201, PATIENCE
    )
    named = f"{parent['annotations'][KINDS]},Widget.{group}"
    mark = {"metadata": {"annotations": {KINDS: named}}}
    deployed.patch("Secret", "kompyle.shop", mark)
    yield f"{path}/left"
    deployed.api.call("DELETE", f"{root}/widgets.{group}")


def kinds(shop: Deployment) -> str:
    parent = shop.get("Secret", "kompyle.shop")
    return str(parent["metadata"]["annotations"][KINDS])


def test_a_kind_of_others_is_found_and_pruned(
    deployed: Deployment, widget: str
) -> None:
    done = deployed.up("--no-wait")
    assert "deleted Widget/left" in done.text
    assert deployed.api.get(widget) is None
    assert "Widget" not in kinds(deployed)


def test_down_finds_it_too(deployed: Deployment, widget: str) -> None:
    done = deployed.run("down")
    assert done.code == 0, done.err
    assert deployed.api.get(widget) is None


@pytest.mark.usefixtures("widget")
def test_what_may_not_be_asked_for_is_kept_in_mind(deployed: Deployment) -> None:
    deployed.proxy.trouble = refusing(rf"GET /apis/[^/]*{GROUP}", FORBIDDEN)
    deployed.write(CONFIGURED)
    done = deployed.up("--no-wait")
    assert "may not list widgets: none that are left over are deleted" in done.text
    assert "Widget" in kinds(deployed)
    refused = deployed.run("down")
    assert refused.code == 4
    assert "error[forbidden]: Widget: may not list widgets" in refused.text
    assert not refused.writes
    assert deployed.get("Deployment", "web")


def test_a_kind_that_is_gone_stops_nobody(deployed: Deployment) -> None:
    named = {"metadata": {"annotations": {KINDS: f"{kinds(deployed)},Gone.{GROUP}"}}}
    deployed.patch("Secret", "kompyle.shop", named)
    deployed.write(CONFIGURED)
    deployed.up("--no-wait")
    assert "Gone" not in kinds(deployed)


def test_what_is_left_of_a_kind_not_to_be_listed_is_found_later(
    deployed: Deployment,
) -> None:
    deployed.write(CONFIGURED)
    deployed.up("--no-wait")
    deployed.proxy.trouble = refusing(r"GET \S*/configmaps\?", FORBIDDEN)
    deployed.write(SHOP)
    done = deployed.up("--no-wait")
    assert "may not list configmaps" in done.text
    assert "ConfigMap" in kinds(deployed)
    deployed.proxy.trouble = refusing("nothing", FORBIDDEN)
    assert "deleted ConfigMap/" in deployed.up("--no-wait").text


def test_a_version_that_is_not_served_is_told_with_those_that_are(
    shop: Deployment,
) -> None:
    missing = Fault(404, text="404 page not found")
    shop.proxy.trouble = refusing(r"PATCH \S*/deployments/", missing)
    shop.write(SHOP)
    done = shop.up(code=4)
    assert "Deployment/web: 404 page not found" in done.text
    assert "See --kubernetes-version: it has apps/v1." in done.text
    assert not [item for item in done.writes if "deployments" in item.path]
