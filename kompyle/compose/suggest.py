"""Guess what was meant: the known name nearest to a misspelt one."""

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that looks most like *name*, if any does."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    lowered = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Word the guess as a line of help.

    >>> did_you_mean("enviroment", ["environment", "image"])
    'Did you mean `environment`?'
    """
    found = nearest(name, known)
    return f"Did you mean `{found}`?" if found else None
