"""What does not work is seen by service, and so is what one may not do."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.project import Project, deployed
from tests.e2e.stack import Kubectl, until


@pytest.fixture(scope="module")
def project(
    kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("not-working")
    with deployed(kubectl, "not-working", folder, "--no-wait") as found:
        yield found


def seen(project: Project, service: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(project("ps", "--format", "json", service))


@pytest.mark.parametrize(
    ("service", "state", "reason"),
    [
        ("crash", "failed", "CrashLoop"),
        ("absent", "failed", "ErrImagePull|ImagePullBackOff"),
        ("prepared", "failed", "Init:CrashLoop"),
        ("ailing", "unhealthy", ""),
        ("works", "running", ""),
    ],
)
def test_ps_says_what_is_wrong(
    project: Project, service: str, state: str, reason: str
) -> None:
    until(lambda: seen(project, service)["state"], state)
    found = seen(project, service)
    assert re.fullmatch(reason, found["reason"]), found
    assert found["ready"] == (service == "works")


def test_ps_says_why_below_the_table(project: Project) -> None:
    until(lambda: seen(project, "absent")["state"], "failed")
    done = project.run("ps", "absent")
    (line,) = done.stderr.splitlines()
    assert line.startswith(("absent: ErrImagePull: ", "absent: ImagePullBackOff: "))
    assert "nowhere.invalid/absent:1" in line


def test_restarts_are_counted(project: Project) -> None:
    until(lambda: seen(project, "crash")["restarts"] > 0, wanted=True)


def test_logs_of_what_prepares_a_service(project: Project) -> None:
    until(lambda: "preparing" in project("logs", "prepared"), wanted=True)
    found = set(project("logs", "prepared").splitlines())
    (line,) = {text for text in found if "preparing" in text}
    assert re.fullmatch(r"prepared/[a-z0-9-]+  \| preparing", line)


def test_logs_of_the_run_before(project: Project) -> None:
    until(lambda: seen(project, "crash")["restarts"] > 0, wanted=True)
    assert project("logs", "--previous", "crash") == "crash  | boom\n"


def test_there_is_no_log_yet(project: Project) -> None:
    done = project.run("logs", "absent")
    assert (done.returncode, done.stdout) == (0, "")
    assert "is waiting to start" in done.stderr


def test_nothing_runs_in_what_does_not(project: Project) -> None:
    until(lambda: seen(project, "absent")["state"], "failed")
    said = project.fails(5, "exec", "absent", "ls")
    assert said.startswith("kompyle: absent is failed (")
    assert said.endswith("nothing can be run in it; see `kompyle ps -a absent`")


@pytest.fixture(scope="module")
def limited(project: Project) -> Project:
    """Act as somebody who may look at Pods, and at nothing else."""
    kubectl = project.kubectl
    kubectl("create", "serviceaccount", "guest")
    namespace = kubectl.command[-1].partition("=")[2]
    user = f"--serviceaccount={namespace}:guest"
    kubectl("create", "role", "guest", "--verb=get,list,watch", "--resource=pods")
    kubectl("create", "rolebinding", "guest", "--role=guest", user)
    token = kubectl("create", "token", "guest").strip()
    view = json.loads(kubectl("config", "view", "--raw", "--minify", "--output=json"))
    view["users"][0]["user"] = {"token": token}
    view["users"][0]["name"] = view["contexts"][0]["context"]["user"] = "guest"
    file = project.folder / "guest.json"
    file.write_text(json.dumps(view), "utf-8")
    words = [word for word in project.cluster if "--kubeconfig" not in word]
    elsewhere = {**project.environment, "XDG_STATE_HOME": str(project.folder / "guest")}
    cluster = (*words, f"--kubeconfig={file}")
    return replace(project, cluster=cluster, environment=elsewhere)


def test_who_may_see_pods_alone_learns_what_else_it_takes(limited: Project) -> None:
    told = limited.fails(4, "ps", "works")
    assert "you may not list cronjobs, daemonsets, deployments, jobs" in told


@pytest.fixture(scope="module")
def looking(limited: Project) -> Project:
    """Act as somebody who may look at workloads, too, but not into Pods."""
    rules = ("--verb=get,list,watch", "--resource=deployments.apps,jobs.batch")
    limited.kubectl("create", "role", "looks", *rules)
    namespace = limited.kubectl.command[-1].partition("=")[2]
    user = f"--serviceaccount={namespace}:guest"
    limited.kubectl("create", "rolebinding", "looks", "--role=looks", user)
    return limited


def test_services_are_told_by_their_workloads(looking: Project) -> None:
    assert seen(looking, "works")["state"] == "running"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["logs", "works"], "you may not read logs: pods"),
        (["exec", "works", "ls"], "you may not do this: pods"),
        (["events", "works"], "you may not list events in e2e-not-working-"),
    ],
)
def test_what_one_may_not_do(looking: Project, command: list[str], said: str) -> None:
    assert said in looking.fails(4, *command)


def test_who_may_not_restart(looking: Project) -> None:
    done = looking.run("restart", "works")
    assert done.returncode == 4
    assert "error[forbidden]: Deployment/works: deployments.apps" in done.stderr
    assert "Traceback" not in done.stderr
