"""The Role that ``up --print-rbac`` prints is enough, and nothing in it is too much."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.controlplane.faults import Request
from tests.deploy.deployment import Deployment

Right = tuple[str, str, str]
"""A verb, a group and the plural name of a kind."""

SERVICES = """
services:
  web:
    image: app
    environment: {{GREETING: {greeting}, TOKEN: secret}}
    volumes: ["data:/data"]
    depends_on:
      migrate: {{condition: service_completed_successfully}}
  migrate:
    image: job
    environment: {{GREETING: {greeting}}}
    restart: "no"
volumes: {{data: }}
"""
LONG: Right = ("patch", "coordination.k8s.io", "leases")
"""What only a run needs that takes long."""

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/v1/namespaces/[^/]+/(?P<kind>\w+)(?P<name>/.+)?"
)
_VERBS = {"POST": "create", "PATCH": "patch", "DELETE": "delete"}


@pytest.fixture
def account(shop: Deployment) -> Path:
    """Bind the printed Role to the account; return a kubeconfig with its token."""
    shop.write(SERVICES.format(greeting="hello"))
    role = shop.folder / "role.yaml"
    role.write_text(shop.run("up", "--print-rbac").out, "utf-8")
    shop.kubectl("apply", "-f", role.name)
    return with_token(shop, shop.kubectl("create", "token", "kompyle"))


def with_token(shop: Deployment, token: str) -> Path:
    config = yaml.safe_load(shop.proxy.kubeconfig.read_text("utf-8"))
    for user in config["users"]:
        user["user"] = {"token": token}
    path = shop.folder.parent / "account.kubeconfig"
    path.write_text(yaml.safe_dump(config), "utf-8")
    return path


def test_the_role_is_just_enough(shop: Deployment, account: Path) -> None:
    first = shop.up(kubeconfig=account)
    shop.write(SERVICES.format(greeting="hi"))
    compared = shop.run("diff", kubeconfig=account)
    second = shop.up(kubeconfig=account)
    removed = shop.run("down", kubeconfig=account)
    assert [compared.code, removed.code] == [3, 0], removed.err
    assert "may not" not in first.err + second.err + removed.err

    runs = (first, compared, second, removed)
    used = set(rights_used(request for run in runs for request in run.requests))
    granted = set(rights_of(shop.get("Role", "kompyle")["rules"]))
    assert used <= granted
    # Read are logs of what fails, and objects that others have made.
    assert {right for right in granted - used if right[0] != "get"} <= {LONG}


def test_the_role_deletes_no_claim(shop: Deployment, account: Path) -> None:
    shop.up(kubeconfig=account)
    refused = shop.run("down", "-v", "--yes", kubeconfig=account)
    assert refused.code == 4
    assert "cannot delete resource" in refused.err
    assert shop.get("PersistentVolumeClaim", "data")


def test_what_is_of_no_namespace_takes_a_cluster_role(shop: Deployment) -> None:
    options = "{type: nfs, o: 'addr=10.0.0.9', device: ':/shares'}"
    shop.write(
        "services:\n  web:\n    image: nginx\n    volumes: [shared:/data]\n"
        f"volumes:\n  shared: {{driver_opts: {options}}}\n"
    )
    printed = shop.run("up", "--print-rbac").out
    kinds = [item["kind"] for item in yaml.safe_load_all(printed)]
    assert kinds[-2:] == ["ClusterRole", "ClusterRoleBinding"]
    (shop.folder / "role.yaml").write_text(printed, "utf-8")
    shop.kubectl("apply", "-f", "role.yaml")
    token = shop.kubectl("create", "token", "kompyle")
    done = shop.up("--no-wait", kubeconfig=with_token(shop, token))
    assert "created PersistentVolume/" in done.text
    assert "may not" not in done.text
    shop.kubectl("delete", "-f", "role.yaml", "--wait=false")


def rights_used(requests: Iterable[Request]) -> Iterator[Right]:
    """Yield the right that each request took that was not refused."""
    for request in requests:
        found = _PATH.fullmatch(request.path)
        if found is None or request.status == 403:
            continue
        group, kind, has_name = found["group"] or "", found["kind"], found["name"]
        verb = _VERBS.get(request.method) or ("get" if has_name else "list")
        yield ("watch" if request.is_watch else verb), group, kind
        if verb == "patch" and not request.is_dry_run:
            yield "create", group, kind


def rights_of(rules: Iterable[Mapping[str, Any]]) -> Iterator[Right]:
    for rule in rules:
        for group in rule["apiGroups"]:
            for kind in rule["resources"]:
                yield from ((verb, group, kind) for verb in rule["verbs"])
