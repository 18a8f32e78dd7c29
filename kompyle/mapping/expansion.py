"""Write commands so that variables bring the secrets in, which stand in Secrets.

Kubernetes puts variables into commands (``$(NAME)``), but not into probes and hooks:
there a shell does it (``${NAME}``).
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

Secrets = Mapping[str, str]
"""The variable that holds each secret value."""

_SHELLS = re.compile(r"(?:.*/)?(?:ba|da|a)?sh")
_WITH_SHELL = re.compile(
    r"(?:.*/)?(?:redis-cli|valkey-cli|keydb-cli|mysqladmin|mysql|mariadb-admin|mariadb"
    r"|healthcheck\.sh|pg_isready|psql|mongosh?|rabbitmq\w*|rabbitmq-diagnostics|curl"
    r"|wget|nc|test)"
)
"""Programs that come with a shell in the images that have them."""

_TAME = re.compile(r"[\w@%+=:,./-]+")
"""Texts that mean the same to a shell with quotes and without."""


def literal(words: Iterable[str]) -> list[str]:
    """Write words so that Kubernetes passes them on as they are.

    >>> literal(["sh", "-c", "echo $HOME $(date)"])
    ['sh', '-c', 'echo $$HOME $$(date)']
    """
    return [_literal(word) for word in words]


def filled_by_kubernetes(words: Iterable[str], secrets: Secrets) -> list[str]:
    """Write a command; Kubernetes passes it on with the secrets filled in.

    >>> filled_by_kubernetes(["echo", "$HOME", "-phunter22"], {"hunter22": "PW"})
    ['echo', '$$HOME', '-p$(PW)']
    """
    if not secrets:
        return literal(words)
    parts = re.compile("|".join(map(re.escape, secrets)))
    return [_filled(word, parts, secrets) for word in words]


def _filled(word: str, parts: re.Pattern[str], secrets: Secrets) -> str:
    written, end = [], 0
    for match in parts.finditer(word):
        written += [_literal(word[end : match.start()]), f"$({secrets[match[0]]})"]
        end = match.end()
    return "".join((*written, _literal(word[end:])))


def _literal(text: str) -> str:
    return text.replace("$", "$$") if "$" in text else text


def filled_by_shell(
    words: Sequence[str], secrets: Secrets, *, has_shell: bool = False
) -> list[str]:
    """Write a command that a shell fills the secrets into, if there is a shell.

    >>> filled_by_shell(("redis-cli", "-a", "hunter22"), {"hunter22": "PW"})
    ['/bin/sh', '-c', 'exec redis-cli -a "${PW}"']
    """
    if not spoken(words, secrets):
        return list(words)
    if _is_script(words):
        return [*words[:2], _in_script(words[2], secrets), *words[3:]]
    if not has_shell and not _WITH_SHELL.fullmatch(words[0]):
        return list(words)
    parts = re.compile("|".join(map(re.escape, secrets)))
    written = " ".join(_quoted(word, parts, secrets) for word in words)
    return ["/bin/sh", "-c", f"exec {written}"]


def spoken(words: Iterable[str], secrets: Secrets) -> list[str]:
    """Return the variables of those secrets that stand in a command."""
    text = "\n".join(words) if secrets else ""
    return [name for secret, name in secrets.items() if secret in text]


def told(
    path: KeyPath, before: Iterable[str], after: Iterable[str], secrets: Secrets
) -> Iterator[Outcome]:
    """Tell what became of the secrets in a command; some cannot be taken out."""
    left, names = spoken(after, secrets), spoken(before, secrets)
    if left:
        note = "a secret in it can be read by all who may read the Pod"
        way_out = f"Let a shell of the image read it, as `$${{{left[0]}}}`."
        yield Outcome(path, Fate.KEPT, note, way_out, "open-secret")
    elif names:
        note = f"a secret in it comes from a Secret, as {', '.join(names)}"
        yield Outcome(path, Fate.ADAPTED, note, code="hidden-secret")


def _is_script(words: Sequence[str]) -> bool:
    return len(words) > 2 and bool(_SHELLS.fullmatch(words[0])) and words[1] == "-c"  # noqa: PLR2004


def _quoted(word: str, parts: re.Pattern[str], secrets: Secrets) -> str:
    written, end = [], 0
    for match in parts.finditer(word):
        before = word[end : match.start()]
        written += [
            shlex.quote(before) if before else "",
            f'"${{{secrets[match[0]]}}}"',
        ]
        end = match.end()
    rest = word[end:]
    return "".join((*written, shlex.quote(rest) if rest or not written else ""))


def _in_script(script: str, secrets: Secrets) -> str:
    """Put variables into a script; the quotes around each secret decide how.

    What a shell might read otherwise than as it is written stays.
    """
    parts = re.compile("|".join(map(re.escape, secrets)))
    written, end = [], 0
    for match in parts.finditer(script):
        if not _TAME.fullmatch(match[0]):
            continue
        name = f"${{{secrets[match[0]]}}}"
        is_single = _quote(script[: match.start()]) == "'"
        written += [script[end : match.start()], f"'\"{name}\"'" if is_single else name]
        end = match.end()
    return "".join((*written, script[end:]))


def _quote(before: str) -> str:
    """Return the quote that is open at the end of a script's beginning, if any."""
    opened, skips = "", False
    for letter in before:
        if skips:
            skips = False
        elif letter == "\\" and opened != "'":
            skips = True
        elif letter == opened:
            opened = ""
        elif not opened and letter in "'\"":
            opened = letter
    return opened
