"""Tell of a run on a terminal: one line for each service, which changes in place."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from kompyle.cli import narration
from kompyle.cluster.events import Event, Kind, Phase, What
from kompyle.console import Voice

_FRAMES = 8
"""Times a second that the board is drawn anew."""

_MARGIN = 4
_STYLES = {"ready": "green", "failed": "red"}
_SIGNS = {"ready": "✔", "failed": "✘"}


@contextmanager
def board(voice: Voice) -> Iterator[Callable[[Event], None]]:
    """Yield what is to be told of each event; at the end the board stays as it is.

    It is drawn from the first object on: what is asked before, can be read.
    """
    console = Console(stderr=True, highlight=False, no_color=not voice.is_colored)
    shown = _Board(console, voice)
    live = Live(
        get_renderable=shown.render,
        console=console,
        refresh_per_second=_FRAMES,
        redirect_stdout=False,
        redirect_stderr=False,
    )

    def tell(event: Event) -> None:
        if event.kind in {Kind.OBJECT, Kind.WORKLOAD} and not live.is_started:
            live.start()
        shown.tell(event)

    try:
        yield tell
        shown.is_over = True
        if live.is_started:
            live.refresh()
    finally:
        live.stop()
    for event in shown.later:
        narration.say(narration.text(event, voice) + "\n")


class _Board:
    """The rows by workload, and what is printed above and below them.

    One thread draws what others tell of: they share a lock, but for printing, which
    has a lock of its own.
    """

    def __init__(self, console: Console, voice: Voice) -> None:
        self._console = console
        self._voice = voice
        self._rows: dict[str, Event] = {}
        self._since: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._spinner = Spinner("dots")
        self._changing = threading.Lock()
        self.is_over = False
        self.later: list[Event] = []

    def tell(self, event: Event) -> None:
        if event.kind is Kind.WORKLOAD:
            self._place(event)
        elif event.kind in {Kind.FAILURE, Kind.PROBLEM, Kind.SUMMARY}:
            self.later.append(event)
        elif event.kind is Kind.OBJECT and event.phase is not Phase.PLAN:
            self._count(event)
        else:
            above = narration.text(event, self._voice)
            self._console.print(Text(above), soft_wrap=True)

    def _place(self, event: Event) -> None:
        now = time.monotonic()
        with self._changing:
            self._rows[event.name] = event
            self._since.setdefault(event.name, now)
            self._done.pop(event.name, None)
            if event.status in _STYLES:
                self._done[event.name] = now

    def _count(self, event: Event) -> None:
        with self._changing:
            self._counts[event.status] = self._counts.get(event.status, 0) + 1
        if event.status in {What.KEPT, What.FOREIGN, What.DELETED}:
            self._console.print(Text(narration.text(event, self._voice)))

    def render(self) -> RenderableType:
        with self._changing:
            return self._rendered()

    def _rendered(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for width in (2, None, None):
            table.add_column(no_wrap=True, min_width=width, overflow="ellipsis")
        table.add_column(justify="right", no_wrap=True)
        rows, hidden = self._visible()
        for event in rows:
            table.add_row(*self._cells(event))
        counts = ", ".join(f"{number} {what}" for what, number in self._counts.items())
        parts: list[RenderableType] = [Text(counts, style="dim")] if counts else []
        if rows:
            parts.append(table)
        if hidden:
            parts.append(Text(f"  … {hidden} more", style="dim"))
        return Group(*parts)

    def _visible(self) -> tuple[list[Event], int]:
        """Return what fits on the screen: first of all what does not work yet."""
        room = max(1, self._console.height - _MARGIN)
        rows = list(self._rows.values())
        if len(rows) <= room or self.is_over:
            return rows, 0
        ordered = sorted(rows, key=lambda event: event.status == "ready")
        return ordered[: room - 1], len(rows) - room + 1

    def _cells(self, event: Event) -> list[RenderableType]:
        sign: RenderableType = self._spinner
        style = _STYLES.get(event.status, "")
        if event.status in _SIGNS or self.is_over:
            sign = Text(_SIGNS.get(event.status, "…"), style=style)
        told = event.status if event.status in _STYLES else event.message
        end = self._done.get(event.name, time.monotonic())
        seconds = f"{end - self._since[event.name]:.1f}s"
        return [
            sign,
            Text(event.service or event.name),
            Text(told or event.reason, style=style),
            Text(seconds, style="dim"),
        ]
