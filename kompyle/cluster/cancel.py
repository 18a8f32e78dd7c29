"""A handle to stop a run from outside: no new work begins, what was begun ends."""

import threading


class Cancel:
    """Whether a run is to stop; any thread may say so, and any may wait for it.

    A signal may say so, too, and come in the middle of a wait of the same thread: so
    the lock is one that a thread can take twice, as that of an Event is not.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._is_asked = False

    def cancel(self) -> None:
        self._is_asked = True
        with self._changed:
            self._changed.notify_all()

    @property
    def is_asked(self) -> bool:
        return self._is_asked

    def wait(self, seconds: float) -> bool:
        """Sleep, unless the run is to stop; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_asked, seconds)
