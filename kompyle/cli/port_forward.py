"""``kompyle port-forward``: bring the ports of services to this machine."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Choice, Named, Where
from kompyle.cli.reaching import part, reach
from kompyle.errors import UsageError

if TYPE_CHECKING:
    from kompyle.cluster.app import Part
    from kompyle.cluster.deployed import Deployed
    from kompyle.cluster.port_forward import Forward

_PORT = re.compile(r"(?P<service>[^:]+)(?::(?P<local>\d+))??(?::(?P<port>\d+))?")
_LAST = 65535


def port_forward(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    where: Where,
    named: Named,
    ports: Annotated[
        list[str] | None,
        typer.Argument(help="SERVICE[[:LOCAL]:PORT]; none is all that are published."),
    ] = None,
    address: Annotated[
        str, typer.Option("--address", help="Address to listen on.")
    ] = "localhost",
) -> None:
    """Bring the ports that Compose publishes to the same numbers here."""
    from kompyle import console

    asked = [_parsed(text) for text in ports or ()]
    found = reach(context, choice, where, named)
    from kompyle.cluster.port_forward import forward_all, listening

    forwards = list(_forwards(found, asked))
    if not forwards:
        raise UsageError(_nothing(found, [name for name, *_ in asked]))
    opened = listening(forwards, address)
    for port in opened:
        service, target = port.forward.part.service, port.forward.target
        console.show(f"{service}: {address}:{port.local} -> {target}\n")
    _tell_of_idle(found, forwards)
    forward_all(found, opened, _say)


_Asked = tuple[str, int | None, int | None]


def _parsed(text: str) -> _Asked:
    """Read a service, perhaps with a port, perhaps with a number here.

    >>> _parsed("web"), _parsed("web:80"), _parsed("web:8080:80")
    (('web', None, None), ('web', None, 80), ('web', 8080, 80))
    """
    found = _PORT.fullmatch(text)
    if not found:
        raise UsageError(
            f"{text!r}: expected SERVICE, SERVICE:PORT or SERVICE:LOCAL:PORT"
        )
    local, port = (int(found[key]) if found[key] else None for key in ("local", "port"))
    if port == 0 or max(local or 0, port or 0) > _LAST:
        raise UsageError(f"{text!r}: ports are 1 to {_LAST}")
    return found["service"], local, port


def _forwards(found: "Deployed", asked: Iterable[_Asked]) -> Iterator["Forward"]:
    from kompyle.cluster.port_forward import Forward

    chosen = [(part(found, name), local, port) for name, local, port in asked]
    for each, local, port in chosen or [(p, None, None) for p in found.parts.values()]:
        if port is None:
            yield from _published(each)
        else:
            here = _number_here(each, port) if local is None else local
            yield Forward(each, here, port)


def _published(part: "Part") -> Iterator["Forward"]:
    """Yield the ports that Compose published, as far as they can be brought."""
    from kompyle.cluster.port_forward import Forward

    for port in part.published:
        if port.protocol == "tcp":
            yield Forward(part, port.local, port.target)
        else:
            fact = f"port {port.local}/{port.protocol} stays in the cluster"
            _say(f"{part.service}: {fact}: Kubernetes forwards TCP only")


def _number_here(part: "Part", port: int) -> int:
    """Return the number that Compose published a port under, or the same."""
    known = (item.local for item in part.published if item.target == port)
    return next(known, port)


def _nothing(found: "Deployed", names: list[str]) -> str:
    who = ", ".join(names) or f"project {found.app.name}"
    way_out = "name one, as in `kompyle port-forward SERVICE:LOCAL:PORT`"
    return f"{who} publishes no port that can be forwarded; {way_out}"


def _tell_of_idle(found: "Deployed", forwards: Iterable["Forward"]) -> None:
    from kompyle.cluster.containers import is_ready

    parts = {forward.part.service: forward.part for forward in forwards}
    for name, each in parts.items():
        if not any(is_ready(pod, each.container) for pod in found.pods_of(each)):
            _say(f"{name}: no Pod is ready; connections wait for one")


def _say(text: str) -> None:
    if sys.stderr:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
