"""The terminal, while what is typed belongs to a program elsewhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def raw(file: int) -> Iterator[None]:
    """Let every key through, Ctrl-C among them; as it was before at the end."""
    import termios
    import tty

    before = termios.tcgetattr(file)
    try:
        tty.setraw(file, termios.TCSADRAIN)  # what is typed already counts
        yield
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)


def size() -> tuple[int, int]:
    """Return columns and lines."""
    found = os.get_terminal_size(1)
    return found.columns, found.lines
