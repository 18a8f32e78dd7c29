"""What waits for the health of a Job waits no longer than that lasts."""

from tests.e2e.stack import Stack, until


def test_it_starts_while_the_job_is_at_work(stack: Stack) -> None:
    stack.wait("after-serves")
    status = stack.get(stack.workload("serves"))["status"]
    assert status["ready"] == 1
    assert "succeeded" not in status


def test_a_job_that_is_complete_was_healthy(stack: Stack) -> None:
    stack.wait("after-quick")


def test_a_job_that_failed_stops_who_needs_it(stack: Stack) -> None:
    stack.wait_for_job("fails", "failed")

    def starts() -> bool:
        (pod,) = stack.pods("after-fails")
        found = pod["status"].get("initContainerStatuses", [{}])
        return bool(found[-1].get("restartCount", 0) > 0)

    until(starts, wanted=True)
    stack.wait("without-fails")


def test_all_are_over_in_the_end(stack: Stack) -> None:
    stack.wait("at-the-end")
