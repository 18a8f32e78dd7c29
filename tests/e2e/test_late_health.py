"""What waits for health starts when the other is healthy, wherever that listens."""

from datetime import datetime

from tests.e2e.stack import Stack


def started(stack: Stack, service: str) -> datetime:
    (pod,) = stack.pods(service)
    (status,) = pod["status"]["containerStatuses"]
    assert status["restartCount"] == 0
    return datetime.fromisoformat(status["state"]["running"]["startedAt"])


def healthy(stack: Stack, service: str) -> datetime:
    (pod,) = stack.pods(service)
    conditions = {item["type"]: item for item in pod["status"]["conditions"]}
    return datetime.fromisoformat(conditions["Ready"]["lastTransitionTime"])


def test_dependents_start_when_it_is_healthy(stack: Stack) -> None:
    stack.wait()
    assert started(stack, "after-port") >= healthy(stack, "with-port")
    last = max(healthy(stack, "with-port"), healthy(stack, "without-port"))
    assert started(stack, "after-both") >= last
    assert started(stack, "after-datagrams") >= healthy(stack, "with-datagrams")


def test_what_makes_another_healthy_reaches_it_before(stack: Stack) -> None:
    stack.wait_for_job("prepares")
    assert started(stack, "after-prepared") >= healthy(stack, "prepared")


def test_who_needs_only_the_start_does_not_wait(stack: Stack) -> None:
    assert started(stack, "at-once") < healthy(stack, "with-port")
