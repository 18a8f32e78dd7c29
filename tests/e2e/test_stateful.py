"""With StatefulSets data outlives Pods, too."""

from tests.e2e.stack import Stack


def test_data_outlives_the_pod(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("db", "redis-cli", "set", "key", "value") == "OK\n"
    stack.kubectl("delete", "pod", stack.pod("db"))
    stack.wait()
    assert stack.exec("db", "redis-cli", "get", "key") == "value\n"
