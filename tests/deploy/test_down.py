"""``down``: what it may not delete is asked for, and it stops when it is told to."""

import signal
import threading
import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

import kompyle
from kompyle.deployment import Removal, down
from kompyle.errors import ClusterError
from tests.controlplane.faults import Fault, Request, refusing
from tests.deploy.deployment import Deployment

WEB = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    volumes: [data:/data]
volumes: {data: {}}
"""
ID = "applyset.kubernetes.io/id"


@pytest.fixture
def made(shop: Deployment) -> Iterator[Deployment]:
    """Have `up` make the namespace."""
    before, shop.namespace = shop.namespace, f"{shop.namespace}-made"
    shop.write(WEB)
    shop.up("--no-wait")
    yield shop
    shop.api.call("DELETE", f"/api/v1/namespaces/{shop.namespace}")
    shop.namespace = before


def test_a_namespace_with_data_or_others_goes_only_when_asked(
    made: Deployment,
) -> None:
    made.create("Secret", "kompyle.other", metadata={"labels": {ID: "other"}})
    before = made.members().keys()
    done = made.run("down", "--delete-namespace")
    assert done.code == 4, done.err
    told = "PersistentVolumeClaim/data, Secret/kompyle.other\n"
    assert (
        f"with --delete-namespace these are deleted, and their data is lost: {told}"
        in done.text
    )
    assert (done.writes, made.members().keys()) == ([], before)
    done = made.run("down", "--delete-namespace", "--volumes")
    assert (done.code, done.writes) == (4, [])
    done = made.run("down", "--delete-namespace", "--yes")
    assert done.code == 0, done.err
    path = f"/api/v1/namespaces/{made.namespace}"
    found = made.api.get(path)
    assert found is None or "deletionTimestamp" in found["metadata"]


def test_a_stop_leaves_the_rest(shop: Deployment) -> None:
    shop.write(WEB)
    shop.up("--no-wait")
    before = shop.get("Service", "web")
    asked = threading.Event()

    def trouble(request: Request) -> Fault | None:
        if request.method == "DELETE" and "/deployments/" in request.path:
            asked.set()
            shop.proxy.delay = 1.0
        return None

    shop.proxy.trouble = trouble
    program = shop.start("down", "--no-wait")
    assert asked.wait(30)
    program.send_signal(signal.SIGINT)
    said = program.communicate(timeout=20)[1]
    assert program.returncode == 130, said
    assert "to go on from there, run the same command again" in said
    assert "interrupted; 1 deleted" in said
    assert shop.get("Service", "web") == before
    assert shop.get("Secret", "kompyle.shop")
    shop.proxy.delay = 0.0
    assert shop.run("down").code == 0
    assert set(shop.members()) == {"PersistentVolumeClaim/data"}


def test_revisions_that_stay_are_told(shop: Deployment) -> None:
    shop.write(WEB)
    shop.up("--no-wait")
    refused = Fault(403, 'secrets is forbidden: User "x" cannot delete')
    shop.proxy.trouble = refusing(r"DELETE \S*/secrets/kompyle.shop.v1", refused)
    done = shop.run("down")
    assert done.code == 4, done.err
    assert "error[forbidden]: Secret/kompyle.shop.v1: " in done.text


def test_the_wait_for_another_run_is_not_counted(shop: Deployment) -> None:
    """Together the waits for the lease and for the Pod are longer than the timeout."""
    shop.write("services:\n  web:\n    image: nginx\n")
    shop.up()
    (pod,) = (item["metadata"]["name"] for item in shop.all("Pod"))
    shop.patch("Pod", pod, {"metadata": {"finalizers": ["example.org/held"]}})
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    held = {"holderIdentity": "other", "leaseDurationSeconds": 60, "renewTime": now}
    shop.create("Lease", "kompyle-shop", spec=held)
    program = shop.start("down", "--timeout", "6s")
    assert program.stderr
    list(takewhile(lambda line: "waiting for it to end" not in line, program.stderr))
    time.sleep(3)
    shop.api.call("DELETE", shop.path("Lease", "kompyle-shop"))
    list(takewhile(lambda line: f"waiting for {pod}" not in line, program.stderr))
    time.sleep(3.5)
    shop.patch("Pod", pod, {"metadata": {"finalizers": None}})
    said = program.stderr.read()
    assert program.wait() == 0, said


def test_the_library_goes_where_up_went(
    shop: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(shop.folder.parent / "state"))
    shop.write(f"x-kompyle: {{context: admin}}{WEB}")
    shop.up("--no-wait")
    project = kompyle.load([shop.folder / "compose.yaml"], env={})
    result = kompyle.convert(project, kompyle.Options(namespace=shop.namespace))
    kubeconfig = str(shop.proxy.kubeconfig)
    for wanted in (project, result):
        with pytest.raises(ClusterError, match="in admin, not in context dev"):
            down(wanted, kubeconfig=kubeconfig, context="dev")
    assert shop.get("Deployment", "web")
    removal = Removal(waits=False)
    outcome = down(result, kubeconfig=kubeconfig, context="admin", removal=removal)
    assert outcome.namespace == shop.namespace
    assert shop.get("Deployment", "web") is None


def test_the_library_asks_before_another_cluster(
    shop: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "kompyle").mkdir()
    text = '{"shop": {"admin": "the UID of another one"}}'
    (tmp_path / "kompyle" / "clusters.json").write_text(text, "utf-8")
    kubeconfig, place = str(shop.proxy.kubeconfig), shop.namespace
    with pytest.raises(ClusterError, match="leads to another cluster than before"):
        down("shop", kubeconfig=kubeconfig, context="admin", namespace=place)
    found = down(
        "shop", kubeconfig=kubeconfig, context="admin", namespace=place, agrees=True
    )
    assert found.is_done
