"""Someone with few rights can deploy; what is missing is named, in a line for each."""

import json
from typing import Any

import pytest

from tests.controlplane.faults import Fault, refusing
from tests.deploy.deployment import Deployment

Rules = list[dict[str, Any]]

SHOP = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    configs: [settings]
    environment: {DB_PASSWORD: hunter22}
    volumes: [data:/data]
volumes:
  data:
configs:
  settings: {content: "a = 1"}
"""
FIVE = ("configmaps", "persistentvolumeclaims", "secrets", "services")


def rule(group: str, resources: tuple[str, ...], *verbs: str) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": [*resources], "verbs": [*verbs]}


def granted(shop: Deployment, *rules: dict[str, Any]) -> None:
    """Let the user dev do this in the namespace, and nothing else."""
    shop.create("Role", "dev", rules=[*rules])
    group = "rbac.authorization.k8s.io"
    body = {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "dev"},
        "roleRef": {"apiGroup": group, "kind": "Role", "name": "dev"},
        "subjects": [{"kind": "User", "name": "dev", "apiGroup": group}],
    }
    root = f"/apis/{group}/v1/namespaces/{shop.namespace}"
    assert shop.api.call("POST", f"{root}/rolebindings", body).status == 201


def written(*verbs: str) -> Rules:
    return [rule("", FIVE, *verbs), rule("apps", ("deployments",), *verbs)]


def test_five_kinds_without_anything_else(shop: Deployment) -> None:
    granted(shop, *written("create", "patch", "get"))
    shop.write(SHOP)
    done = shop.up("--timeout", "30s", context="dev")
    assert "works; " in done.text
    assert "web: waiting: it has started; it has to keep running" in done.text
    assert len([r for r in done.requests if r.status == 403]) < 30
    notices = [line for line in done.text.splitlines() if " may not " in f" {line}"]
    assert [line for line in notices if "may not list deployments" in line]
    assert [line for line in notices if "may not read Pod" in line]
    assert "no right to leases: two runs at once are not kept apart" in done.text
    assert len(notices) == len(set(notices))
    assert shop.members().keys() == {
        "ConfigMap/settings",
        "Deployment/web",
        "PersistentVolumeClaim/data",
        "Secret/web-env",
        "Service/web",
    }
    shop.write(SHOP.replace("nginx", "brief-1"))
    done = shop.up("--timeout", "9s", code=6, context="dev")
    assert "web: not ready in time: " in done.text


def test_secrets_that_may_not_be_read(shop: Deployment) -> None:
    """The set is noted in a ConfigMap then."""
    kinds = tuple(kind for kind in FIVE if kind != "secrets")
    verbs = ("create", "patch", "get", "list")
    granted(shop, rule("", kinds, *verbs), rule("apps", ("deployments",), *verbs))
    shop.write("services:\n  web:\n    image: nginx\n")
    done = shop.up("--no-wait", "--atomic", code=4, context="dev")
    assert "there is no revision that --atomic can go back to" in done.text
    assert [r for r in done.writes if r.status < 400] == []
    done = shop.up("--no-wait", context="dev")
    assert "may not list Secrets: no revision is kept" in done.text
    assert shop.get("ConfigMap", "kompyle.shop")
    assert "2 unchanged" in shop.up("--no-wait", context="dev").text


def test_a_project_whose_parent_may_not_be_read(shop: Deployment) -> None:
    """It is not taken for another's, and not for gone."""
    kinds = tuple(kind for kind in FIVE if kind != "secrets")
    verbs = ("create", "patch", "get", "list", "delete")
    granted(shop, rule("", kinds, *verbs), rule("apps", ("deployments",), *verbs))
    shop.write("services:\n  web:\n    image: nginx\n  db:\n    image: redis\n")
    shop.up("--no-wait")
    told = "error[unread-parent]: Secret/kompyle.shop: you may not read it"
    for command in ("up", "down"):
        done = shop.run(command, context="dev")
        assert done.code == 4
        assert done.text.count(told) == 1
        assert "--adopt" not in done.text
        assert "nothing of shop" not in done.text
        assert [r for r in done.writes if r.status < 400] == []
    done = shop.run("rollback", context="dev")
    assert (done.code, "you may not list Secrets in" in done.text) == (4, True)
    assert len(shop.members()) == 4


INCOMPLETE = {"resourceRules": [], "nonResourceRules": [], "incomplete": True}


@pytest.mark.parametrize("pattern", ["nothing", "selfsubjectrulesreviews"])
def test_each_missing_right_has_a_line(shop: Deployment, pattern: str) -> None:
    """Also where the server cannot list the rules: it is asked for each right."""
    partial = Fault(201, text=json.dumps({"status": INCOMPLETE}))
    shop.proxy.trouble = refusing(pattern, partial)
    granted(shop, *written("patch", "get", "list"))
    shop.write(SHOP)
    done = shop.up(code=4, context="dev")
    lines = [line for line in done.text.splitlines() if "error[forbidden]" in line]
    named = [f"you may not create {kind} in {shop.namespace}" for kind in FIVE]
    named.append(f"you may not create deployments.apps in {shop.namespace}")
    assert sorted(line.rpartition(": ")[2] for line in lines) == sorted(named)
    assert [r for r in done.writes if r.status < 400] == []
    assert "kompyle up --print-rbac" in done.text


@pytest.mark.parametrize("verb", ["create", "patch"])
def test_one_right_that_is_missing(shop: Deployment, verb: str) -> None:
    verbs = {"create", "patch", "get", "list"}
    rules = [
        rule("", FIVE, *sorted(verbs)),
        rule("apps", ("deployments",), *sorted(verbs - {verb})),
    ]
    granted(shop, *rules)
    shop.write(SHOP)
    done = shop.up(code=4, context="dev")
    assert f"you may not {verb} deployments.apps in {shop.namespace}" in done.text
    assert shop.members() == {}


def test_nobody_may_anything(shop: Deployment) -> None:
    shop.write(SHOP)
    done = shop.up(code=4, context="dev")
    assert "error[forbidden]" in done.text
    assert [r for r in done.writes if r.status < 400] == []


def test_a_namespace_that_one_may_not_make(shop: Deployment) -> None:
    shop.write(SHOP)
    shop.namespace += "-new"
    done = shop.up(code=4, context="dev")
    assert "error[forbidden]" in done.text
    assert "Ask for this right" in done.text


def test_nothing_is_asked_of_the_whole_cluster(shop: Deployment) -> None:
    granted(shop, *written("create", "patch", "get", "list", "delete"))
    shop.write(SHOP)
    done = shop.up("--no-wait", context="dev")
    wide = [
        r.path
        for r in done.requests
        if "/namespaces/" not in r.path and "authorization.k8s.io" not in r.path
    ]
    assert wide == []
