"""Key paths: how every part of Kompyle points into a Compose file.

A key path such as ``("services", "web", "ports", 0)`` is what a diagnostic names,
what the key registry is indexed by and what JSON Schema reports.  Only the source
tree knows which line of which file it stands for.
"""

import re

KeyPath = tuple[str | int, ...]

_BARE = re.compile(r"[^.\[\]\"\s]+")
_STEP = re.compile(r'\.?(?:"((?:[^"\\]|\\.)*)"|\[(\d+)\]|([^.\[\]"\s]+))')


def render(path: KeyPath) -> str:
    """Write *path* the way people say it; a name with a dot is quoted.

    >>> render(("services", "a.b", "ports", 0))
    'services."a.b".ports[0]'
    """
    return "".join(map(_rendered, path)).removeprefix(".")


def service_key(path: KeyPath) -> str | int:
    """Return the key of a service that *path* leads to, or into.

    >>> service_key(("services", "volumes", "ports", 0))
    'ports'
    """
    return path[2]


def parse(text: str) -> KeyPath:
    """Read what :func:`render` wrote; ValueError for anything else.

    >>> parse('services."a.b".ports[0]')
    ('services', 'a.b', 'ports', 0)
    """
    path: list[str | int] = []
    at = 0
    while at < len(text):
        step = _STEP.match(text, at)
        if not step:
            raise ValueError(f"{text!r} is not a key path, from {text[at:]!r} on")
        quoted, index, bare = step.groups()
        path.append(int(index) if index else bare or _unquoted(quoted))
        at = step.end()
    return tuple(path)


def _rendered(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _BARE.fullmatch(step) else f'."{_quoted(step)}"'


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
