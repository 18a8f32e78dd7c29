"""What people read: results on standard output, diagnostics and sums on the other."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from kompyle.diagnostics import Diagnostic, Severity, in_order
from kompyle.errors import EmitError

_COLORS = {Severity.ERROR: 31, Severity.WARNING: 33, Severity.NOTE: 36}
_FEW = {Severity.WARNING: 3, Severity.NOTE: 1}
"""So many findings that say the same are told one by one; more become a count."""

_MOST = {Severity.WARNING: 10, Severity.NOTE: 5}
"""So many different things are told of one code; the rest becomes a count."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Voice:
    """How much is said, and whether in colours (auto, always, never)."""

    quiet: bool = False
    verbose: bool = False
    color: str = "auto"

    @property
    def is_colored(self) -> bool:
        return self._is_colored(sys.stderr)

    @property
    def is_colored_out(self) -> bool:
        """Whether results, on standard output, are in colours."""
        return self._is_colored(sys.stdout)

    def _is_colored(self, stream: TextIO | None) -> bool:
        if self.color != "auto":
            return self.color == "always"
        is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not is_plain and stream is not None and stream.isatty()


def show(text: str) -> None:
    """Print a result: UTF-8 wherever we are, as those who read it expect."""
    if not sys.stdout:
        raise EmitError("standard output is closed")
    try:
        sys.stdout.flush()
        _write(sys.stdout.buffer, text.encode("utf-8", "surrogateescape"))
    except BrokenPipeError as error:
        message = "the output was closed before everything was written"
        raise EmitError(message) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EmitError(f"cannot write to standard output: {reason}") from error


def _write(stream: BinaryIO, data: bytes) -> None:
    """Write all of it: with PYTHONUNBUFFERED a stream may take a part at a time."""
    left = memoryview(data)
    while left:
        left = left[stream.write(left) or 0 :]
    stream.flush()


def conclude(
    project: str, done: str, diagnostics: Iterable[Diagnostic], voice: Voice
) -> None:
    """Say what was found, then in one line what was done."""
    found = list(diagnostics)
    untold = tell(found, voice)
    if voice.quiet:
        return
    counts = filter(None, (_count(found, severity) for severity in Severity))
    said = ", ".join(counts) or "nothing to note"
    hint = " (-v shows each)" if untold else ""
    _say(f"{_visible(project or 'kompyle')}: {_visible(done)}; {said}{hint}\n")


def tell(diagnostics: Iterable[Diagnostic], voice: Voice) -> int:
    """Say what was found, errors first, and each in the order of the files' lines.

    Return how many findings were merely counted.
    """
    untold = 0
    found = in_order(diagnostics)
    for severity in Severity:
        ours = [item for item in found if item.severity is severity]
        if severity is Severity.ERROR or voice.verbose:
            _say("".join(_line(item, voice) for item in ours))
        elif not voice.quiet:
            untold += _tell_folded(ours, severity, voice)
    return untold


def _tell_folded(found: list[Diagnostic], severity: Severity, voice: Voice) -> int:
    """Tell what says the same once, with a count, code after code."""
    by_code: dict[str, dict[str, list[Diagnostic]]] = {}
    for item in found:
        by_code.setdefault(item.code, {}).setdefault(item.message, []).append(item)
    untold = 0
    for code, by_message in by_code.items():
        groups = list(by_message.values())
        for group in groups[: _MOST[severity]]:
            is_few = len(group) <= _FEW[severity]
            shown, more = (group, 0) if is_few else (group[:1], len(group) - 1)
            _say("".join(_line(item, voice, more) for item in shown))
            untold += more
        rest = sum(map(len, groups[_MOST[severity] :]))
        if rest:
            _say(f"{_colored(f'{severity}[{code}]', severity, voice)}: {rest} more\n")
            untold += rest
    return untold


def _line(found: Diagnostic, voice: Voice, more: int = 0) -> str:
    word = f"{found.severity}[{found.code}]"
    text = _visible(str(found)) + (f" (and {more} more like it)" if more else "")
    text = text.replace(word, _colored(word, found.severity, voice), 1)
    return f"{text}\n" + (f"    {_visible(found.help)}\n" if found.help else "")


def _colored(word: str, severity: Severity, voice: Voice) -> str:
    return f"\x1b[1;{_COLORS[severity]}m{word}\x1b[0m" if voice.is_colored else word


def _visible(text: str) -> str:
    """Write what would move the cursor, or end the line, as an escape."""
    return _UNPRINTABLE.sub(
        lambda found: found[0].encode("unicode_escape").decode(), text
    )


def _count(found: Iterable[Diagnostic], severity: Severity) -> str:
    number = sum(item.severity is severity for item in found)
    return f"{number} {severity}{'' if number == 1 else 's'}" if number else ""


def _say(text: str) -> None:
    if text and sys.stderr:
        sys.stderr.write(text)
        sys.stderr.flush()
