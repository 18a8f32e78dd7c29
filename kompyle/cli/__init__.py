"""The command line: parse arguments, call the library, show the outcome."""

import gc
import os
import signal
import sys
from contextlib import suppress

_DONE, _FAILED, _USAGE, _INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run one command; the process ends with its exit code."""
    gc.disable()  # one short run: its memory goes back when the process ends
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = _run()
    except KeyboardInterrupt:
        code = _told(_INTERRUPTED, "interrupted")
    except OSError as error:
        code = _told(_FAILED, (error.strerror or str(error)).lower())
    # All is written by now; to take the objects apart first would take a while.
    os._exit(code)


def _run() -> int:
    from kompyle.cli.app import app
    from kompyle.errors import ClusterError, KompyleError, UsageError

    try:
        app(prog_name="kompyle")
    except UsageError as error:
        return _told(_USAGE, str(error))
    except ClusterError as error:
        return _told(error.code, str(error))
    except KompyleError as error:
        return _told(_FAILED, str(error))
    except SystemExit as end:
        if end.code == _INTERRUPTED:  # so Typer answers to Ctrl-C
            raise KeyboardInterrupt from end
        return end.code if isinstance(end.code, int) else _DONE
    return _DONE


def _told(code: int, message: str) -> int:
    """Say one line, if there is anybody to say it to."""
    if sys.stderr:
        with suppress(OSError):
            sys.stderr.write(f"kompyle: {message}\n")
            sys.stderr.flush()
    return code
