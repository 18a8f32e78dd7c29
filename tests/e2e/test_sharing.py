"""Volumes that several services use, and what each container has to itself."""

from tests.e2e.stack import Stack, until


def test_two_services_share_a_volume(stack: Stack) -> None:
    stack.wait()
    until(lambda: stack.shell("reader", "cat /elsewhere/note"), "shared\n")
    assert "Read-only" in stack.try_exec("reader", "touch", "/elsewhere/x").stderr


def test_an_heir_has_the_same_mounts(stack: Stack) -> None:
    """Even those that have no name; here only for reading."""
    stack.wait()
    assert stack.exec("heir", "cat", "/data/note", "/own/note") == "shared\nmine\n"
    assert "Read-only" in stack.try_exec("heir", "touch", "/data/x").stderr


def test_an_heir_has_the_files_of_configs_and_secrets(stack: Stack) -> None:
    stack.wait()
    found = stack.exec("heir", "cat", "/settings", "/run/secrets/token")
    assert found == "level = info\nof-the-writer\n"


def test_a_folder_is_seen_in_the_one_around_it(stack: Stack) -> None:
    stack.wait()
    until(lambda: stack.shell("library", "cat /media/downloads/done/one"), "song\n")


def test_an_init_process_reaps_zombies(stack: Stack) -> None:
    stack.wait()
    until(lambda: zombies(stack), 0)
    assert "pause" in stack.exec("parent", "ps", "-o", "args").splitlines()[1]


def zombies(stack: Stack) -> int:
    return stack.exec("parent", "ps", "-o", "stat").count("Z")


def test_the_host_name_is_its_own(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("parent", "hostname") == "probe\n"


def test_extra_hosts_are_known(stack: Stack) -> None:
    stack.wait()
    hosts = stack.exec("parent", "cat", "/etc/hosts")
    line = next(line for line in hosts.splitlines() if "192.0.2.7" in line)
    assert set(line.split()[1:]) == {"elsewhere.example", "again.example"}
