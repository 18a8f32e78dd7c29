"""A handle to stop a run from outside: no new work begins, what was begun ends."""

import threading


class Cancel:
    """Whether a run is to stop; any thread may say so, and any may wait for it."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def cancel(self) -> None:
        self._asked.set()

    @property
    def is_asked(self) -> bool:
        return self._asked.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, unless the run is to stop; return whether it is."""
        return self._asked.wait(seconds)
