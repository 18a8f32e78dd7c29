"""Below a bound folder other things are mounted; what the image has there is hidden."""

from tests.e2e.stack import Stack

FILES = """\
/etc/conf.d/a.conf
/etc/conf.d/more/b.conf
/etc/main.conf
/etc/other.conf
"""


def test_each_file_is_in_its_place(stack: Stack) -> None:
    stack.wait()
    found = stack.shell(
        "app", "find /etc ! -type d | grep -vE '/(host|resolv|[.][.])' | sort"
    )
    assert found == FILES


def test_the_nearer_mount_wins(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("app", "cat", "/etc/main.conf") == "prod\n"
    assert stack.exec("app", "ls", "-A", "/etc/cache") == ""


def test_the_volume_is_written_to(stack: Stack) -> None:
    stack.wait()
    stack.exec("app", "touch", "/etc/cache/new")
    assert "Read-only" in stack.try_exec("app", "touch", "/etc/other.conf").stderr
