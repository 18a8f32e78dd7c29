"""The command line: parse arguments, call the library, show the outcome."""

import gc
import os
import sys

from kompyle.errors import ComposeError, EmitError, UsageError

_FAILED, _USAGE, _INTERRUPTED = 1, 2, 130


def main() -> None:
    """Run one command; the process ends with its exit code."""
    gc.disable()  # one short run: its memory goes back when the process ends
    from kompyle.cli.app import app

    try:
        app(prog_name="kompyle")
        sys.stdout.flush()
    except KeyboardInterrupt:
        _end(_INTERRUPTED, "interrupted")
    except BrokenPipeError:
        _end(_FAILED, "the output was closed before everything was written")
    except OSError as error:
        _end(_FAILED, f"cannot write the output: {(error.strerror or '').lower()}")
    except UsageError as error:
        _end(_USAGE, str(error))
    except (ComposeError, EmitError) as error:
        _end(_FAILED, str(error))


def _end(code: int, message: str) -> None:
    """Say one line, and leave without touching a standard output that is gone."""
    sys.stderr.write(f"kompyle: {message}\n")
    sys.stderr.flush()
    os._exit(code)
