"""``kompyle logs``: what services print, merged, each line with its service."""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Named, Where
from kompyle.cli.reaching import chosen, reach
from kompyle.cli.running import LongChoice, Reading, Running
from kompyle.errors import EmitError, UsageError

if TYPE_CHECKING:
    from kompyle.cluster.logs import Line, Range, Source

_COLORS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
"""The colours of docker compose, in its order."""

_BLOCK = 1000
_CUT = 5


def logs(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: LongChoice,
    where: Where,
    named: Named,
    reading: Reading,
    services: Running = None,
    follow: Annotated[
        bool, typer.Option("-f", "--follow", help="Go on with what is printed.")
    ] = False,
) -> None:
    """Show what the containers of services print."""
    wanted = _range(reading)
    if follow and wanted.previous:
        raise UsageError("--previous has ended; it cannot be followed with -f")
    found = reach(context, choice, where, named)
    parts = chosen(found, services)
    from kompyle.cluster.cancel import Cancel
    from kompyle.cluster.following import followed
    from kompyle.cluster.logs import Logs, sources

    every = sources(parts, found.pods)
    painter = _Painter(reading)
    painter.meet(every)
    if follow:
        lines = followed(found, parts, wanted, Cancel(), _say)
        _write(painter.painted(lines))
        return
    if not every:
        _refuse_silence(found.app.name, services)
    notes: list[str] = []
    reader = Logs(found.place, notes.append)
    _write(_blocks(painter.painted(reader.merged(every, wanted))))
    for note in notes:
        _say(note)
    if reader.is_cut:
        raise typer.Exit(_CUT)


def _say(note: str) -> None:
    if sys.stderr:
        sys.stderr.write(f"{note}\n")
        sys.stderr.flush()


def _range(reading: Reading) -> "Range":
    from kompyle.cluster.logs import Range

    tail = None
    if reading.tail != "all":
        if not reading.tail.isdecimal():
            raise UsageError(f"--tail {reading.tail}: expected a number or all")
        tail = int(reading.tail)
    seconds, since = _since(reading.since)
    return Range(tail, seconds, since, reading.previous)


def _since(text: str | None) -> tuple[int | None, str]:
    """Read a time of day, or how long ago it is, in seconds."""
    from kompyle.cli.target import duration

    if text is None:
        return None, ""
    try:
        moment = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return max(1, round(duration(text, "--since"))), ""
    return None, moment.isoformat()


def _refuse_silence(project: str, services: list[str] | None) -> None:
    from kompyle.cluster.outcome import Code
    from kompyle.errors import ClusterError

    names = ", ".join(services or ()) or f"project {project}"
    fact = f"{names} has no Pods, so there is nothing to read"
    raise ClusterError(f"{fact}; `kompyle ps -a` shows why", Code.FAILED)


class _Painter:
    """Writes lines with the names of their services before them."""

    def __init__(self, reading: Reading) -> None:
        is_plain = reading.no_color or os.environ.get("NO_COLOR")
        self._is_colored = sys.stdout.isatty() and not is_plain
        self._reading = reading
        self._pods: dict[str, dict[str, None]] = {}
        self._width = 0

    def meet(self, sources: "Iterable[Source]") -> None:
        """Take note of who will speak, for columns that stay."""
        found = list(sources)
        for source in found:
            self._pods.setdefault(source.service, {})[source.pod] = None
        self._width = max([self._width, *(len(self._name(item)) for item in found)])

    def painted(self, lines: "Iterable[Line]") -> Iterator[str]:
        for line in lines:
            self.meet([line.source])
            stamp = f"{line.stamp} " if self._reading.timestamps else ""
            yield f"{self._prefix(line.source)}{stamp}{line.text}\n"

    def _prefix(self, source: "Source") -> str:
        if self._reading.no_log_prefix:
            return ""
        text = f"{self._name(source):<{self._width}}  | "
        if not self._is_colored:
            return text
        number = list(self._pods).index(source.service)
        return f"\x1b[{_COLORS[number % len(_COLORS)]}m{text}\x1b[0m"

    def _name(self, source: "Source") -> str:
        """Name the service; where it has several Pods, the Pod, too."""
        is_alone = len(self._pods[source.service]) == 1
        suffix = "" if is_alone else f"-{source.pod.rpartition('-')[2]}"
        helper = "" if source.is_main else f"/{source.container}"
        return f"{source.service}{suffix}{helper}"


def _blocks(texts: Iterable[str]) -> Iterator[str]:
    """Join lines that are all there, to write many at once."""
    left = iter(texts)
    while block := "".join(islice(left, _BLOCK)):
        yield block


def _write(texts: Iterable[str]) -> None:
    """Print as it comes; who reads no further, as ``head``, has had enough."""
    from kompyle import console

    try:
        for text in texts:
            console.show(text)
    except EmitError as error:
        if isinstance(error.__cause__, BrokenPipeError):
            raise typer.Exit from None
        raise
