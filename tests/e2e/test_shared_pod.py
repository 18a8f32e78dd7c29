"""Services that share a network or processes in Compose share a Pod."""

import pytest

from tests.e2e.stack import Stack


@pytest.mark.parametrize(
    ("service", "url", "answer"),
    [
        pytest.param("app", "http://localhost:8080/who", "vpn", id="app-to-vpn"),
        pytest.param("vpn", "http://localhost:9090/who", "app", id="vpn-to-app"),
    ],
)
def test_localhost_is_shared(stack: Stack, service: str, url: str, answer: str) -> None:
    stack.wait("vpn")
    assert stack.exec(service, "wget", "-q", "-O", "-", url) == f"{answer}\n"


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("http://vpn:8080/who", "vpn"),
        ("http://vpn:9090/who", "app"),
        ("http://app:9090/who", "app"),
    ],
)
def test_every_name_resolves(stack: Stack, url: str, answer: str) -> None:
    stack.wait("vpn")
    assert stack.ask("wget", "-q", "-O", "-", url) == f"{answer}\n"


def test_processes_are_shared(stack: Stack) -> None:
    stack.wait("main")
    assert "sleep 3333" in stack.exec("main", "ps", "-o", "args")
