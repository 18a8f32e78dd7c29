"""Run a command in a container: its input, output and exit code are as if it ran here.

One thread does all: a TLS connection is not to be written to and read from at once.
"""

import json
import os
import select
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ssl import SSLSocket
from typing import Any

from websocket import ABNF, WebSocketConnectionClosedException

from kompyle.cluster.channels import opened, protocol
from kompyle.cluster.deployed import resource
from kompyle.cluster.outcome import Code
from kompyle.cluster.target import Place
from kompyle.errors import ClusterError

_STDIN, _STDOUT, _STDERR, _STATUS, _RESIZE, _CLOSE = 0, 1, 2, 3, 4, 255
_V5 = "v5.channel.k8s.io"
_CHUNK = 4096
"""Bytes sent at once: so many fit where a socket says that it can be written to."""

_LOOK = 250
"""Milliseconds between two looks at the size of the terminal."""

_NOT_FOUND, _NOT_RUN = 127, 126
_FAULTS = {
    "executable file not found": _NOT_FOUND,
    "no such file or directory": _NOT_FOUND,
    "permission denied": _NOT_RUN,
}
"""Exit codes of shells, and of docker, for what could not even be started."""

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Ends:
    """What is at this end: a file to read from, and where output goes.

    ``size`` tells columns and lines of the terminal, if it is one.
    """

    out: Write
    err: Write
    stdin: int | None = None
    size: Callable[[], tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Container:
    pod: str
    name: str


def run(place: Place, where: Container, command: Sequence[str], ends: Ends) -> int:
    """Run a command until it ends; return its exit code."""
    is_terminal = ends.size is not None
    query = [
        ("container", where.name),
        *(("command", word) for word in command),
        ("stdin", _text(ends.stdin is not None)),
        ("stdout", "true"),
        ("stderr", _text(not is_terminal)),
        ("tty", _text(is_terminal)),
    ]
    path = resource("Pod").path(place.namespace, where.pod)
    socket = opened(place.api, f"{path}/exec", query)
    try:
        return _Exec(socket, ends).until_it_ends()
    finally:
        socket.close(timeout=1)


def _text(fact: bool) -> str:  # noqa: FBT001 - it is what it is about
    return str(fact).lower()


@dataclass(slots=True)
class _Exec:
    socket: Any
    ends: Ends
    _left: bytes = b""
    _is_read: bool = False
    _size: tuple[int, int] | None = None
    _code: int | None = None

    def __post_init__(self) -> None:
        self._is_read = self.ends.stdin is None

    def until_it_ends(self) -> int:
        while self._code is None:
            self._resize()
            ready = self._ready()
            if ready.get(self.socket.sock.fileno(), 0) & ~select.POLLOUT:
                self._receive()
            if ready.get(self.socket.sock.fileno(), 0) & select.POLLOUT:
                self._send(self._left)
                self._left = b""
            if self.ends.stdin in ready:
                self._read()
        return self._code

    def _ready(self) -> Mapping[int | None, int]:
        """Wait for what can be read or written; say what of it."""
        own = self.socket.sock
        if isinstance(own, SSLSocket) and own.pending():
            return {own.fileno(): select.POLLIN}
        found = select.poll()
        found.register(own, select.POLLIN | (select.POLLOUT if self._left else 0))
        if not (self._is_read or self._left):
            found.register(self.ends.stdin or 0, select.POLLIN)
        return dict(found.poll(_LOOK))

    def _receive(self) -> None:
        try:
            kind, frame = self.socket.recv_data_frame(control_frame=True)
        except (WebSocketConnectionClosedException, OSError) as error:
            raise _broken() from error
        if kind == ABNF.OPCODE_CLOSE:
            raise _broken()
        if kind in {ABNF.OPCODE_PING, ABNF.OPCODE_PONG} or not frame.data:
            return
        channel, data = frame.data[0], frame.data[1:]
        if channel == _STATUS and data:
            self._code = exit_code(json.loads(data))
        elif data and channel in {_STDOUT, _STDERR}:
            (self.ends.out if channel == _STDOUT else self.ends.err)(data)

    def _read(self) -> None:
        """Take some input; at its end, let the command know."""
        data = os.read(self.ends.stdin or 0, _CHUNK)
        if data:
            self._left = data
            return
        self._is_read = True
        if protocol(self.socket) == _V5:
            self.socket.send(bytes([_CLOSE, _STDIN]), opcode=ABNF.OPCODE_BINARY)

    def _send(self, data: bytes, channel: int = _STDIN) -> None:
        try:
            self.socket.send(bytes([channel]) + data, opcode=ABNF.OPCODE_BINARY)
        except (WebSocketConnectionClosedException, OSError):
            self._is_read = True  # it does not listen any more; its status comes yet

    def _resize(self) -> None:
        size = self.ends.size() if self.ends.size else None
        if size and size != self._size:
            self._size = size
            text = json.dumps({"Width": size[0], "Height": size[1]})
            self._send(text.encode(), _RESIZE)


def exit_code(status: Mapping[str, Any]) -> int:
    """Read how a command ended; ClusterError says why it was not even started."""
    if status.get("status") == "Success":
        return 0
    for cause in (status.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    told = str(status.get("message", "")).rpartition("OCI runtime exec failed: ")[2]
    told = " ".join(told.removesuffix(": unknown").split())
    codes = (code for text, code in _FAULTS.items() if text in told)
    raise ClusterError(told, next(codes, Code.FAILED))


def _broken() -> ClusterError:
    fact = "the connection to the container broke before the command ended"
    return ClusterError(fact, Code.FAILED)
