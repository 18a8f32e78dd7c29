"""Folders in memory have their sizes; a read-only root takes nothing."""

import pytest

from tests.e2e.stack import Stack


def size(stack: Stack, service: str, folder: str) -> tuple[str, int]:
    """Return the kind of a file system, and its size in MiB."""
    line = stack.exec(service, "df", "-P", "-m", folder).splitlines()[1].split()
    return line[0], int(line[1])


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("/dev/shm", 96), ("/scratch", 16), ("/cache", 8)],  # noqa: S108
)
def test_it_has_its_size(stack: Stack, folder: str, expected: int) -> None:
    stack.wait()
    assert size(stack, "app", folder) == ("tmpfs", expected)


def test_without_a_word_it_is_as_large_as_in_docker(stack: Stack) -> None:
    stack.wait()
    kind, found = size(stack, "usual", "/dev/shm")  # noqa: S108
    assert (kind, found) in (("shm", 64), ("tmpfs", 64))


def test_more_does_not_fit(stack: Stack) -> None:
    stack.wait()
    fill = "dd if=/dev/zero of=/cache/big bs=1M count=9"
    assert stack.try_exec("app", "sh", "-c", fill).returncode != 0


@pytest.mark.parametrize("folder", ["/scratch", "/run", "/cache"])
def test_memory_can_be_written_to(stack: Stack, folder: str) -> None:
    stack.wait()
    stack.exec("app", "touch", f"{folder}/x")


def test_the_root_cannot(stack: Stack) -> None:
    stack.wait()
    assert "Read-only" in stack.try_exec("app", "touch", "/x").stderr


def test_who_joins_the_memory_of_another_sees_it(stack: Stack) -> None:
    stack.shell("app", "echo here > /dev/shm/note")
    assert stack.shell("beside", "cat /dev/shm/note").strip() == "here"
    assert size(stack, "beside", "/dev/shm")[1] == 96  # noqa: S108
