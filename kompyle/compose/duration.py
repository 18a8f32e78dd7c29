"""Read and write durations such as `1m30s`, in nanoseconds."""

import re

_SECOND = 10**9
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,  # micro sign
    "\u03bcs": 10**3,  # Greek mu
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
    "d": 24 * 3600 * _SECOND,
    "w": 7 * 24 * 3600 * _SECOND,
}
_SMALL_UNITS = (("ns", 1), ("\u00b5s", 10**3), ("ms", 10**6))
_RANGE = range(-(2**63), 2**63)
_LONGEST_NUMBER = len(str(2**63))

_PIECE = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
_WORD = re.compile(r"[^\W\d_]+")
_UNIT_BY_WORD = {
    word: unit
    for unit, words in {
        "ms": "msec msecs milli millis millisecond milliseconds",
        "s": "sec secs second seconds",
        "m": "min mins minute minutes",
        "h": "hr hrs hour hours",
        "d": "day days",
        "w": "week weeks wk wks",
    }.items()
    for word in words.split()
}
_FORM = 'a number and a unit each, as in "1m30s"; units are ns, us, ms, s, m, h, d, w'


def parse(text: str) -> int:
    """Return the nanoseconds."""
    try:
        return _nanoseconds(text)
    except ValueError as error:
        raise ValueError(f"{error}; write {_suggestion(text) or _FORM}") from None


def render(nanoseconds: int) -> str:
    """Write hours, minutes and seconds, or one smaller unit: `1h0m0s`, `1.5ms`."""
    sign, rest = ("-" if nanoseconds < 0 else ""), abs(nanoseconds)
    if rest == 0:
        return "0s"
    if rest < _SECOND:
        unit, size = [each for each in _SMALL_UNITS if each[1] <= rest][-1]
        return f"{sign}{_decimal(rest, size)}{unit}"
    minutes, rest = divmod(rest, 60 * _SECOND)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{_decimal(rest, _SECOND)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _nanoseconds(text: str) -> int:
    unsigned = text[1:] if text[:1] in ("-", "+") else text
    if unsigned == "0":
        return 0
    if not unsigned:
        raise ValueError(f'"{text}" is not a duration')
    total, position = 0, 0
    while position < len(unsigned):
        piece = _PIECE.match(unsigned, position)
        assert piece  # the pattern matches anything
        total += _piece(text, *piece.groups(default=""))
        position = piece.end()
    total = -total if text[0] == "-" else total
    if total not in _RANGE:
        raise ValueError(f'"{text}" is longer than 292 years')
    return total


def _piece(text: str, whole: str, fraction: str, unit: str) -> int:
    if not whole and not fraction:
        raise ValueError(f'"{text}" is not a duration')
    if not unit:
        raise ValueError(f'"{text}" has a number without a unit')
    if unit not in _UNITS:
        raise ValueError(f'unknown unit "{unit}" in duration "{text}"')
    significant = whole.lstrip("0") or "0"
    if len(significant) > _LONGEST_NUMBER:
        raise ValueError(f'"{text}" is longer than 292 years')
    return int(significant) * _UNITS[unit] + _fraction(fraction, _UNITS[unit])


def _fraction(digits: str, size: int) -> int:
    # Go reads as many digits as fit into 63 bits, then computes with floats.
    digits = digits[:_LONGEST_NUMBER]
    if digits and int(digits) > 2**63:
        digits = digits[:-1]
    return int(int(digits or 0) * (size / 10 ** len(digits)))


def _decimal(number: int, size: int) -> str:
    whole, rest = divmod(number, size)
    digits = str(rest + size)[1:].rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def _suggestion(text: str) -> str | None:
    """Write what was meant, if that can be told: `10s` for `10`, `10sec` or `10 s`."""
    compact = "".join(text.lower().replace(",", ".").split())
    meant = _WORD.sub(lambda word: _UNIT_BY_WORD.get(word[0], word[0]), compact)
    meant = f"{meant}s" if meant.isdecimal() else meant
    try:
        _nanoseconds(meant)
    except ValueError:
        return None
    return f'"{meant}"'
