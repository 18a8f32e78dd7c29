"""Lay out what is listed: columns side by side, ages in one unit."""

from collections.abc import Sequence

_GAP = "   "
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_TWICE = 2
"""Below twice a unit the smaller one says more."""


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return lines with a title each; the last column is as wide as it is.

    >>> table(("A", "B"), [("one", "x")])
    'A     B\none   x\n'
    """
    lines = [titles, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (
        _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "".join(f"{line.rstrip()}\n" for line in padded)


def short(seconds: float) -> str:
    """Return a time as kubectl writes it.

    >>> short(59), short(119), short(7200), short(200000)
    ('59s', '119s', '2h', '2d')
    """
    for size, unit in _UNITS:
        if seconds >= _TWICE * size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"
