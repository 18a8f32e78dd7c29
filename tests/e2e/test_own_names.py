"""Names without ports lead to every port; a service finds itself before it is well."""

import pytest

from tests.e2e.stack import Stack


@pytest.mark.parametrize("port", [7777, 8888])
def test_any_port_works_without_evidence(stack: Stack, port: int) -> None:
    stack.wait("quiet")
    assert stack.get("service/quiet")["spec"]["clusterIP"] == "None"
    found = stack.ask("wget", "-q", "-O", "-", f"http://quiet:{port}/who")
    assert found == "quiet\n"


def test_a_check_may_use_the_own_name(stack: Stack) -> None:
    stack.wait("broker")
    found = stack.ask("wget", "-q", "-O", "-", "http://broker:9092/who")
    assert found == "broker\n"


def test_two_services_may_check_each_other(stack: Stack) -> None:
    stack.wait("one", "two")


def test_others_can_wait_for_them(stack: Stack) -> None:
    stack.wait("after")
