"""Show rows as a table for people, or as data for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from kompyle.cli.columns import table
from kompyle.cli.options import Format


def shown(rows: Sequence[Mapping[str, Any]], format: Format | None = None) -> str:  # noqa: A002
    """Return rows as text; the keys of the first one are the columns."""
    from kompyle.emit import yaml
    from kompyle.emit.files import json_text

    if format is Format.JSON:
        return json_text(list(rows))
    if format is Format.YAML:
        return yaml.document(list(rows))
    return aligned(rows)


def aligned(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows in columns.

    >>> print(aligned([{"name": "web", "ready": 1}]), end="")
    NAME   READY
    web    1
    """
    if not rows:
        return ""
    titles = [name.upper().replace("_", " ") for name in rows[0]]
    return table(titles, [[str(value) for value in row.values()] for row in rows])
