"""What is left over is deleted, and only that: no data, and nothing of others."""

import signal
from typing import Any

import pytest

from tests.controlplane.api import eventually
from tests.controlplane.faults import Fault, refusing
from tests.deploy.deployment import Deployment

SHOP = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    volumes: [data:/data]
  db:
    image: postgres
volumes:
  data:
"""
RENAMED = SHOP.replace("db:", "store:")
FORBIDDEN = Fault(403, 'services "db" is forbidden: User "x" cannot delete')
PROJECT = {"app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "db"}


@pytest.fixture
def deployed(shop: Deployment) -> Deployment:
    shop.write(SHOP)
    shop.up("--no-wait")
    return shop


def kinds(shop: Deployment) -> set[str]:
    """Return the kinds that the parent of the set names."""
    annotations = shop.get("Secret", "kompyle.shop")["metadata"]["annotations"]
    return set(annotations["applyset.kubernetes.io/contains-group-kinds"].split(","))


def test_a_renamed_service_leaves_nothing(deployed: Deployment) -> None:
    deployed.write(RENAMED)
    done = deployed.up("--no-wait")
    names = {
        "Deployment/store",
        "Deployment/web",
        "PersistentVolumeClaim/data",
        "Service/store",
        "Service/web",
    }
    assert deployed.members().keys() == names
    assert "deleted Deployment/db" in done.text
    assert "deleted Service/db" in done.text


def test_who_held_a_volume_ends_before_another_takes_it(deployed: Deployment) -> None:
    """Two that write to one volume would spoil what is in it."""
    deployed.up("--yes")
    moved = SHOP.replace("  web:", "  site:")
    deployed.write(moved)
    done = deployed.up()
    steps = [
        (request.method, request.path.rpartition("/")[2], request.status)
        for request in done.requests
        if "/deployments/" in request.path and not request.is_dry_run
    ]
    gone = steps.index(("GET", "web", 404))
    assert steps.index(("DELETE", "web", 200)) < gone
    assert gone < steps.index(("PATCH", "site", 201))
    told = done.text.index("first Deployment/web has to end")
    assert told < done.text.index("deleted Deployment/web")
    assert done.text.count("deleted Deployment/web") == 1
    assert "Deployment/web" not in deployed.members()
    assert deployed.up().writes == []


def test_a_stop_while_somebody_ends_names_who_does(shop: Deployment) -> None:
    stubborn = SHOP.replace("nginx", "stubborn-1").replace(
        "    volumes", "    stop_grace_period: 20s\n    volumes"
    )
    shop.write(stubborn)
    shop.up("--no-wait")
    assert eventually(lambda: bool(shop.all("Pod")), 10)
    shop.write(stubborn.replace("  web:", "  site:"))
    program = shop.start("up")
    assert program.stderr
    for line in program.stderr:
        if "deleted Deployment/web" in line:
            break
    program.send_signal(signal.SIGINT)
    rest = program.communicate(timeout=30)[1]
    assert program.returncode == 130
    assert "1 deleted" in rest
    assert shop.get("Deployment", "site") is None


def test_who_holds_a_volume_and_stays_is_told(deployed: Deployment) -> None:
    deployed.write(SHOP.replace("  web:", "  site:"))
    done = deployed.up("--no-prune", "--no-wait")
    assert "Deployment/web is left over, and mounts a volume that" in done.text
    assert "Deployment/web" in deployed.members()


def test_objects_without_the_mark_stay(deployed: Deployment) -> None:
    deployed.create("ConfigMap", "db", metadata={"labels": PROJECT})
    deployed.write(RENAMED)
    deployed.up("--no-wait")
    assert deployed.get("ConfigMap", "db")


def test_objects_with_an_owner_stay_and_are_told(deployed: Deployment) -> None:
    owner = deployed.create("ConfigMap", "owner")
    names = ("apiVersion", "kind")
    reference: dict[str, Any] = {name: owner[name] for name in names}
    reference |= {name: owner["metadata"][name] for name in ("name", "uid")}
    deployed.patch("Service", "db", {"metadata": {"ownerReferences": [reference]}})
    deployed.write(RENAMED)
    done = deployed.up("--no-wait")
    assert "foreign Service/db" in done.text
    assert deployed.get("Service", "db")
    assert deployed.get("Deployment", "db") is None


def test_what_may_not_be_deleted_is_told_and_found_again(deployed: Deployment) -> None:
    deployed.write("services:\n  web:\n    image: nginx\n    volumes: [data:/data]\n")
    text = (deployed.folder / "compose.yaml").read_text("utf-8")
    (deployed.folder / "compose.yaml").write_text(f"{text}volumes:\n  data:\n")
    deployed.proxy.trouble = refusing(r"DELETE .*/deployments/db", FORBIDDEN)
    done = deployed.up("--no-wait", code=4)
    assert "error[forbidden]: Deployment/db: " in done.text
    assert deployed.get("Deployment", "db")
    assert {"Deployment.apps", "PersistentVolumeClaim", "Service"} <= kinds(deployed)
    deployed.proxy.trouble = refusing("nothing", FORBIDDEN)
    assert "deleted Deployment/db" in deployed.up("--no-wait").text


def test_the_parent_names_old_and_new_kinds_before_anything(
    deployed: Deployment,
) -> None:
    """So that a run that is killed right then leaves nothing that is not found."""
    deployed.proxy.trouble = refusing(r"PATCH \S*/configmaps/(?!\S*dryRun)", FORBIDDEN)
    deployed.write(
        "services:\n  web:\n    image: nginx\n    configs: [a]\n"
        "configs:\n  a: {content: x}\n"
    )
    done = deployed.up("--no-wait", code=4)
    assert done.writes[0].path.endswith("/secrets/kompyle.shop")
    found = {"ConfigMap", "Deployment.apps", "PersistentVolumeClaim", "Service"}
    assert found <= kinds(deployed)


def test_nothing_is_deleted_when_asked_not_to(deployed: Deployment) -> None:
    deployed.write(RENAMED)
    done = deployed.up("--no-wait", "--no-prune")
    assert "2 left over, which stay" in done.text
    assert deployed.get("Deployment", "db")
    assert "deleted Deployment/db" in deployed.up("--no-wait").text


def test_a_mass_deletion_needs_a_yes(deployed: Deployment) -> None:
    services = "".join(f"  s{n}:\n    image: nginx\n" for n in range(6))
    deployed.write(f"services:\n{services}")
    deployed.up("--no-wait")
    before = deployed.members().keys()
    deployed.write("services:\n  s0:\n    image: nginx\n")
    done = deployed.up("--no-wait", code=4)
    assert "objects would be deleted" in done.text
    assert "--yes" in done.text
    assert (done.writes, deployed.members().keys()) == ([], before)
    deployed.up("--no-wait", "--yes")
    gone = {name for name in before if name.endswith(tuple("12345"))}
    assert len(gone) == 10
    assert deployed.members().keys() == before - gone


def test_a_part_of_the_project_deletes_nothing_of_the_rest(
    deployed: Deployment,
) -> None:
    before = deployed.members().keys()
    deployed.up("--no-wait", "web")
    assert deployed.members().keys() == before
