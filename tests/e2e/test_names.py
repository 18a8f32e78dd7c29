"""Every name that works between containers works between Pods."""

import pytest

from tests.e2e.stack import Stack


@pytest.mark.parametrize(
    ("variable", "answer"),
    [
        pytest.param("DATABASE_URL", "my_db", id="underscore"),
        pytest.param("LINK_URL", "my_db", id="link"),
        pytest.param("BOX_URL", "box", id="container-name"),
    ],
)
def test_a_name_reaches_its_service(stack: Stack, variable: str, answer: str) -> None:
    stack.wait()
    assert stack.shell("asker", f'wget -q -O - "${variable}"') == f"{answer}\n"


def test_two_services_share_an_alias(stack: Stack) -> None:
    stack.wait()
    ask = 'for n in $(seq 40); do wget -q -O - "$STORE_URL"; done'
    assert set(stack.shell("asker", ask).split()) == {"a", "b"}


def test_what_is_no_host_stays_as_it_is(stack: Stack) -> None:
    """Only where a value names a host is it changed."""
    assert stack.shell("asker", "echo $DATABASE_NAME") == "my_db\n"
