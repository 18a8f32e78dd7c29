"""What waits for a Job that fails never starts, and its log says why."""

from typing import Any

from tests.e2e.stack import Stack, until


def waiting(stack: Stack) -> dict[str, Any]:
    (pod,) = stack.pods("api")
    found = pod["status"].get("initContainerStatuses", [{}])
    last: dict[str, Any] = found[-1]
    return last


def test_the_api_does_not_start(stack: Stack) -> None:
    stack.wait_for_job("migrate", "failed")
    until(lambda: waiting(stack).get("restartCount", 0) > 0, wanted=True)
    (pod,) = stack.pods("api")
    (status,) = pod["status"]["containerStatuses"]
    assert "waiting" in status["state"]
    assert not status.get("started")


def test_the_log_says_why(stack: Stack) -> None:
    """It could ask the API server from a network that leads nowhere else."""
    (pod,) = stack.pods("api")
    container = f"--container={waiting(stack)['name']}"
    said = stack.kubectl("logs", pod["metadata"]["name"], container)
    job = stack.workload("migrate").removeprefix("job/")
    assert f"the job {job} has failed" in said
