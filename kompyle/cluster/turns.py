"""Renew credentials in one thread at a time; whoever waited shares how that failed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock: what fails under it fails for all who waited, and is tried once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._last: Exception | None = None

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a turn, or raise what has failed while one waited for it."""
        before = self._failures
        with self._lock:
            if self._last and self._failures != before:
                raise self._last
            try:
                yield
            except Exception as error:
                self._last = error
                self._failures += 1
                raise
            self._last = None
