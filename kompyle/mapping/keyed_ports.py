"""Read hosts and ports that stand apart, each with its key or option.

``Server=db,1433``, ``(HOST=db)(PORT=1521)``, ``{"host": "db", "port": 5432}``,
``--db-host db --db-port 5432``: what is before ``host`` is before ``port``, too.
"""

import re
from collections.abc import Iterator

HOST = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_KEY = r"(?:host(?:[_-]?name)?|server(?:[_-]?name)?|addr(?:ess)?|data source)"
_NUMBER = r"['\"]?(?P<port>\d{2,5})(?![\w.:@-])"
_PORT = rf"(?P=name)[-_.]?port(?:[_-]?number)?['\"]?(?:\s*[=:]\s*|\s+){_NUMBER}"
_RARE = ("port", "-p", ",")
_HINT = re.compile(r"port(?:[_-]?number)?['\"]?[\s=:]+['\"]?\d\d|\s-p\s*\d\d|,\s?\d\d")
"""What stands, in small letters, in all of them, and in few other texts."""

_IN_SETTINGS = re.compile(
    rf"(?<![\w.-])(?P<name>[\w.-]*?)[-_.]?{_KEY}['\"]?\s*[=:]\s*['\"]?(?:tcp:)?"
    rf"(?P<host>{HOST})['\"]?(?:[\s()]*|[^{{}}|\n]{{1,200}}?)(?<![\w.-]){_PORT}",
    re.IGNORECASE,
)
_IN_OPTIONS = re.compile(
    rf"(?<![\w.-])--?(?P<name>[\w.-]*?)(?:[-_.]?{_KEY})?(?:=|\s+)['\"]?"
    rf"(?P<host>{HOST})['\"]?(?=\s)[^;|&\n]{{0,200}}?\s--?{_PORT}",
    re.IGNORECASE,
)
_IN_LETTERS = re.compile(
    rf"\s-h\s*['\"]?(?P<host>{HOST})['\"]?(?=\s)[^;|&\n]{{0,200}}?"
    rf"\s-(?:P\s*|p\s+){_NUMBER}"
)
"""Short options; what follows ``-p`` at once may be a password."""

_AFTER_COMMA = re.compile(
    rf"(?:{_KEY}\s*=\s*(?:tcp:)?|\btcp:|\s-S\s*)['\"]?"
    rf"(?P<host>{HOST}),\s?(?P<port>\d{{2,5}})(?![\w.:,@-])",
    re.IGNORECASE,
)
_FORMS = (_IN_SETTINGS, _IN_OPTIONS, _IN_LETTERS, _AFTER_COMMA)


def keyed_ports(text: str) -> Iterator[tuple[str, str]]:
    """Yield each host with its port.

    >>> list(keyed_ports("--db=pg --db-port=81; (HOST=ora)(PORT=82); Server=ms,83"))
    [('ora', '82'), ('pg', '81'), ('ms', '83')]
    """
    lowered = text.lower()
    if any(map(lowered.__contains__, _RARE)) and _HINT.search(lowered):
        for form in _FORMS:
            for found in form.finditer(text):
                yield found["host"], found["port"]
