"""A change replaces what reads it, and what asked to be restarted with it."""

from tests.e2e.stack import Stack

SERVICES = ("base", "follows", "stays", "reads")


def numbers(stack: Stack) -> dict[str, int]:
    """Return how often each service was rolled out."""
    key = "deployment.kubernetes.io/revision"
    found = {name: stack.get(stack.workload(name)) for name in SERVICES}
    return {
        name: int(item["metadata"]["annotations"][key]) for name, item in found.items()
    }


def test_a_change_replaces_those_that_follow(stack: Stack) -> None:
    stack.wait()
    assert set(numbers(stack).values()) == {1}
    stack.apply({"VERSION": "2"})
    stack.wait()
    assert numbers(stack) == {"base": 2, "follows": 2, "stays": 1, "reads": 2}
    assert stack.shell("base", "echo $VERSION") == "2\n"
    assert stack.exec("reads", "cat", "/version") == "version 2"
