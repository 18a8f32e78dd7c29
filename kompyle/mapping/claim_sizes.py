"""Sizes that drivers of volumes are given, as claims ask for them (R28)."""

import re

from kompyle.compose.local_driver import LOCAL
from kompyle.compose.volumes import Volume
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

_SIZE = re.compile(r"(?P<number>\d{1,18})(?P<unit>[kKmMgGtT])?i?[bB]?")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_LEAST = 1 << 20
"""Bytes; no one means less, and drivers of clouds take small numbers for gigabytes."""

_WITH_UNIT = "Write it with its unit, as in `size: 20G`."


def claim_size(volume: Volume) -> str | None:
    """Read a size such as ``10g`` or ``10GB``; None for what nobody can mean."""
    match = _SIZE.fullmatch(volume.driver_opts.get("size", ""))
    if not match:
        return None
    number, unit = int(match["number"]), (match["unit"] or "").upper()
    if number * _UNITS[unit] >= _LEAST:
        return f"{match['number']}{unit}i" if unit else match["number"]
    is_in_gigabytes = number and not unit and volume.driver not in LOCAL
    return f"{number}Gi" if is_in_gigabytes else None


def size_outcomes(volume: Volume) -> list[Outcome]:
    """Tell of a size that was guessed, or not understood."""
    text = volume.driver_opts.get("size")
    if text is None:
        return []
    path = (*volume.path, "driver_opts", "size")
    size = claim_size(volume)
    if size is None:
        note = f"{text!r} is no size that a claim can have, so it has the usual one"
        return [Outcome(path, Fate.LOST, note, _WITH_UNIT)]
    if size != f"{text}Gi":
        return []
    note = f"the driver takes {text!r} for gigabytes, so the claim asks for {size}"
    return [Outcome(path, Fate.ADAPTED, note, _WITH_UNIT)]
