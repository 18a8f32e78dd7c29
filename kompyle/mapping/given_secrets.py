"""Find what commands give to options, variables and addresses that take passwords.

What stands there is known to be a secret, however short or common it is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from kompyle.mapping.speech import BETWEEN
from kompyle.sensitive import is_secret_name, is_sensitive

PASSWORD = re.compile(r"://[^/\s:@]*:(?P<value>[^/\s@]+)@")
"""The password of an address."""


@dataclass(frozen=True, slots=True)
class Given:
    """A secret in a word of a command: as it is written there, without its quotes."""

    word: int
    start: int
    end: int
    value: str


def _value(never: str) -> str:
    r"""Match a value: a word of its own, one in quotes, or one up to the next space.

    It does not begin with one of *never*, nor with what a shell fills in.
    """
    return (
        rf"(?:(?<={BETWEEN})(?P<word>[^{BETWEEN}$`{never}][^{BETWEEN}]*)"
        r"|(?P<quote>\\?[\"'])(?P<quoted>(?![\s;&|$`\"'\\])"
        rf"(?:[^{BETWEEN}\\]|\\[^{BETWEEN}])*?)(?=(?P=quote))"
        rf"|(?P<bare>[^\s\"'$`\\{never}][^\s\"'`]*?)(?=[;&|)]*(?:\\?[\s\"'`]|$)))"
    )


_SPACE = rf"(?:{BETWEEN}|[^\S{BETWEEN}]+)"
"""What parts two words; between two of BETWEEN is a word that is empty."""

_TO_OPTION, _TO_PROGRAM = _value("=/-"), _value("-")
_NAME = r"(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key)"
_BEFORE = r"(?:^|[\s\"'(])"


_SAME_COMMAND = r"(?:(?!&&|(?<=\s)--\s)[^;|]){,400}?"
"""What may stand between a program and its option; the end keeps it fast.

Behind ``--`` is another command, as that which ``wait-for-it`` begins.
"""


def _program(names: str, option: str, between: str = _SAME_COMMAND) -> str:
    return rf"(?:^|[\s\"'(/])(?:{names})\s(?:{between}\s)?{option}{_TO_PROGRAM}"


_PATTERNS: dict[tuple[str, ...], str] = {
    ("=",): (rf"(?:^|[\s;&?\"'{{,])(?P<name>[A-Za-z_][\w.]*)={_TO_OPTION}"),
    ("key", "pwd", "-id", "_id", "salt", "cookie"): (
        rf"{_BEFORE}--?(?P<name>[A-Za-z][\w.-]{{,80}}(?:key|pwd|[_-]id|salt|cookie))"
        rf"(?=(?:=|{_SPACE}){_TO_OPTION})"
    ),
    ("pass", "secret", "token", "key", "masterauth"): (
        rf"{_BEFORE}--?(?:[\w.-]*(?:{_NAME}|requirepass|masterauth)|(?:[\w.-]*[._-])?pass)"
        rf"(?:=|{_SPACE}){_TO_OPTION}"
    ),
    ('":', "':"): rf"[\"'][\w.-]*{_NAME}\\?[\"']\s*:\s*(?=\\?[\"']){_TO_OPTION}",
    ("identified",): (
        rf"\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?(?:BY|AS)\s+(?=\\?[\"']){_TO_OPTION}"
    ),
    ("mysql", "mariadb"): _program(r"(?:mysql|mariadb)[^\s:@]*", "(?-i:-p)"),
    ("-cli",): _program("(?:redis|valkey|keydb)-cli", rf"(?-i:-a){_SPACE}"),
    ("mongo", "cypher-shell", "rabbitmqadmin", "sshpass"): _program(
        r"mongo\w*|cypher-shell|rabbitmqadmin|sshpass",
        rf"(?-i:-p){_SPACE}(?![0-9]{{1,5}}(?:\s|$))",
    ),
    ("sqlcmd", "mosquitto_"): _program(r"sqlcmd|mosquitto_\w+", rf"(?-i:-P){_SPACE}?"),
    ("ldap",): _program(r"ldap\w+", rf"(?-i:-w){_SPACE}?"),
    ("curl",): _program(
        "curl", rf"(?:-u|--user)(?:=|{_SPACE})[\"']?[\w.@-]+:", ".{,400}?"
    ),
    ("bearer", "basic"): r"\b(?:Bearer|Basic)\s+(?P<value>(?=\D*\d)[\w+/=.-]{8,})",
    ("://",): PASSWORD.pattern,
}
"""Where passwords stand, by what a command has then, in small letters.

A number behind ``-p`` is rather the port of a host that is called ``mongo``.
"""

_IN_COMMANDS = {
    hints: re.compile(pattern, re.IGNORECASE) for hints, pattern in _PATTERNS.items()
}
_HINT = re.compile("|".join(re.escape(hint) for hints in _PATTERNS for hint in hints))


@lru_cache(maxsize=4096)  # commands are asked for secrets, and then freed of them
def given(words: tuple[str, ...]) -> tuple[Given, ...]:
    """Return the secrets that a command gives to what takes passwords.

    >>> [found.value for found in given(("mysqladmin", "ping", "-uroot", "-proot"))]
    ['root']
    >>> [found.value for found in given(("sh", "-c", "redis-cli -a 'my word' ping"))]
    ['my word']
    """
    command = BETWEEN.join(words)
    lowered = command.lower()
    if not _HINT.search(lowered):
        return ()
    found = {
        match.span(match.lastgroup or 0)
        for hints, pattern in _IN_COMMANDS.items()
        if any(hint in lowered for hint in hints)
        for match in pattern.finditer(command)
        if "name" not in pattern.groupindex or is_secret_name(match["name"])
    }
    return tuple(_placed(words, command, {*found, *_set_by_env(words)}))


def _set_by_env(words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where secrets stand in the words of ``env``: up to the end of each."""
    start = len("env") + 1
    for word in words[1:] if words[0] == "env" else ():
        name, sign, _ = word.partition("=")
        if not sign:
            return
        if is_secret_name(name):
            yield start + len(name) + 1, start + len(word)
        start += len(word) + 1


def _placed(
    words: tuple[str, ...], command: str, spans: set[tuple[int, int]]
) -> Iterator[Given]:
    """Find the words that secrets stand in; what is part of another one is left out."""
    starts = [0, *accumulate(len(word) + 1 for word in words)]
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        value = command[start:end]
        if end > last and is_sensitive("PASSWORD", value):
            word = bisect_right(starts, start) - 1
            yield Given(word, start - starts[word], end - starts[word], value)
            last = end
