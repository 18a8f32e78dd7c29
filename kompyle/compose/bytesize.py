"""Read sizes such as `512m` or `1.5GiB`, in bytes."""

import re

from kompyle.compose import gotext

_UNIT = re.compile(r"b|([kmgtp])(?:i?b)?", re.IGNORECASE | re.ASCII)
_FACTORS = {unit: 1024**power for power, unit in enumerate("kmgtp", start=1)}
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_LARGEST = 2**63 - 1
_FORM = 'a number and one of the units b, k, m, g, t, p, as in "512m" or "1.5g"'


def parse(text: str) -> int:
    """Return the bytes; only a number without a unit may be negative."""
    try:
        return _bytes(text)
    except ValueError as error:
        raise ValueError(f"{error}; write {_suggestion(text) or _FORM}") from None


def _bytes(text: str) -> int:
    if _INTEGER.fullmatch(text):
        return gotext.atoi(text)
    number, unit = _split(text)
    size = _number(number, text) * _factor(unit, text)
    if size < 0:
        raise ValueError(f'"{text}" is negative')
    if size > _LARGEST:
        raise ValueError(f'"{text}" does not fit into 64 bits')
    return int(size)


def _split(text: str) -> tuple[str, str]:
    """Cut behind the last digit or dot; one blank may stand between."""
    end = max(map(text.rfind, "0123456789. ")) + 1
    return text[:end].removesuffix(" "), text[end:]


def _number(number: str, text: str) -> float:
    try:
        return gotext.parse_float(number)
    except ValueError:
        raise ValueError(f'"{text}" is not a size') from None


def _factor(unit: str, text: str) -> int:
    if not unit:
        return 1
    known = _UNIT.fullmatch(unit)
    if known is None:
        raise ValueError(f'unknown unit "{unit}" in size "{text}"')
    return _FACTORS[known[1].lower()] if known[1] else 1


def _suggestion(text: str) -> str | None:
    """Write what was meant, if that can be told: `512MiB` for `512Mi`, as in pods."""
    compact = "".join(text.split()).replace(",", ".")
    return next(
        (f'"{each}"' for each in (compact, f"{compact}B") if _is_size(each)), None
    )


def _is_size(text: str) -> bool:
    try:
        _bytes(text)
    except ValueError:
        return False
    return True
