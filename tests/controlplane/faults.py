"""What can go wrong between a client and the API server, and when it does."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock


@dataclass(slots=True)
class Request:
    """A request as the proxy saw it; ``status`` is 0 while there is no answer."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes = b""
    status: int = 0

    @property
    def is_dry_run(self) -> bool:
        return "dryRun" in self.query

    @property
    def is_watch(self) -> bool:
        return "watch" in self.query

    @property
    def is_write(self) -> bool:
        """Whether it is to change something: questions are asked with POST, too."""
        is_question = "/authorization.k8s.io/" in self.path
        return self.method != "GET" and not (self.is_dry_run or is_question)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the client gets instead of the server's answer.

    Without a status the connection is cut; ``is_late`` cuts it when the server has
    done its part, ``is_partial`` when one chunk of the answer has come.
    """

    status: int = 0
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    is_late: bool = False
    text: str = ""
    is_partial: bool = False

    @property
    def answer(self) -> bytes:
        body = (self.text or json.dumps(_status(self))).encode()
        lines = [f"HTTP/1.1 {self.status} Fault", "Content-Type: application/json"]
        length = f"Content-Length: {len(body)}"
        if self.is_partial:
            length, body = "Transfer-Encoding: chunked", _chunk(body)
        lines += [length]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _status(fault: Fault) -> Mapping[str, object]:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": fault.message,
        "reason": fault.reason,
        "code": fault.status,
    }


RESET = Fault()
CUT = Fault(is_late=True)
BUSY = Fault(429, "too many requests", {"Retry-After": "1"}, "TooManyRequests")
DOWN = Fault(503, "the server is currently unable to handle the request")
LEADER = Fault(500, "etcdserver: leader changed")
WEBHOOK = Fault(
    500, 'Internal error occurred: failed calling webhook "w": connection refused'
)
GONE = Fault(410, "too old resource version: 1 (2)", reason="Expired")
EXPIRED = Fault(
    200, text=json.dumps({"type": "ERROR", "object": {"kind": "Status", "code": 410}})
)
"""A watch that ends with an event: too old."""

Trouble = Callable[[Request], Fault | None]


def at_rate(rate: float, seed: int = 1) -> Trouble:
    """Spoil this part of all requests; which ones, the seed says, whoever comes first.

    The same request that is sent again is another throw of the dice.
    """
    seen: Counter[str] = Counter()
    lock = Lock()

    def trouble(request: Request) -> Fault | None:
        name = f"{request.method} {request.path} {sorted(request.query)}"
        with lock:
            seen[name] += 1
            thrown = sha256(f"{seed} {seen[name]} {name}".encode()).digest()
        if int.from_bytes(thrown[:4]) / 2**32 >= rate:
            return None
        faults = _OF_WATCHES if request.is_watch else _OF_REQUESTS
        return faults[thrown[4] % len(faults)]

    return trouble


_OF_REQUESTS = (BUSY, DOWN, RESET, CUT, LEADER)
_OF_WATCHES = (BUSY, DOWN, RESET, GONE, EXPIRED)


def refusing(pattern: str, fault: Fault, times: float = float("inf")) -> Trouble:
    """Spoil the requests whose line, as ``GET /api?a=b``, the pattern is in."""
    wanted = re.compile(pattern)
    left = iter(range(int(times))) if times != float("inf") else None

    def trouble(request: Request) -> Fault | None:
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        if not wanted.search(f"{request.method} {request.path}?{query}"):
            return None
        return fault if left is None or next(left, None) is not None else None

    return trouble


def first_of(troubles: Sequence[Trouble]) -> Trouble:
    """Have the first trouble that has something against a request."""

    def trouble(request: Request) -> Fault | None:
        found = (fault for each in troubles if (fault := each(request)))
        return next(found, None)

    return trouble


def none(_request: Request) -> None:
    """Spoil nothing."""
