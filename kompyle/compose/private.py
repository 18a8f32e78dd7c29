"""Which values may be secret: they are never shown, in no message."""

from kompyle.keypath import KeyPath

_KEYS = frozenset(
    (
        "annotations",
        "args",
        "content",
        "driver_opts",
        "environment",
        "labels",
        "options",
        "sysctls",
    )
)
_LONGEST = 60


def is_private(path: KeyPath) -> bool:
    """Whether *path* is below a key that may hold passwords, or one of the user's."""
    return any(
        step in _KEYS or (isinstance(step, str) and step.startswith("x-"))
        for step in path
    )


def shown(path: KeyPath, value: object) -> str:
    """Show a value in a message, but for those that may be secret."""
    kinds = {dict: "a map", list: "a list", type(None): "nothing"}
    if type(value) in kinds:
        return kinds[type(value)]
    if is_private(path):
        return "this value"
    if isinstance(value, bool):
        return str(value).lower()
    return abbreviated(value)


def abbreviated(value: object) -> str:
    """Quote a value, cut where a line of a message gets too long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
