"""A service is stopped by its own signal, has the time it asked for, runs hooks."""

import time

import pytest

from tests.e2e.stack import Stack, until

SIGNALS = {
    "polite": "SIGUSR1",
    "usual": "SIGTERM",
    "inner": "SIGINT",
    "reaped": "SIGINT",
    "beside": "SIGUSR1",
}
"""What each service is told; the last two share the processes of one Pod."""


@pytest.fixture(scope="module")
def stopped(stack: Stack) -> Stack:
    """Return the stack when all that have something to say were told to stop."""
    stack.wait()
    nobody: list[str] = []
    until(lambda: [one for one in SIGNALS if "ready" not in log(stack, one)], nobody)
    workloads = [stack.workload(name) for name in SIGNALS if name != "beside"]
    stack.kubectl("scale", "--replicas=0", *workloads)
    return stack


def log(stack: Stack, service: str) -> list[str]:
    return stack.shell("reader", f"cat /log/{service} || true").split()


def test_another_signal_is_sent_and_nothing_else(stopped: Stack) -> None:
    expected = ["pre_stop", "SIGUSR1", "done"]
    until(lambda: log(stopped, "polite")[-3:], expected)


def test_hooks_run_in_their_order(stopped: Stack) -> None:
    """What runs after the start may do so before the service is ready."""
    found = log(stopped, "polite")
    assert found[0] == "pre_start"
    assert set(found[1:3]) == {"post_start", "ready"}


@pytest.mark.parametrize(
    ("service", "signal"), [item for item in SIGNALS.items() if item[0] != "polite"]
)
def test_it_has_the_time_it_needs(stopped: Stack, service: str, signal: str) -> None:
    until(lambda: log(stopped, service), ["ready", signal, "done"])


def test_who_does_not_listen_is_ended_when_time_is_up(stopped: Stack) -> None:
    started = time.monotonic()
    stopped.kubectl("delete", "pod", "--selector=app.kubernetes.io/name=deaf")
    assert 1.5 < time.monotonic() - started < 15


def test_what_is_to_be_killed_is_given_no_time(stopped: Stack) -> None:
    started = time.monotonic()
    stopped.kubectl("delete", "pod", "--selector=app.kubernetes.io/name=killed")
    assert time.monotonic() - started < 15
