"""Look at the shell command that stands before a word: its program and options."""

import re

_SEPARATOR = re.compile(r"[;|&()`\n]|\s--(?=\s)")
_BLANK = re.compile(r"[\s\"']+")
_STARTS_WORD = re.compile(r"(?:^|[\s\"',])$")
_LEADING = re.compile(
    r"CMD(?:-SHELL)?|exec|then|do|else|until|while|if|!|sudo|env|command|timeout|time"
    r"|nohup|tini|dumb-init|(?:ba|da|a|z)?sh|\[{1,2}|-.*|\d+[smh]?|\w+=.*"
)
"""What can stand before the program that a command is about."""

_SHELL_OPTION = re.compile(r"-\w*c")
_HOST_PROGRAM = re.compile(
    r"nc|ncat|netcat|telnet|f?ping6?|curl|wget|https?|getent|nslookup|dig|host|mtr"
    r"|traceroute|tracepath|ssh|scp|sftp|rsync|ftp|grpcurl|dockerize|wait.*|await.*"
)
"""Programs whose arguments are hosts."""

_LOGIN_PROGRAM = re.compile(r"ssh|scp|sftp|rsync")
_VALUE_OPTION = re.compile(r"-\w*[AbdDFHmoOTuUX]")
"""Options of such programs after which no host stands."""


def option_before(before: str) -> str | None:
    """Return the option that a word belongs to: ``--host name``, ``-hname``."""
    if before.endswith("-h"):
        return "-h"
    if not before[-1:].isspace() and before[-1:] not in ("'", '"'):
        return None
    last = _words(before)[-1:]
    return last[0] if last and last[0].startswith("-") else None


def is_program(before: str) -> bool:
    """Whether a word is what a command runs, after all that *before* has."""
    words = _words(before)
    if not all(map(_is_leading, words)):
        return False
    last = words[-1] if words else ""
    return not last.startswith("-") or bool(_SHELL_OPTION.fullmatch(last))


def follows_host_program(before: str) -> bool:
    """Whether a word stands where the command before it takes hosts."""
    words = _words(before)
    program = next((word for word in words if not _is_leading(word)), "")
    name = _name(program)
    if _LOGIN_PROGRAM.fullmatch(name) and before.endswith("@"):
        return True
    if not _STARTS_WORD.search(before) or _VALUE_OPTION.fullmatch(words[-1]):
        return False
    return bool(_HOST_PROGRAM.fullmatch(name))


def _words(before: str) -> list[str]:
    command = _SEPARATOR.split(before)[-1]
    return [word for word in _BLANK.split(command) if word]


def _is_leading(word: str) -> bool:
    return bool(_LEADING.fullmatch(_name(word)))


def _name(program: str) -> str:
    """Strip the folder and what is after the dot: ``/bin/wait-for-it.sh``."""
    return program.rpartition("/")[2].partition(".")[0]
