"""Bring ports of services to this machine; new connections go to Pods that are ready.

Each connection has a websocket and a thread of its own.
"""

import errno
import select
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from ssl import SSLSocket
from typing import Any

from websocket import ABNF, WebSocketException

from kompyle.cluster.app import Part
from kompyle.cluster.channels import opened
from kompyle.cluster.containers import is_ready, pods_of
from kompyle.cluster.deployed import APIS, Deployed, resource, selector_of
from kompyle.cluster.target import Place
from kompyle.cluster.transport import LoginError
from kompyle.cluster.watching import Subject, Watching
from kompyle.errors import ClusterError, UsageError

_DATA = 0
_CHUNK = 4096
_WAITING, _QUIET = 30.0, 10.0
"""Seconds that a connection waits for a Pod, and that an answer may pause at its end.

A websocket cannot say that only one direction has ended.
"""

_LOOK = 0.5
_ABSENT = frozenset((errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT))
_WORDS = {
    errno.EADDRINUSE: "it is in use",
    errno.EACCES: "only root may open it",
}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Forward:
    """A port of a service's container, and its number here; 0 is any that is free."""

    part: Part
    local: int
    target: int


@dataclass(frozen=True, slots=True)
class Open:
    """A forward that listens; ``local`` is the number that it got."""

    forward: Forward
    local: int
    sockets: Sequence[socket.socket]


def listening(forwards: Sequence[Forward], address: str) -> list[Open]:
    """Open all ports here, or none: ClusterError names those that are taken."""
    faults: list[tuple[Forward, OSError]] = []
    found = []
    hosts = _hosts(address)
    with ExitStack() as stack:
        for forward in forwards:
            try:
                found.append(_listening(forward, hosts, stack))
            except OSError as error:
                faults.append((forward, error))
        if faults:
            raise _refusal(faults)
        stack.pop_all()
    return found


_Hosts = Collection[tuple[socket.AddressFamily, str]]


_LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""What localhost is, as docker has it, even where a name of it is missing."""


def _hosts(address: str) -> _Hosts:
    if address == "localhost":
        return _LOOPBACK
    try:
        found = socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is no name of a host"
        fact = f"--address {address!r}: {why}"
        raise UsageError(f"{fact}; name an address of this machine") from error
    return dict.fromkeys((family, str(host[0])) for family, *_, host in found)


def _listening(forward: Forward, where: _Hosts, stack: ExitStack) -> Open:
    sockets: list[socket.socket] = []
    local = forward.local
    for family, host in where:
        try:
            made = socket.create_server((host, local), family=family)
        except OSError as error:
            if error.errno in _ABSENT and (sockets or len(where) > 1):
                continue
            raise
        sockets.append(stack.enter_context(made))
        local = made.getsockname()[1]
    return Open(forward, local, sockets)


def _refusal(faults: Sequence[tuple[Forward, OSError]]) -> ClusterError:
    told = [
        f"port {forward.local} of this machine cannot be opened for "
        f"{forward.part.service}: {_WORDS.get(error.errno or 0, error.strerror)}"
        for forward, error in faults
    ]
    first, _ = faults[0]
    other = f"{first.part.service}:{first.local % 10000 + 10000}:{first.target}"
    way_out = f"choose another number, as in `kompyle port-forward {other}`"
    return ClusterError(f"{'; '.join(told)}; {way_out}", 1)


def forward_all(found: Deployed, ports: Sequence[Open], say: Say) -> None:
    """Serve connections until the process is interrupted."""
    place = found.place
    subject = Subject(APIS["Pod"], "Pod", labels=selector_of(found.app.name))
    with Watching(place.api, place.namespace, [subject]) as watching:
        for port in ports:
            line = _Line(place, watching, port.forward, say)
            for listener in port.sockets:
                threading.Thread(
                    target=line.accept, args=(listener,), daemon=True
                ).start()
        while True:
            time.sleep(_LOOK)


def accepted(listener: socket.socket) -> Iterator[socket.socket]:
    """Yield connections until the listener is closed, whatever becomes of one."""
    while listener.fileno() >= 0:
        try:
            local, _ = listener.accept()
        except OSError:
            time.sleep(_LOOK)  # too many files are open, or the caller has gone
        else:
            yield local


@dataclass(slots=True)
class _Line:
    """One forward, and the Pod that it leads to now."""

    place: Place
    watching: Watching
    forward: Forward
    say: Say
    _pod: str = ""
    _told: set[str] = field(default_factory=set)

    def accept(self, listener: socket.socket) -> None:
        for local in accepted(listener):
            threading.Thread(target=self._serve, args=(local,), daemon=True).start()

    def _serve(self, local: socket.socket) -> None:
        with local:
            remote = self._opened()
            if remote is None:
                return
            try:
                self._tell(_Pipe(local, remote).until_closed())
            finally:
                with suppress(WebSocketException, OSError):
                    remote.close(timeout=1)

    def _opened(self) -> Any:  # noqa: ANN401 - the client's
        """Open the port of a Pod that is ready; of another, if one has just gone."""
        end = time.monotonic() + _WAITING
        told = "no Pod is ready"
        for pod in self._ready(end):
            try:
                return self._connected(pod)
            except ClusterError as error:
                told = str(error)
                if isinstance(error, LoginError) or "may not" in told:
                    break
            time.sleep(_LOOK)
        self._tell(told)
        return None

    def _connected(self, pod: str) -> Any:  # noqa: ANN401
        path = f"{resource('Pod').path(self.place.namespace, pod)}/portforward"
        query = [("ports", str(self.forward.target))]
        return opened(self.place.api, path, query)

    def _ready(self, end: float) -> Iterator[str]:
        """Yield the Pod to connect to, again and again: the same as long as it can."""
        while time.monotonic() < end:
            pods = pods_of(self.forward.part, self.watching.items("Pod"))
            container = self.forward.part.container
            names = [
                pod["metadata"]["name"] for pod in pods if is_ready(pod, container)
            ]
            if not names:
                time.sleep(_LOOK)
                continue
            if self._pod not in names:
                if self._pod:
                    self.say(f"{self.forward.part.service}: goes to {names[-1]} now")
                self._pod = names[-1]
            yield self._pod

    def _tell(self, fault: str) -> None:
        """Tell a fault, but each only once."""
        if fault and fault not in self._told:
            self._told.add(fault)
            name = f"{self.forward.part.service}:{self.forward.target}"
            self.say(f"{name}: {fault}")


class _Pipe:
    """Carries bytes both ways between a socket here and a websocket."""

    def __init__(self, local: socket.socket, remote: Any) -> None:  # noqa: ANN401
        self._local = local
        self._remote = remote
        self._left = b""
        self._has_ended = False
        self._begun: set[int] = set()
        self._fault = ""

    def until_closed(self) -> str:
        """Carry on until an end closes; return what the node has to complain of."""
        last = time.monotonic()
        try:
            while not (self._has_ended and time.monotonic() - last > _QUIET):
                ready = self._ready()
                own = ready.get(self._remote.sock.fileno(), 0)
                if own & ~select.POLLOUT:
                    last = time.monotonic()
                    if not self._receive():
                        break
                if own & select.POLLOUT:
                    self._remote.send(self._left, opcode=ABNF.OPCODE_BINARY)
                    self._left = b""
                if self._local.fileno() in ready:
                    last = time.monotonic()
                    self._read()
        except (WebSocketException, OSError):
            return self._fault  # an end is gone
        return self._fault

    def _ready(self) -> dict[int, int]:
        remote = self._remote.sock
        if isinstance(remote, SSLSocket) and remote.pending():
            return {remote.fileno(): select.POLLIN}
        found = select.poll()
        found.register(remote, select.POLLIN | (select.POLLOUT if self._left else 0))
        if not (self._has_ended or self._left):
            found.register(self._local, select.POLLIN)
        return dict(found.poll(_LOOK * 1000))

    def _read(self) -> None:
        data = self._local.recv(_CHUNK)
        self._has_ended = not data
        self._left = bytes([_DATA]) + data if data else b""

    def _receive(self) -> bool:
        """Take a frame; say whether there may be more."""
        kind, frame = self._remote.recv_data_frame(control_frame=True)
        if kind == ABNF.OPCODE_CLOSE:
            return False
        if kind in {ABNF.OPCODE_PING, ABNF.OPCODE_PONG} or not frame.data:
            return True
        channel, data = frame.data[0], frame.data[1:]
        if channel not in self._begun:
            self._begun.add(channel)  # the first frame of each tells the port
        elif channel == _DATA:
            self._local.sendall(data)
        else:
            self._fault += data.decode("utf-8", "replace")
        return True
