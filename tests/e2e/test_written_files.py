"""Services write to bound files in a copy; a folder of two ConfigMaps is one folder."""

import pytest

from tests.e2e.stack import STACKS, Stack, until

LARGE = STACKS.parents[1] / "fixtures" / "bind-large-folder" / "conf"


def test_the_copy_has_everything(stack: Stack) -> None:
    stack.wait()
    found = stack.shell("editor", "cd /etc/app && find . -type f | sort")
    assert found.split() == ["./main.conf", "./run", "./starts", "./sub/.hidden"]
    assert stack.exec("editor", "cat", "/etc/main.conf") == "main\n"
    assert stack.exec("editor", "/etc/app/run") == "ran\n"


def test_it_is_written_to(stack: Stack) -> None:
    stack.wait()
    stack.shell("editor", "echo more >> /etc/app/main.conf; rm /etc/app/run")
    stack.shell("editor", "echo more >> /etc/main.conf; touch /etc/app/sub/new")
    found = stack.exec("editor", "cat", "/etc/app/main.conf", "/etc/main.conf")
    assert found == "main\nmore\n" * 2


def test_it_lives_as_long_as_the_pod(stack: Stack) -> None:
    stack.wait()
    stack.exec("editor", "touch", "/tmp/stop")  # noqa: S108 - a place of the container
    until(lambda: started(stack), 2)


def started(stack: Stack) -> int:
    done = stack.try_exec("editor", "cat", "/etc/app/starts")
    return len(done.stdout.split())


def test_a_user_writes_too(stack: Stack) -> None:
    """It has changed a file with `sed -i`, before its first sleep."""
    stack.wait()
    assert stack.exec("person", "cat", "/home/app/main.conf") == "changed\n"
    assert stack.exec("person", "stat", "-c", "%u", "/home/app/run") == "1000\n"


def test_others_only_read(stack: Stack) -> None:
    stack.wait()
    assert "Read-only" in stack.try_exec("reader", "touch", "/etc/app/x").stderr


def test_it_is_of_two_objects(stack: Stack) -> None:
    stack.wait()
    volumes = stack.pods("reader")[0]["spec"]["volumes"]
    (found,) = [volume for volume in volumes if "projected" in volume]
    assert len(found["projected"]["sources"]) == 2


@pytest.mark.parametrize("place", ["/large", "/pieces", "/copy"])
@pytest.mark.parametrize("name", ["a.txt", "sub/b.txt"])
def test_a_folder_of_two_objects_is_whole(stack: Stack, place: str, name: str) -> None:
    stack.wait()
    found = stack.exec("reader", "cat", f"{place}/{name}")
    assert found == (LARGE / name).read_text(encoding="utf-8")
