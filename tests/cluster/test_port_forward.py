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
