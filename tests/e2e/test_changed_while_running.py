"""What runs is restarted and scaled by service; the next deployment fits in with it."""

import json
from typing import Any

import pytest

from tests.e2e.project import Project

MARK = "kompyle.io/restarted-at"


def pods(project: Project, service: str) -> set[str]:
    return set(project("ps", "-q", service).split())


def workload(project: Project, name: str) -> Any:  # noqa: ANN401 - any object
    text = project.kubectl("get", name, "--output=json", "--show-managed-fields")
    return json.loads(text)


def test_restart_replaces_the_pods_of_a_service(day_two: Project) -> None:
    before = {name: pods(day_two, name) for name in ("my_db", "agent")}
    done = day_two.run("restart", "my_db")
    assert done.returncode == 0
    assert "works; 1 restarted" in done.stderr
    assert not pods(day_two, "my_db") & before["my_db"]
    assert pods(day_two, "agent") == before["agent"]


def test_the_next_up_leaves_a_restart_alone(day_two: Project) -> None:
    day_two("restart", "agent")
    before = pods(day_two, "agent")
    assert "10 unchanged" in day_two.run("up").stderr
    assert pods(day_two, "agent") == before
    found = workload(day_two, "daemonset/agent")
    assert MARK in found["spec"]["template"]["metadata"]["annotations"]
    managers = {item["manager"] for item in found["metadata"]["managedFields"]}
    assert {"kompyle", "kompyle-restart"} <= managers


def test_those_that_share_a_pod_restart_together(day_two: Project) -> None:
    done = day_two.run("restart", "beside")
    assert "web restarts, too: it shares the Pod of Deployment/web" in done.stderr


def test_a_job_is_not_restarted(day_two: Project) -> None:
    before = pods(day_two, "migrate")
    done = day_two.run("restart", "migrate")
    assert "migrate is not restarted: it runs to its end" in done.stderr
    assert pods(day_two, "migrate") == before


def test_restart_that_fails_says_why(day_two: Project) -> None:
    """What ends as soon as it starts is no matter until it is started again."""
    patch = {"spec": {"paused": True}}
    day_two.kubectl("patch", "deployment/my-db", f"--patch={json.dumps(patch)}")
    done = day_two.run("restart", "my_db", "--timeout", "3s")
    assert done.returncode == 6
    assert "error[" in done.stderr
    day_two.kubectl(
        "patch", "deployment/my-db", f"--patch={json.dumps({'spec': {'paused': None}})}"
    )


@pytest.mark.parametrize(
    ("service", "name", "of_file"),
    [("web", "deployment/web", 2), ("my_db", "deployment/my-db", 1)],
)
@pytest.mark.parametrize("number", [3, 0])
def test_scale_holds_until_the_next_up(
    day_two: Project, service: str, name: str, of_file: int, number: int
) -> None:
    done = day_two.run("scale", f"{service}={number}")
    assert done.returncode == 0
    assert "the next `kompyle up` sets the numbers of the Compose file" in done.stderr
    assert workload(day_two, name)["status"].get("readyReplicas", 0) == number
    done = day_two.run("up")
    assert done.returncode == 0, done.stderr
    assert workload(day_two, name)["status"]["readyReplicas"] == of_file
    assert "10 unchanged" in day_two.run("up").stderr


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (4, ["migrate=2"], "Set `deploy.replicas` in the Compose file"),
        (4, ["agent=2"], "Give it `deploy.mode: replicated` and a number"),
        (2, ["web"], "'web': expected SERVICE=N, as in web=3"),
        (2, ["web=1", "beside=2"], "give both the same number"),
    ],
)
def test_what_cannot_be_scaled(
    day_two: Project, code: int, arguments: list[str], said: str
) -> None:
    done = day_two.run("scale", *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_claim_for_one_pod_keeps_to_one(day_two: Project) -> None:
    claim = {"accessModes": ["ReadWriteOncePod"]}
    told = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "alone"},
        "spec": {**claim, "resources": {"requests": {"storage": "1Gi"}}},
    }
    file = day_two.folder / "claim.json"
    file.write_text(json.dumps(told), "utf-8")
    day_two.kubectl("apply", f"--filename={file}")
    source = {"name": "alone", "persistentVolumeClaim": {"claimName": "alone"}}
    patch = {"spec": {"template": {"spec": {"volumes": [source]}}}}
    day_two.kubectl("patch", "deployment/my-db", f"--patch={json.dumps(patch)}")
    done = day_two.run("scale", "my_db=2")
    assert done.returncode == 4
    assert "only one Pod can mount the claim alone" in done.stderr
