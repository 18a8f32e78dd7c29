"""The cluster that a command is told of, and the answers of whoever sits there."""

import re
import signal
import sys
from typing import TYPE_CHECKING

from kompyle.cli.options import Where
from kompyle.cli.running import Settling
from kompyle.errors import UsageError

if TYPE_CHECKING:
    from kompyle.cluster.guard import Caller
    from kompyle.cluster.target import Target

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")


def target(where: Where, namespace: str | None, concurrency: int = 16) -> "Target":
    from kompyle.cluster.target import Target

    if not 1 <= concurrency <= _MOST:
        raise UsageError(f"--concurrency {concurrency}: expected 1 to {_MOST}")
    seconds = duration(where.request_timeout, "--request-timeout")
    return Target(where.kubeconfig, where.kube_context, namespace, concurrency, seconds)


_MOST = 64


def duration(text: str, option: str) -> float:
    """Read a time such as ``90s``, ``10m`` or ``1h30m``, in seconds.

    >>> duration("1m30s", "--timeout"), duration("5", "--timeout")
    (90.0, 5.0)
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise UsageError(f"{option} {text!r}: expected a time such as 90s or 10m")
    return float(sum(float(number) * _UNITS[unit] for number, unit in parts))


def patience(settling: Settling) -> float | None:
    """Return how long to wait, in seconds; None is not at all."""
    seconds = duration(settling.timeout, "--timeout")
    return seconds if settling.wait else None


def caller(where: Where, *, agrees: bool) -> "Caller":
    from kompyle.cluster.guard import Caller

    return Caller(where.kube_context is not None, agrees, ask)


def ask(question: str) -> str | None:
    """Ask on the terminal; None if nobody sits there."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    sys.stderr.write(question)
    sys.stderr.flush()
    # Nothing is under way yet that Ctrl-C would have to let end.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return sys.stdin.readline().strip()
    finally:
        signal.signal(signal.SIGINT, before)
