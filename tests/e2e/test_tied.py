"""Pods that share claims run on one node, and all start, whoever comes first."""

from tests.e2e.stack import Manifest, Stack, until


def test_all_are_on_one_node(stack: Stack) -> None:
    stack.wait()
    pods = [pod for name in ("first", "middle", "last") for pod in stack.pods(name)]
    assert len(pods) == 4
    assert len({pod["spec"]["nodeName"] for pod in pods}) == 1


def test_they_ask_for_it(stack: Stack) -> None:
    stack.wait()
    pods = [stack.pods(name)[0] for name in ("first", "middle", "last")]
    terms = [term(pod) for pod in pods]
    assert terms[0] == terms[1] == terms[2]
    assert all(terms[0].items() <= pod["metadata"]["labels"].items() for pod in pods)


def term(pod: Manifest) -> dict[str, str]:
    """Return the labels of the Pods that a Pod has to run beside."""
    rule = pod["spec"]["affinity"]["podAffinity"]
    (found,) = rule["requiredDuringSchedulingIgnoredDuringExecution"]
    assert found["topologyKey"] == "kubernetes.io/hostname"
    labels: dict[str, str] = found["labelSelector"]["matchLabels"]
    return labels


def test_each_sees_what_the_next_one_wrote(stack: Stack) -> None:
    stack.wait()
    until(lambda: stack.shell("middle", "cat /left/note"), "first\n")
    until(lambda: stack.shell("last", "cat /right/note"), "middle\n")
