"""The same again changes nothing, writes nothing, and asks little."""

import json

import pytest

from tests.deploy.deployment import MEMBERS, Deployment

SHOP = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on: {db: {condition: service_healthy}}
    configs: [settings]
  db:
    image: postgres
    environment: {POSTGRES_PASSWORD: hunter22}
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: {test: [CMD, pg_isready]}
  job:
    image: busybox
    restart: "no"
volumes:
  data:
configs:
  settings: {content: "a = 1"}
"""


@pytest.fixture
def deployed(shop: Deployment) -> Deployment:
    shop.write(SHOP)
    done = shop.up()
    assert "works; " in done.text
    return shop


def test_the_second_run_writes_nothing(deployed: Deployment) -> None:
    before = deployed.versions()
    done = deployed.up()
    number = len(before)
    assert done.writes == []
    assert deployed.versions() == before
    assert f"works; {number} unchanged in " in done.text
    dry = [request for request in done.requests if request.is_dry_run]
    assert len(dry) == number


def test_the_second_run_asks_little(deployed: Deployment) -> None:
    """With a context that is known as local: it need not be asked for its identity."""
    config = json.loads(deployed.proxy.kubeconfig.read_text("utf-8"))
    config["contexts"][0]["name"] = config["current-context"] = "kind-tests"
    local = deployed.folder.parent / "local"
    local.write_text(json.dumps(config), "utf-8")
    done = deployed.up(context=None, kubeconfig=local)
    kinds = {name.partition("/")[0] for name in deployed.members()} & {*MEMBERS}
    most = len(deployed.members()) + 2 * len(kinds) + 6
    assert len(done.requests) <= most, [(r.method, r.path) for r in done.requests]


def test_a_run_from_elsewhere_changes_nothing_either(deployed: Deployment) -> None:
    before = deployed.versions()
    elsewhere = deployed.folder.parent / "other" / "shop"
    elsewhere.parent.mkdir()
    deployed.folder.rename(elsewhere)
    deployed.folder = elsewhere
    done = deployed.up()
    assert (done.writes, deployed.versions()) == ([], before)


def test_one_change_writes_one_object(deployed: Deployment) -> None:
    before = deployed.versions()
    deployed.write(SHOP.replace("image: postgres", "image: postgres:18"))
    done = deployed.up()
    after = deployed.versions()
    assert [name for name in after if after[name] != before[name]] == ["Deployment/db"]
    assert "1 to update" in done.text
    (applied,) = [r for r in done.writes if r.path.endswith("/deployments/db")]
    assert applied.method == "PATCH"


def test_a_dry_run_is_what_a_run_does(deployed: Deployment) -> None:
    deployed.write(SHOP.replace("image: postgres", "image: postgres:18"))
    before = deployed.versions()
    tried = deployed.up("--dry-run")
    assert (tried.writes, deployed.versions()) == ([], before)
    planned = [line for line in tried.text.splitlines() if line.startswith("update ")]
    assert planned == ["update Deployment/db"]
    assert "updated Deployment/db" in deployed.up().text
