"""A service that is not root writes to its volumes, and has just the rights it got."""

import pytest

from tests.e2e.stack import Stack, until


def test_it_is_who_the_file_says(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("app", "id", "-u").strip() == "1000"
    assert stack.exec("app", "id", "-g").strip() == "1000"
    assert "2000" in stack.exec("app", "id", "-G").split()
    assert stack.exec("web", "id", "-u").strip() == "1000"


@pytest.mark.parametrize("folder", ["/data", "/var/tmp", "/scratch", "/run/app"])  # noqa: S108 - mounts
def test_it_writes_to_its_volumes(stack: Stack, folder: str) -> None:
    stack.wait()
    stack.exec("app", "touch", f"{folder}/mine")
    assert stack.exec("app", "stat", "-c", "%u", f"{folder}/mine") == "1000\n"


def test_it_reads_what_it_is_given(stack: Stack) -> None:
    stack.wait()
    places = ("/notes.txt", "/run/secrets/token")
    assert stack.exec("app", "cat", *places) == "to be read\n" * 2


def test_its_data_outlives_the_pod(stack: Stack) -> None:
    stack.wait()
    stack.kubectl("delete", "pod", "--selector=app.kubernetes.io/name=app")
    stack.wait("app")
    until(lambda: len(stack.exec("app", "cat", "/data/starts").split()), 2)


def test_sysctls_hold(stack: Stack) -> None:
    """Without it a user other than root could not listen on port 80."""
    stack.wait()
    assert stack.ask("wget", "-q", "-O", "-", "http://web") == "yes\n"


def test_capabilities_are_those_of_the_file(stack: Stack) -> None:
    stack.wait()
    status = stack.exec("bare", "cat", "/proc/1/status")
    found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    chown, bind = 1 << 0, 1 << 10
    assert int(found["CapEff"], 16) == chown | bind
    assert found["NoNewPrivs"] == "1"
