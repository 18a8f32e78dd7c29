"""The command line: parse arguments, call the library, show the outcome."""

import gc
import os
import signal
import sys
from contextlib import suppress

_FAILED, _USAGE, _INTERRUPTED = 1, 2, 130


def main() -> None:
    """Run one command; the process ends with its exit code."""
    gc.disable()  # one short run: its memory goes back when the process ends
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _run()
    except KeyboardInterrupt:
        _end(_INTERRUPTED, "interrupted")
    except OSError as error:
        _end(_FAILED, (error.strerror or str(error)).lower())


def _run() -> None:
    from kompyle.cli.app import app
    from kompyle.errors import KompyleError, UsageError

    try:
        app(prog_name="kompyle")
    except UsageError as error:
        _end(_USAGE, str(error))
    except KompyleError as error:
        _end(_FAILED, str(error))
    except SystemExit as end:
        if end.code == _INTERRUPTED:  # so Typer answers to Ctrl-C
            raise KeyboardInterrupt from end
        raise


def _end(code: int, message: str) -> None:
    """Say one line, and leave without touching a standard output that is gone."""
    if sys.stderr:
        with suppress(OSError):
            sys.stderr.write(f"kompyle: {message}\n")
            sys.stderr.flush()
    os._exit(code)
