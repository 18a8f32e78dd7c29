"""Nothing goes to a cluster that nobody named, or that is another one than before."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controlplane.api import Api
from tests.controlplane.server import running
from tests.deploy.deployment import Deployment

WEB = "services:\n  web:\n    image: nginx\n"


@pytest.fixture
def other() -> Iterator[Path]:
    """Start another control plane, whose contexts have the same names."""
    with running(has_node=False) as kubeconfig:
        yield kubeconfig


def test_a_context_that_nobody_named(shop: Deployment) -> None:
    shop.write(WEB)
    done = shop.up(context=None, code=7)
    assert [r.path for r in done.requests] == ["/api/v1/namespaces/kube-system"]
    assert "context admin is no local one, and was not named" in done.text
    assert "name it with --context admin" in done.text


def test_a_context_that_was_named_once_is_remembered(shop: Deployment) -> None:
    shop.write(WEB)
    shop.up("--no-wait")
    shop.up("--no-wait", context=None)


def test_a_local_context_needs_no_name(shop: Deployment) -> None:
    config = json.loads(shop.proxy.kubeconfig.read_text("utf-8"))
    config["contexts"][0]["name"] = config["current-context"] = "kind-shop"
    local = shop.folder / "local"
    local.write_text(json.dumps(config), "utf-8")
    shop.write(WEB)
    done = shop.up("--no-wait", context=None, kubeconfig=local)
    assert done.text.startswith("context kind-shop, server https://127.0.0.1:")


def test_the_first_line_names_where_one_is(shop: Deployment) -> None:
    shop.write(WEB)
    first = shop.up("--no-wait").text.splitlines()[0]
    server = json.loads(shop.proxy.kubeconfig.read_text("utf-8"))
    server = server["clusters"][0]["cluster"]["server"]
    where = f"context admin, server {server}, namespace {shop.namespace}, user admin"
    assert first == where


@pytest.mark.parametrize("context", [None, "admin"])
def test_another_cluster_under_the_same_name(
    shop: Deployment, other: Path, context: str | None
) -> None:
    shop.write(WEB)
    shop.up("--no-wait")
    done = shop.up("--no-wait", code=7, kubeconfig=other, context=context)
    assert "context admin leads to another cluster than before" in done.text
    with Api(other) as there:
        assert there.get(f"/api/v1/namespaces/{shop.namespace}") is None
    shop.up("--no-wait", "--yes", kubeconfig=other)
    shop.up("--no-wait", kubeconfig=other)


def test_a_context_that_the_compose_file_does_not_allow(shop: Deployment) -> None:
    shop.write(f"x-kompyle: {{context: [staging]}}\n{WEB}")
    done = shop.up(code=7)
    assert "the Compose file allows this project in staging" in done.text
    assert done.requests == []
    shop.write(f"x-kompyle: {{context: admin}}\n{WEB}")
    shop.up("--no-wait", context=None)


def test_what_the_compose_file_allows_holds_for_what_runs(shop: Deployment) -> None:
    shop.write(f"x-kompyle: {{context: admin}}\n{WEB}")
    shop.up("--no-wait")
    config = json.loads(shop.proxy.kubeconfig.read_text("utf-8"))
    config["contexts"][0]["name"] = config["current-context"] = "production"
    other = shop.folder / "other"
    other.write_text(json.dumps(config), "utf-8")
    for command in (("restart",), ("scale", "web=2"), ("rollback", "1"), ("down",)):
        done = shop.run(*command, context="production", kubeconfig=other)
        assert done.code == 7, done.err
        assert "in admin, not in context production" in done.text
        assert not done.writes
