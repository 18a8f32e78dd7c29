"""What crashes comes back, what runs once does not, what has no replicas waits."""

from typing import Any

import pytest

from tests.e2e.stack import Stack, until


def tries(stack: Stack, service: str) -> int:
    stack.wait("reader")
    return len(stack.shell("reader", f"cat /tries/{service} || true").split())


def status(stack: Stack, service: str) -> Any:  # noqa: ANN401 - any JSON
    (pod,) = stack.pods(service)
    (found,) = pod["status"]["containerStatuses"]
    return found


def test_a_crash_restarts(stack: Stack) -> None:
    until(lambda: tries(stack, "crash"), 2)
    until(lambda: status(stack, "crash")["restartCount"], 1)
    assert status(stack, "crash")["lastState"]["terminated"]["exitCode"] == 3


@pytest.mark.parametrize(("service", "number"), [("once", 1), ("thrice", 3)])
def test_what_runs_once_completes(stack: Stack, service: str, number: int) -> None:
    stack.wait_for_job(service)
    assert tries(stack, service) == number


@pytest.mark.parametrize(("service", "number"), [("fails", 1), ("never", 2)])
def test_what_fails_is_tried_as_often_as_said(
    stack: Stack, service: str, number: int
) -> None:
    stack.wait_for_job(service, "failed")
    assert tries(stack, service) == number


def test_no_replicas_are_no_pods_until_asked_for(stack: Stack) -> None:
    stack.wait("reader")
    assert stack.pods("none") == []
    stack.kubectl("scale", "--replicas=1", stack.workload("none"))
    stack.wait("none")
    assert len(stack.pods("none")) == 1


def test_replicas_run(stack: Stack) -> None:
    stack.wait("two")
    assert len(stack.pods("two")) == 2
