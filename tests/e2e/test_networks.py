"""Services without a common network do not talk; an internal one leads nowhere.

What is published is open to all who may leave their own networks, as it is in Docker
at the machine's address.
"""

import pytest

from tests.e2e.stack import Stack, until

PORT = "8080"
SERVICES = ("web", "api", "db", "keeper", "vault", "hermit")
PAIRS = [(a, b) for a in SERVICES for b in SERVICES if a != b]
TOGETHER = [{"web", "api", "keeper"}, {"api", "db"}, {"keeper", "vault"}]
PUBLISHED = {("db", "web")}


def reaches(stack: Stack, service: str, host: str, port: str = PORT) -> bool:
    ask = ("timeout", "5", "nc", "-z", "-w", "2", host, port)  # names may not resolve
    done = stack.try_exec(service, *ask)
    return done.returncode == 0


@pytest.fixture(scope="module")
def settled(stack: Stack) -> Stack:
    """Return the stack when its policies hold: they come a moment after the Pods."""
    stack.wait()
    until(lambda: reaches(stack, "web", "api"), wanted=True)
    until(lambda: reaches(stack, "vault", "web"), wanted=False)
    return stack


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_who_shares_a_network_talks(settled: Stack, first: str, second: str) -> None:
    shares = any({first, second} <= network for network in TOGETHER)
    may = shares or (first, second) in PUBLISHED
    assert reaches(settled, first, second) is may


@pytest.mark.parametrize("service", ["web", "api", "db", "keeper"])
def test_others_reach_what_is_outside(settled: Stack, service: str) -> None:
    assert reaches(settled, service, "kubernetes.default", "443")


@pytest.mark.parametrize("service", ["vault", "hermit"])
def test_an_internal_network_leads_nowhere(settled: Stack, service: str) -> None:
    assert not reaches(settled, service, "kubernetes.default", "443")


def test_only_published_ports_are_open_to_others(settled: Stack) -> None:
    try_both = f"nc -z -w 2 web {PORT} && ! nc -z -w 2 api {PORT} && echo so"
    assert settled.ask("sh", "-c", try_both) == "so\n"


def test_a_wait_reaches_over_networks(settled: Stack) -> None:
    """Compose waits from outside of all networks."""
    settled.wait("waiter", "lonely")
