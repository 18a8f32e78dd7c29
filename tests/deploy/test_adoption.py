"""From `kubectl apply` to `kompyle up`: what is there is taken over, when asked."""

import pytest

from tests.deploy.deployment import Deployment

WEB = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    environment: {{A: a, {more}}}
"""


def written(shop: Deployment, more: str) -> None:
    shop.write(WEB.format(more=more))


PORTS = {"ports": [{"name": "own", "port": 81}]}


@pytest.fixture
def applied(shop: Deployment) -> Deployment:
    """Apply what was converted, as one does before there is ``up``."""
    written(shop, "B: b")
    done = shop.run("convert", "-o", "k8s", context=None)
    assert done.code == 0, done.err
    shop.kubectl("apply", "-f", "k8s")
    return shop


def data(shop: Deployment) -> dict[str, str]:
    found: dict[str, str] = shop.get("ConfigMap", "web-env")["data"]
    return found


def test_nothing_is_taken_over_unasked(applied: Deployment) -> None:
    done = applied.up(code=4)
    assert done.text.count("error[already-exists]") == 3
    assert "kubectl-client-side-apply" in done.text
    assert "With --adopt it becomes a part of this project." in done.text
    assert done.writes == []


def test_what_is_removed_later_goes(applied: Deployment) -> None:
    uid = applied.get("Deployment", "web")["metadata"]["uid"]
    assert "works; " in applied.up("--adopt").text
    assert len(applied.members()) == 3
    for item in applied.members().values():
        managers = [entry["manager"] for entry in item["metadata"]["managedFields"]]
        assert "kubectl-client-side-apply" not in managers
    written(applied, "C: c")
    applied.up()
    assert data(applied) == {"A": "a", "C": "c"}
    assert applied.get("Deployment", "web")["metadata"]["uid"] == uid


def test_what_was_removed_before_the_first_run_goes_too(applied: Deployment) -> None:
    written(applied, "C: c")
    applied.up("--adopt")
    assert data(applied) == {"A": "a", "C": "c"}


def test_server_side_apply_is_taken_over_as_well(shop: Deployment) -> None:
    written(shop, "B: b")
    shop.run("convert", "-o", "k8s", context=None)
    shop.kubectl("apply", "--server-side", "-f", "k8s")
    shop.up("--adopt")
    written(shop, "B: other")
    shop.up()
    assert data(shop) == {"A": "a", "B": "other"}


OWNERS = {
    "helm": (
        {"annotations": {"meta.helm.sh/release-name": "shop-1"}},
        "the Helm release shop-1",
    ),
    "argo": (
        {"annotations": {"argocd.argoproj.io/tracking-id": "shop:a"}},
        "Argo CD (shop:a)",
    ),
    "argo-label": (
        {"labels": {"argocd.argoproj.io/instance": "shop"}},
        "the Argo CD app shop",
    ),
    "flux": (
        {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}},
        "the Flux kustomization apps",
    ),
    "flux-helm": (
        {"labels": {"helm.toolkit.fluxcd.io/name": "shop"}},
        "the Flux release shop",
    ),
    "kapp": ({"labels": {"kapp.k14s.io/app": "17"}}, "the kapp app 17"),
    "applyset": (
        {"labels": {"applyset.kubernetes.io/part-of": "applyset-x-v1"}},
        "another ApplySet, applyset-x-v1",
    ),
}


@pytest.mark.parametrize("name", OWNERS)
def test_what_another_tool_owns_is_refused(shop: Deployment, name: str) -> None:
    metadata, owner = OWNERS[name]
    shop.create("Service", "web", metadata=metadata, spec=PORTS)
    written(shop, "B: b")
    done = shop.up("--adopt", "--no-wait", code=4)
    (line,) = [line for line in done.text.splitlines() if "error[" in line]
    assert f"error[foreign-owner]: Service/web: it belongs to {owner}" in line
    assert line.startswith("compose.yaml:")
    assert "--adopt-owned" in done.text
    assert done.writes == []


def test_it_is_taken_over_when_that_is_asked_twice(shop: Deployment) -> None:
    metadata, _ = OWNERS["helm"]
    shop.create("Service", "web", metadata=metadata, spec=PORTS)
    written(shop, "B: b")
    shop.up("--adopt-owned", "--no-wait")
    assert "Service/web" in shop.members()
