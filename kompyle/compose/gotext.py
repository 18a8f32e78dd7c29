"""Read and write numbers and truth values the way Go does, as Compose expects."""

import math
import re
import struct
from collections.abc import Callable

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_INTEGER_RANGE = range(-(2**63), 2**63)
_INTEGER_DIGITS = len(str(2**63))

_DIGITS = r"[0-9](?:_?[0-9])*+"
_DECIMAL = re.compile(
    rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?",
)
_HEX_DIGITS = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*+"
_HEXADECIMAL = re.compile(
    rf"[+-]?0[xX]_?(?:{_HEX_DIGITS}(?:\.(?:{_HEX_DIGITS})?)?|\.{_HEX_DIGITS})"
    rf"[pP][+-]?{_DIGITS}",
)
_NOT_FINITE = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE | re.ASCII)

# The plain form is for values from 0.0001 up to, but without, 1000000.
_PLAIN_EXPONENTS = range(-4, 6)
_FLOAT32_DIGITS = 9

_BOOLEANS = {"true": True, "false": False}
_YAML11_BOOLEANS = {
    "y": True,
    "yes": True,
    "on": True,
    "n": False,
    "no": False,
    "off": False,
}
_BOOLEAN_WORDS = _BOOLEANS | _YAML11_BOOLEANS


def text(value: object) -> str:
    """Return what Go prints for a value read from YAML; null prints as nothing."""
    match value:
        case str():
            return value if type(value) is str else str(value)
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return go_float(value)
        case _:
            return str(value)


def go_float(number: float) -> str:
    """Print the shortest digits that read back as the same number: `1e+06`, `0.5`."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    sign = "-" if number < 0 else ""
    digits, exponent = _shortest_digits(abs(number))
    return sign + _layout(digits, exponent)


def to_float32(number: float) -> float:
    """Round to 32 bits, and return the shortest decimal that means the same."""
    try:
        packed = struct.pack("<f", number)
    except OverflowError:
        raise ValueError(f"{go_float(number)} does not fit into 32 bits") from None
    if not math.isfinite(number):
        return number
    rounded: float = struct.unpack("<f", packed)[0]
    lengths = range(1, _FLOAT32_DIGITS + 1)
    candidates = (float(f"{rounded:.{digits}g}") for digits in lengths)
    return next(each for each in candidates if _packs_as(each, packed))


def atoi(text: str) -> int:
    """Read a decimal integer of 64 bits."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f'"{text}" is not a whole number; write digits only, as in 3')
    digits = text.lstrip("+-").lstrip("0") or "0"
    # int() of very long text would be slow, or refuse.
    number = int(digits) if len(digits) <= _INTEGER_DIGITS else 2**64
    number = -number if text[0] == "-" else number
    if number not in _INTEGER_RANGE:
        raise ValueError(f'"{text}" does not fit into 64 bits; write a smaller number')
    return number


def parse_float(text: str) -> float:
    """Read a decimal or hexadecimal number, or one of the words inf and nan."""
    if _DECIMAL.fullmatch(text):
        return _in_range(text, float)
    if _HEXADECIMAL.fullmatch(text):
        return _in_range(text.replace("_", ""), float.fromhex)
    if _NOT_FINITE.fullmatch(text):
        return float(text)
    raise ValueError(f'"{text}" is not a number; write it as in 0.5')


def parse_bool(text: str) -> bool:
    """Read one of the words that Compose takes as a boolean, in any case."""
    try:
        return _BOOLEAN_WORDS[text.lower()]
    except KeyError:
        raise ValueError(f'invalid boolean "{text}"; write true or false') from None


def is_yaml11_bool(text: str) -> bool:
    """Tell the words that only YAML 1.1 reads as booleans and that deserve a hint."""
    return text.lower() in _YAML11_BOOLEANS


def _shortest_digits(number: float) -> tuple[str, int]:
    # 1234.5 -> "12345", 3: the value is 1.2345 x 10^3.
    mantissa, _, power = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading_zeros = len(whole + fraction) - len(digits)
    exponent = len(whole) - 1 - leading_zeros + int(power or 0)
    return digits.rstrip("0"), exponent


def _layout(digits: str, exponent: int) -> str:
    if exponent not in _PLAIN_EXPONENTS:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}e{exponent:+03d}"
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole, fraction = digits[: exponent + 1], digits[exponent + 1 :]
    whole = whole.ljust(exponent + 1, "0")
    return f"{whole}.{fraction}" if fraction else whole


def _packs_as(number: float, packed: bytes) -> bool:
    try:
        return struct.pack("<f", number) == packed
    except OverflowError:
        return False


def _in_range(text: str, read: Callable[[str], float]) -> float:
    try:
        number = read(text)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise ValueError(f'"{text}" does not fit into 64 bits; write a smaller number')
    return number
