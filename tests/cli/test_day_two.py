"""Commands for what runs: what is refused before anything is asked of a cluster."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, write

NOWHERE = {"KUBECONFIG": "nowhere.yaml"}
EVERY = ["ps", "logs", "exec web ls", "port-forward", "restart", "scale a=1", "events"]


@pytest.mark.parametrize("command", EVERY)
def test_without_a_file_and_a_name(run: Run, command: str) -> None:
    done = run(*command.split(), env=NOWHERE)
    assert done.code == 1
    assert "error[no-compose-file]: there is no Compose file" in done.said[0]
    assert done.said[1].endswith("Or name the project with -p.")


@pytest.mark.parametrize("command", EVERY)
def test_a_name_is_enough(run: Run, command: str) -> None:
    by_option = run("-p", "shop", *command.split(), env=NOWHERE)
    by_variable = run(*command.split(), env={**NOWHERE, "COMPOSE_PROJECT_NAME": "shop"})
    for done in (by_option, by_variable):
        assert done.code == 7
        assert "there is no usable kubeconfig" in done.err


def test_of_a_file_only_its_name_is_read(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "compose.yaml", "name: shop\nservices: {web: {imgae: x}}\n")
    assert run("ps", env=NOWHERE).code == 7


def test_a_file_that_is_not_there(run: Run) -> None:
    done = run("logs", "--file", "gone.yaml", "-f", env=NOWHERE)
    assert done.code == 1
    assert "Or name the project with -p." in done.said[-1]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("-p a logs --tail x", "--tail x: expected a number or all"),
        ("-p a logs --since soon", "--since 'soon': expected a time such as 90s"),
        ("-p a logs -f --previous", "--previous has ended; it cannot be followed"),
        ("-p a scale web", "'web': expected SERVICE=N, as in web=3"),
        ("-p a scale web=-1", "'web=-1': expected SERVICE=N, as in web=3"),
        ("-p a port-forward web:x", "'web:x': expected SERVICE, SERVICE:PORT or"),
        ("-p a port-forward web:70000", "ports are 1 to 65535"),
        ("-p a port-forward web:0", "ports are 1 to 65535"),
        ("-p a restart --timeout soon", "--timeout 'soon': expected a time"),
        ("-p a exec web --", "there is no command to run"),
    ],
)
def test_wrong_usage(run: Run, command: str, said: str) -> None:
    done = run(*command.split(), env=NOWHERE)
    assert done.code == 2
    assert said in done.err


def test_a_bad_name(run: Run) -> None:
    done = run("-p", "My Shop", "ps", env=NOWHERE)
    assert done.code == 1
    assert "error[bad-project-name]: 'My Shop' is not a project name" in done.err
