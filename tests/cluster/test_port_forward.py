"""Ports of this machine: addresses that are none, and listeners that go on."""

import errno
import socket
from typing import Any

import pytest

from kompyle.cluster.app import Part
from kompyle.cluster.port_forward import Forward, accepted, listening
from kompyle.errors import UsageError

WEB = Forward(Part("web", "Deployment/web", "web"), 0, 80)


@pytest.mark.parametrize("address", ["a..b", "no-such-host.invalid", "x" * 70 + ".y"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(UsageError, match="name an address of this machine"):
        listening([WEB], address)


def test_localhost_is_both_of_its_addresses() -> None:
    """Or one, where there is no IPv6; the number is the same."""
    (found,) = listening([WEB], "localhost")
    names = {sock.getsockname()[:2] for sock in found.sockets}
    for sock in found.sockets:
        sock.close()
    expected = {("127.0.0.1", found.local)}
    assert names == expected | ({("::1", found.local)} if _has_ipv6() else set())


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


class Tired(socket.socket):
    """Has no file left for the first connection."""

    is_rested = False

    def accept(self) -> Any:  # noqa: ANN401 - as a socket has it
        if self.is_rested:
            return super().accept()
        self.is_rested = True
        raise OSError(errno.EMFILE, "too many open files")


def test_a_listener_goes_on_after_a_fault_until_it_is_closed() -> None:
    with Tired() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        found = accepted(listener)
        with socket.create_connection(listener.getsockname()), next(found):
            listener.close()
    assert list(found) == []
