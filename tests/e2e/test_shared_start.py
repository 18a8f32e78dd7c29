"""Services of one Pod start in the order in which they need each other."""

from tests.e2e.stack import Stack


def test_what_a_pod_waits_for_can_reach_it(stack: Stack) -> None:
    stack.wait("files", "db")
    assert stack.exec("db", "cat", "/tmp/ok") == "files\n"  # noqa: S108


def test_each_finds_what_it_waits_for(stack: Stack) -> None:
    stack.wait("network")
    assert stack.exec("last", "cat", "/tmp/who") == "zeroth\n"  # noqa: S108
    (pod,) = stack.pods("last")
    kinds = ("containerStatuses", "initContainerStatuses")
    found = [status for kind in kinds for status in pod["status"][kind]]
    assert {status["restartCount"] for status in found} == {0}


def test_one_service_shares_with_two(stack: Stack) -> None:
    stack.wait("web")
    url = "http://localhost:8080/who"
    assert stack.exec("worker", "wget", "-q", "-O", "-", url) == "web\n"
    stack.shell("memory", "echo here > /dev/shm/note")
    assert stack.shell("worker", "cat /dev/shm/note") == "here\n"
