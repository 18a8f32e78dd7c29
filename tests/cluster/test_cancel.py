"""A run can be stopped at any moment, also by a signal that interrupts a wait."""

import signal
import threading
import time
from types import FrameType

from kompyle.cluster.cancel import Cancel


def test_a_signal_in_the_middle_of_a_look() -> None:
    """It is handled by the thread that has the lock just then."""
    cancel = Cancel()

    def stop(_number: int, _frame: FrameType | None) -> None:
        cancel.cancel()

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        with cancel._changed:
            signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert cancel.is_asked
    assert cancel.wait(60.0)


def test_whoever_waits_is_woken() -> None:
    cancel = Cancel()
    started = time.monotonic()
    threading.Timer(0.1, cancel.cancel).start()
    assert cancel.wait(60.0)
    assert time.monotonic() - started < 30.0


def test_a_wait_ends_by_itself() -> None:
    assert not Cancel().wait(0.01)
