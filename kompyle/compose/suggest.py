"""Guess what was meant: the known name nearest to a misspelt one."""

import re
from collections.abc import Iterable
from itertools import islice

from kompyle.compose import gotext

_LONGEST = 64
_MANY = 200
_FEW = 12


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that looks most like *name*, if any does."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    if len(name) > _LONGEST:
        return None
    lowered = {candidate.lower(): candidate for candidate in known}
    likely = _likely(name.lower(), lowered) if len(lowered) > _MANY else list(lowered)
    short = [candidate for candidate in likely if len(candidate) <= _LONGEST]
    found = get_close_matches(name.lower(), short, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def listed(services: Iterable[str]) -> str | None:
    """Name the services there are, or some of them."""
    names = sorted(services)
    more = ", …" if len(names) > _FEW else ""
    return f"The services are {', '.join(names[:_FEW])}{more}." if names else None


def from_milli(text: str) -> str | None:
    """Read Kubernetes' ``500m`` as Compose's 0.5.

    >>> from_milli("500m")
    'Write 0.5.'
    """
    match = re.fullmatch(r"([0-9]{1,9})m", text)
    return f"Write {gotext.text(int(match[1]) / 1000)}." if match else None


def _likely(name: str, known: Iterable[str]) -> list[str]:
    """Sift a large crowd, since comparing every pair of names takes its time."""
    about = range(len(name) - 2, len(name) + 3)
    alike = (
        other
        for other in known
        if len(other) in about and (other[:2] == name[:2] or other[-2:] == name[-2:])
    )
    return list(islice(alike, _MANY))


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Word the guess as a line of help.

    >>> did_you_mean("enviroment", ["environment", "image"])
    'Did you mean `environment`?'
    """
    found = nearest(name, known)
    return f"Did you mean `{found}`?" if found else None
