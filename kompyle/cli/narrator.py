"""Tell of a run: as lines, as events in JSON, or on a terminal in place."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kompyle.cli.options import Loudness, Narrated, Narration, Tone

if TYPE_CHECKING:
    from kompyle.cluster.events import Event
    from kompyle.console import Voice

_HEARTBEAT = 15.0


@contextmanager
def narrator(
    narration: Narration, tone: Loudness | Tone
) -> Iterator[Callable[["Event"], None]]:
    """Yield what is to be told of each event; threads take turns."""
    from kompyle.console import Voice

    voice = Voice(tone.quiet, color=tone.color.value)
    if narration.output is Narrated.JSON:
        yield _one_at_a_time(_json)
    elif tone.quiet:
        lines = _Lines(voice)
        yield _one_at_a_time(lines.failures_only)
    elif _is_terminal():
        from kompyle.cli.live import board

        with board(voice) as tell:
            yield _one_at_a_time(tell)
    else:
        lines = _Lines(voice)
        with lines.beating():
            yield _one_at_a_time(lines.tell)


def _is_terminal() -> bool:
    import os

    is_dumb = os.environ.get("TERM") == "dumb"
    return bool(sys.stderr) and sys.stderr.isatty() and not is_dumb


def _one_at_a_time(tell: Callable[["Event"], None]) -> Callable[["Event"], None]:
    lock = threading.Lock()

    def told(event: "Event") -> None:
        with lock:
            tell(event)

    return told


def _json(event: "Event") -> None:
    import json

    from kompyle import console

    console.show(json.dumps(event.data, separators=(",", ":")) + "\n")


class _Lines:
    """Lines with the time of day, whenever something changes."""

    def __init__(self, voice: "Voice") -> None:
        self._voice = voice
        self._last = time.monotonic()
        self._waits: dict[str, str] = {}

    def tell(self, event: "Event") -> None:
        from kompyle.cli import narration
        from kompyle.cluster.events import Kind

        if event.kind is Kind.WORKLOAD:
            self._waits[event.name] = event.message
            if event.status == "ready":
                del self._waits[event.name]
        text = narration.text(event, self._voice)
        if text:
            self._last = time.monotonic()
            moment = event.at.astimezone().strftime("%H:%M:%S")
            narration.say("".join(f"{moment} {line}\n" for line in text.splitlines()))

    def failures_only(self, event: "Event") -> None:
        from kompyle.cli import narration
        from kompyle.cluster.events import Kind

        if event.kind in {Kind.PROBLEM, Kind.FAILURE}:
            narration.say(narration.text(event, self._voice) + "\n")

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Say now and then what is waited for, so that a log shows life."""
        stop = threading.Event()
        thread = threading.Thread(target=self._beat, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()

    def _beat(self, stop: threading.Event) -> None:
        from kompyle.cli import narration

        while not stop.wait(1.0):
            if time.monotonic() - self._last < _HEARTBEAT or not self._waits:
                continue
            self._last = time.monotonic()
            names = ", ".join(sorted(self._waits)[:3])
            more = len(self._waits) - 3
            rest = f" and {more} more" if more > 0 else ""
            moment = time.strftime("%H:%M:%S")
            narration.say(f"{moment} still waiting for {names}{rest}\n")
