"""Keep secret values out of Pod templates: commands refer to variables instead.

Kubernetes puts a variable in place of ``$(NAME)`` in commands; a health check's shell
does the same for ``$NAME``.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.mapping.sensitive import is_sensitive

_MARK = "\ufdd0"
"""Stands before and after a variable's name until dollar signs are doubled."""

_SHORTEST = 6
_OPTION = re.compile(
    r"--?[\w-]*(?:passw(?:or)?d|requirepass|secret|token|api-?key|masterauth)[\w-]*",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(rf"({_OPTION.pattern})=(.+)", re.IGNORECASE | re.DOTALL)
_MARKED = re.compile(f"{_MARK}([A-Z0-9_a-z.-]+){_MARK}")


def hidden(service: Service) -> Service:
    """Put variables in place of secret values in commands and checks."""
    if not (service.command or service.entrypoint or service.healthcheck):
        return service
    known = {
        value: name
        for name, value in service.environment.items()
        if value and len(value) >= _SHORTEST and is_sensitive(name, value)
    }
    added: dict[str, str] = {}
    command = _words(service.command, known, added)
    entrypoint = _words(service.entrypoint, known, added)
    check = service.healthcheck
    test = _words(check.test, known, added) if check else None
    if (command, entrypoint) == (service.command, service.entrypoint) and (
        not check or test == check.test
    ):
        return service
    return replace(
        service,
        command=command,
        entrypoint=entrypoint,
        healthcheck=replace(check, test=_for_shell(test)) if check and test else check,
        environment={**service.environment, **added},
    )


def revealed(word: str) -> str:
    """Write the marked variables of a word as Kubernetes expands them."""
    return _MARKED.sub(r"$(\1)", word) if _MARK in word else word


def _words(
    words: tuple[str, ...] | None, known: Mapping[str, str], added: dict[str, str]
) -> tuple[str, ...] | None:
    if not words:
        return words
    found: list[str] = []
    before = ""
    for word in words:
        found.append(_word(word, before, known, added))
        before = word
    return tuple(found)


def _word(
    word: str, before: str, known: Mapping[str, str], added: dict[str, str]
) -> str:
    for value, name in known.items():
        if value in word:
            word = word.replace(value, f"{_MARK}{name}{_MARK}")
    if _MARK in word:
        return word
    assigned = _ASSIGNED.fullmatch(word)
    if assigned and _is_literal(assigned[2]):
        return f"{assigned[1]}={_added(assigned[2], added)}"
    if _OPTION.fullmatch(before) and _is_literal(word):
        return _added(word, added)
    return word


def _is_literal(text: str) -> bool:
    return not text.startswith(("-", "$", "/")) and "$" not in text


def _added(value: str, added: dict[str, str]) -> str:
    for name, known in added.items():
        if known == value:
            return f"{_MARK}{name}{_MARK}"
    name = f"KOMPYLE_SECRET_{len(added) + 1}"
    added[name] = value
    return f"{_MARK}{name}{_MARK}"


def _for_shell(test: tuple[str, ...]) -> tuple[str, ...]:
    """Let a shell fill in the variables of a health check."""
    if not any(_MARK in word for word in test):
        return test
    if test[0] == "CMD-SHELL":
        return (test[0], *(_MARKED.sub(r"${\1}", word) for word in test[1:]))
    quoted = " ".join(_quoted(word) for word in test[1:])
    return ("CMD-SHELL", f"exec {quoted}")


def _quoted(word: str) -> str:
    """Quote a word for the shell, but for the variables in it."""
    parts = _MARKED.split(word)
    texts = [part.replace("'", "'\\''") for part in parts]
    return "".join(
        f'"${{{part}}}"' if index % 2 else (f"'{texts[index]}'" if part else "")
        for index, part in enumerate(parts)
    )
