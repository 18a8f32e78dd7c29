"""A command on a terminal: what the screen shows, and every picture before."""

import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pyte

PATIENCE = 120.0
_THINKING = 1.0


@dataclass(frozen=True)
class Shown:
    """The screen at the end, each one before it with its time, and the exit code."""

    screen: list[str]
    pictures: list[tuple[float, list[str]]]
    code: int


def on_a_terminal(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    size: tuple[int, int] = (100, 30),
    answer: tuple[str, str] | None = None,
) -> Shown:
    """Run the command on a terminal of so many columns and lines.

    An *answer* is typed a second after the text before it stands on the screen.
    """
    ours, theirs = pty.openpty()
    columns, lines = size
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    kept = {k: v for k, v in environment.items() if k not in {"COLUMNS", "LINES"}}
    program = subprocess.Popen(
        [sys.executable, "-m", "kompyle", *arguments],
        cwd=folder,
        env={**kept, "TERM": "xterm-256color"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_the_terminal,  # noqa: PLW1509 - no threads here
    )
    os.close(theirs)
    pictures = list(_pictures(ours, pyte.Screen(columns, lines), answer))
    os.close(ours)
    code = program.wait(PATIENCE)
    return Shown(pictures[-1][1] if pictures else [], pictures, code)


def _take_the_terminal() -> None:
    """Make it the program's own: Ctrl-C is a signal then."""
    ioctl(0, termios.TIOCSCTTY, 0)


def _pictures(
    source: int, screen: pyte.Screen, answer: tuple[str, str] | None
) -> Iterator[tuple[float, list[str]]]:
    """Yield what the screen shows, whenever it has changed."""
    asked: float | None = None
    stream = pyte.ByteStream(screen)
    before: list[str] = []
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        readable, _, _ = select.select([source], [], [], 0.2)
        if answer and asked and time.monotonic() - asked > _THINKING:
            os.write(source, answer[1].encode())
            answer = None
        try:
            data = os.read(source, 65536) if readable else b""
        except OSError:  # the other end is closed
            return
        stream.feed(data)
        shown = [line.rstrip() for line in screen.display if line.strip()]
        if shown != before:
            before = shown
            yield time.monotonic(), shown
        if answer and not asked and any(answer[0] in line for line in shown):
            asked = time.monotonic()
