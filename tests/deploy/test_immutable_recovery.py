"""Fields that cannot be changed: nothing is made anew unasked where that costs much."""

from pathlib import Path
from typing import Any

import pytest

from kompyle.cluster.app import App
from kompyle.cluster.choices import Choices, Wishes
from kompyle.cluster.guard import Caller, Memory
from kompyle.cluster.outcome import Code, Outcome
from kompyle.cluster.target import Target, connect
from kompyle.cluster.up import Up
from tests.deploy.deployment import Deployment

Manifest = dict[str, Any]

LABELS = {"app.kubernetes.io/name": "db", "app.kubernetes.io/part-of": "shop"}


def deploy(shop: Deployment, *manifests: Manifest, recreates: bool = False) -> Outcome:
    """Deploy objects as they are: what no Compose file says yet."""
    target = Target(str(shop.proxy.kubeconfig), "admin", shop.namespace)
    choices = Choices(wishes=Wishes(recreates=recreates), timeout=30)
    caller = Caller(is_named=True, memory=Memory(Path(shop.folder, "clusters")))
    return Up(connect(target), App("shop", manifests), choices).deploy(caller)


def labelled(api: str, kind: str, name: str, spec: Manifest) -> Manifest:
    metadata = {"name": name, "labels": LABELS}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def claim(size: str) -> Manifest:
    requests = {"requests": {"storage": size}}
    return {"accessModes": ["ReadWriteOnce"], "resources": requests}


def stateful(size: str) -> Manifest:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [database()]}}
    spec = {
        "serviceName": "db",
        "replicas": 2,
        "selector": {"matchLabels": LABELS},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim(size)}],
    }
    return labelled("apps/v1", "StatefulSet", "db", spec)


def database() -> Manifest:
    mounts = [{"name": "data", "mountPath": "/data"}]
    return {"name": "db", "image": "postgres", "volumeMounts": mounts}


def uids(shop: Deployment, kind: str) -> dict[str, str]:
    found = (item["metadata"] for item in shop.all(kind))
    return {metadata["name"]: metadata["uid"] for metadata in found}


def test_a_stateful_set_is_made_anew_around_its_pods(shop: Deployment) -> None:
    assert deploy(shop, stateful("1Gi")).code is Code.DONE
    pods, claims = uids(shop, "Pod"), uids(shop, "PersistentVolumeClaim")
    before = uids(shop, "StatefulSet")
    refused = deploy(shop, stateful("2Gi"))
    assert refused.code is Code.REFUSED
    (problem,) = refused.problems
    assert problem.help.startswith("With --recreate it is made anew: its Pods and")
    assert uids(shop, "StatefulSet") == before
    assert deploy(shop, stateful("2Gi"), recreates=True).code is Code.DONE
    assert uids(shop, "StatefulSet") != before
    assert (uids(shop, "Pod"), uids(shop, "PersistentVolumeClaim")) == (pods, claims)


def selecting(**labels: str) -> Manifest:
    chosen = LABELS | labels
    containers = [{"name": "db", "image": "postgres"}]
    template = {"metadata": {"labels": chosen}, "spec": {"containers": containers}}
    spec = {"selector": {"matchLabels": chosen}, "template": template}
    return labelled("apps/v1", "Deployment", "db", spec)


def test_a_selector_is_changed_only_when_asked(shop: Deployment) -> None:
    assert deploy(shop, selecting()).code is Code.DONE
    before = uids(shop, "Deployment")
    refused = deploy(shop, selecting(tier="back"))
    assert refused.code is Code.REFUSED
    (problem,) = refused.problems
    assert "field is immutable" in problem.message
    assert "--recreate" in problem.help
    assert "all its Pods stop and start again" in problem.help
    assert uids(shop, "Deployment") == before
    assert deploy(shop, selecting(tier="back"), recreates=True).code is Code.DONE
    after = uids(shop, "Deployment")
    assert after != before
    back = ("-p", "shop", "rollback", "1", "--no-wait")
    done = shop.run(*back)
    assert done.code == 4, done.err
    assert "With --recreate it is made anew: all its Pods" in done.text
    assert uids(shop, "Deployment") == after
    assert shop.run(*back, "--recreate").code == 0
    assert uids(shop, "Deployment") != after


def running(command: str) -> Manifest:
    container = {"name": "job", "image": "busybox", "command": [command]}
    pod = {"containers": [container], "restartPolicy": "Never"}
    return labelled("batch/v1", "Job", "db", {"template": {"spec": pod}})


def test_a_job_runs_anew_unasked(shop: Deployment) -> None:
    assert deploy(shop, running("one")).code is Code.DONE
    before = uids(shop, "Job")
    assert deploy(shop, running("two")).code is Code.DONE
    (job,) = shop.all("Job")
    assert job["metadata"]["uid"] != before["db"]
    assert job["status"]["succeeded"] == 1


JOB = "services:\n  job:\n    image: busybox\n    command: {}\n    restart: 'no'\n"


def test_a_job_of_a_compose_file_runs_anew(shop: Deployment) -> None:
    shop.write(JOB.format("one"))
    shop.up()
    shop.write(JOB.format("two"))
    shop.up()
    (job,) = shop.all("Job")
    args = job["spec"]["template"]["spec"]["containers"][0]["args"]
    assert (args, job["status"]["succeeded"]) == (["two"], 1)


DATA = """
services:
  db:
    image: postgres
    volumes: [data:/data]
volumes:
  data:
"""


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--volume-size", "1Gi"], id="smaller"),
        pytest.param(["--volume-size", "2Gi", "--storage-class", "broken"], id="class"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--recreate"]])
def test_a_claim_is_never_made_anew(
    shop: Deployment, options: list[str], more: list[str]
) -> None:
    shop.write(DATA)
    shop.up("--volume-size", "2Gi")
    before = uids(shop, "PersistentVolumeClaim")
    done = shop.up(*options, *more, code=4)
    assert "PersistentVolumeClaim/data" in done.text
    assert "Its data would be lost, so this is never done" in done.text
    assert (done.writes, uids(shop, "PersistentVolumeClaim")) == ([], before)
