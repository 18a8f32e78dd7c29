"""Know which names a project may have."""

import re

_FORBIDDEN = re.compile(r"[^a-z0-9_-]")


def normalize(text: str) -> str:
    """Return the nearest valid name; it is empty if no character can stay."""
    return _FORBIDDEN.sub("", text.lower()).lstrip("_-")


def is_valid(text: str) -> bool:
    return text != "" and text == normalize(text)
