"""Pods that start together fill a volume once: it is complete, nothing is double."""

import pytest

from tests.e2e.stack import Stack

LISTED = "cd /usr/share && find . -printf '%p %y %s %m %U:%G\\n' | grep -v ' d ' | sort"
FOLDERS = "cd /usr/share && find . -type d -printf '%p %m %U:%G\\n' | sort"


@pytest.mark.parametrize("service", ["left", "right"])
@pytest.mark.parametrize("script", [LISTED, FOLDERS], ids=["files", "folders"])
def test_the_volume_is_as_the_image(stack: Stack, service: str, script: str) -> None:
    stack.wait()
    expected = stack.shell("image", script)
    assert len(expected.splitlines()) > 100
    assert stack.shell(service, script) == expected


def test_nothing_else_is_left(stack: Stack) -> None:
    """The lock of those who copy is gone, too."""
    stack.wait()
    names = stack.exec("image", "ls", "-A", "/usr/share")
    assert stack.exec("left", "ls", "-A", "/usr/share") == names


def test_each_copier_has_ended_well(stack: Stack) -> None:
    stack.wait()
    pods = [*stack.pods("left"), *stack.pods("right")]
    statuses = [pod["status"]["initContainerStatuses"][0] for pod in pods]
    assert [status["restartCount"] for status in statuses] == [0, 0, 0]
