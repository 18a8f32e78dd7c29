"""Behaviour 9: kubectl reads our sets, leaves them alone, and can take them over."""

import json
import subprocess
from typing import Any

from kompyle.cluster.applyset import applyset_id
from tests.controlplane import build
from tests.controlplane.faults import Fault, refusing
from tests.deploy.deployment import Deployment

Manifest = dict[str, Any]

_PARENT = "secrets/kompyle.shop"
_TWO = """
services:
  web:
    image: web:1
    ports: ["8080:80"]
  api:
    image: api:1
    expose: ["8000"]
"""
_ONE = """
services:
  web:
    image: web:1
    ports: ["8080:80"]
"""


def kubectl(shop: Deployment) -> "subprocess.CompletedProcess[str]":
    """Have kubectl apply what convert writes as the same set, with pruning."""
    assert shop.run("convert", "-o", "k8s", context=None).code == 0
    return subprocess.run(
        [
            build.folder() / "kubectl",
            "apply",
            "--server-side",
            "--prune",
            f"--applyset={_PARENT}",
            f"--namespace={shop.namespace}",
            "--filename=k8s",
        ],
        cwd=shop.folder,
        env=shop.environment() | {"KUBECTL_APPLYSET": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_parent_says_what_kubectl_expects(shop: Deployment) -> None:
    shop.write(_TWO)
    shop.up()
    parent = shop.get("Secret", "kompyle.shop")["metadata"]
    wanted = applyset_id("kompyle.shop", shop.namespace)
    assert parent["labels"]["applyset.kubernetes.io/id"] == wanted
    kinds = parent["annotations"]["applyset.kubernetes.io/contains-group-kinds"]
    assert kinds == "Deployment.apps,Service"
    tooling = parent["annotations"]["applyset.kubernetes.io/tooling"]
    assert tooling.startswith("kompyle/v")


def test_kubectl_leaves_our_set_alone(shop: Deployment) -> None:
    shop.write(_TWO)
    shop.up()
    before = shop.versions()
    shop.write(_ONE)
    refused = kubectl(shop)
    assert refused.returncode != 0
    assert 'managed by tooling "kompyle" instead of "kubectl"' in refused.stderr
    assert shop.versions() == before


def test_kubectl_goes_on_where_we_handed_over(shop: Deployment) -> None:
    shop.write(_TWO)
    shop.up()
    done = shop.run("handover", "kubectl")
    assert done.code == 0, done.err
    assert f"--applyset={_PARENT}" in done.out
    shop.write(_ONE)
    applied = kubectl(shop)
    assert applied.returncode == 0, applied.stderr
    assert set(shop.members()) == {"Deployment/web", "Service/web"}
    refused = shop.up(code=4)
    assert "managed by kubectl" in refused.text


def test_what_goes_meanwhile_is_left_out_and_a_refusal_is_final(
    shop: Deployment,
) -> None:
    shop.write(_TWO)
    shop.up("--no-wait")
    line = r"PATCH \S*/services/api\?"
    shop.proxy.trouble = refusing(line, Fault(403, "services is forbidden: no"))
    done = shop.run("handover", "kubectl")
    assert done.code == 4
    assert "Service/api: services is forbidden: no" in done.err
    assert len([r for r in done.writes if r.path.endswith("/services/api")]) == 1
    shop.proxy.trouble = refusing(line, Fault(404, 'services "api" not found'))
    done = shop.run("handover", "kubectl")
    assert done.code == 0, done.err
    assert "3 objects of shop are now managed by kubectl" in done.out
    asked = [(r.method, r.path.rpartition("/")[2]) for r in done.requests]
    (made,) = [i for i, one in enumerate(asked) if one == ("POST", "leases")]
    assert made < next(i for i, (method, _) in enumerate(asked) if method == "PATCH")
    assert shop.all("Lease") == []


def test_what_was_handed_over_comes_back(shop: Deployment) -> None:
    shop.write(_TWO)
    shop.up()
    assert shop.run("handover", "kubectl").code == 0
    assert shop.run("handover", "kompyle").code == 0
    shop.write(_ONE.replace("web:1", "web:2"))
    shop.up()
    assert set(shop.members()) == {"Deployment/web", "Service/web"}
    (container,) = shop.get("Deployment", "web")["spec"]["template"]["spec"][
        "containers"
    ]
    assert container["image"] == "web:2"


def test_a_field_that_kubectl_drops_goes(shop: Deployment) -> None:
    shop.write(_ONE + "    environment: {A: b}\n")
    shop.up()
    assert shop.run("handover", "kubectl").code == 0
    shop.write(_ONE)
    applied = kubectl(shop)
    assert applied.returncode == 0, applied.stderr
    assert shop.get("ConfigMap", "web-env") is None
    assert "envFrom" not in json.dumps(shop.get("Deployment", "web")["spec"])
