"""A service that depends on one without containers starts all the same."""

from tests.e2e.stack import Stack


def test_it_does_not_wait(stack: Stack) -> None:
    stack.wait("waits")
    assert "initContainers" not in stack.pods("waits")[0]["spec"]


def test_there_is_nothing_to_wait_for(stack: Stack) -> None:
    stack.wait("waits")
    assert stack.pods("none") == []
    assert stack.pods("job") == []
