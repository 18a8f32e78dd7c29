"""Swarm's name for the tasks of a service leads to each; templates are filled in."""

import pytest

from tests.e2e.stack import Stack


def test_a_name_leads_to_every_task(stack: Stack) -> None:
    stack.wait()
    addresses = {pod["status"]["podIP"] for pod in stack.pods("web-app")}
    host = stack.shell("asker", "echo $URL | cut -d/ -f3 | cut -d: -f1").strip()
    zone = stack.shell("asker", "awk '/^search/{print $2}' /etc/resolv.conf").strip()
    said = stack.exec("asker", "nslookup", "-type=a", f"{host}.{zone}.")
    assert len(addresses) == 2
    assert addresses <= set(said.split())


def test_the_name_is_spoken_to(stack: Stack) -> None:
    stack.wait()
    assert stack.shell("asker", "wget -q -O - $URL") == "web\n"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        pytest.param("NODE", ("spec", "nodeName"), id="node"),
        pytest.param("TASK", ("metadata", "name"), id="task"),
        pytest.param("ID", ("metadata", "uid"), id="task-id"),
    ],
)
def test_a_template_is_filled_in(
    stack: Stack, name: str, keys: tuple[str, str]
) -> None:
    stack.wait()
    part, key = keys
    wanted = stack.pods("asker")[0][part][key]
    said = stack.shell("asker", f"echo ${name}").strip()
    assert said == (f"on {wanted}" if name == "NODE" else wanted)


def test_a_name_is_filled_in_beside_what_looks_like_a_variable(stack: Stack) -> None:
    stack.wait()
    said = stack.shell("asker", 'echo "$SERVICE"').strip()
    assert said.startswith("$HOME of ")
    assert said.endswith("asker")
