"""Ctrl-C: the first one lets what was begun end, the second one ends at once."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompyle.cluster.cancel import Cancel

_INTERRUPTED = 130
_SHOW_CURSOR = "\x1b[?25h"
"""The board hides it."""


@contextmanager
def stoppable() -> Iterator["Cancel"]:
    """Yield a handle that Ctrl-C, or a polite kill, cancels."""
    from kompyle.cluster.cancel import Cancel

    cancel = Cancel()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_asked:
            if sys.stderr.isatty():
                sys.stderr.write(_SHOW_CURSOR)
                sys.stderr.flush()
            os._exit(_INTERRUPTED)
        cancel.cancel()

    before = {sign: signal.signal(sign, stop) for sign in _SIGNALS}
    try:
        yield cancel
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)
