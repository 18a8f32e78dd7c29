"""How many requests may be under way at once: fewer when the server is busy."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_ENOUGH = 20
"""So many good answers earn one more request at a time."""


class Slots:
    """Additive increase, multiplicative decrease; for any number of threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = most
        self._used = 0
        self._good = 0
        self._lowered = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def one(self) -> Iterator[float]:
        """Take a slot, when there is one; the value is when it was taken."""
        with self._changed:
            self._changed.wait_for(lambda: self._used < self.limit)
            self._used += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._used -= 1
                self._changed.notify()

    def busy(self, since: float) -> None:
        """Note that the server had too much of a request that began at *since*.

        Those that were under way together halve the limit once.
        """
        with self._changed:
            if since >= self._lowered:
                self.limit = max(1, self.limit // 2)
                self._lowered = time.monotonic()
            self._good = 0

    def good(self) -> None:
        with self._changed:
            self._good += 1
            if self._good >= _ENOUGH and self.limit < self.most:
                self._good = 0
                self.limit += 1
                self._changed.notify()
