"""Write commands so that variables bring the secrets in, which stand in Secrets.

Kubernetes puts variables into commands (``$(NAME)``), but not into probes and hooks:
there a shell does it (``${NAME}``).
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.given_secrets import given
from kompyle.mapping.keys import Fate
from kompyle.mapping.secret_values import standing


@dataclass(frozen=True, slots=True)
class Secrets:
    """The variable that holds each secret value of a service's commands.

    Those that are not found ``anywhere`` are common words: they are secret only where
    an option or a variable takes them.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    anywhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Filled:
    """A command; ``hidden`` variables bring secrets in, those of ``left`` stand there.

    ``left`` names the variables of the secrets that cannot be taken out.
    """

    words: list[str]
    hidden: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


Place = tuple[int, int, str]
"""Where a secret begins and ends in a word, and the variable that holds it."""

NO_SECRETS = Secrets()
_SHELLS = re.compile(r"(?:.*/)?(?:ba|da|a)?sh")
_SCRIPT_OPTION = re.compile(r"-\w*c")
_WITH_SHELL = re.compile(
    r"(?:.*/)?(?:redis-cli|valkey-cli|keydb-cli|mysqladmin|mysql|mariadb-admin|mariadb"
    r"|healthcheck\.sh|pg_isready|psql|mongosh?|rabbitmq\w*|rabbitmq-diagnostics|curl"
    r"|wget|nc|test)"
)
"""Programs that come with a shell in the images that have them."""

_TAME = {
    "": re.compile(r"[\w@%+=:,./-]+"),
    "'": re.compile(r"[^']+"),
    '"': re.compile(r'[^"$`\\]+'),
}
"""Texts that mean to a shell what is written, by the quotes around them."""

_PLAIN_MARK = re.compile(r"\\.?|\$?\(|[)`\"']|(?<![^\s;])#[^\n]*", re.DOTALL)
_MARK = {
    "'": re.compile("'"),
    '"': re.compile(r'\\.?|\$\(|[`"]', re.DOTALL),
}
"""What opens, closes or hides quotes inside of quotes; elsewhere comments do, too."""

_HERE_DOCUMENT = re.compile(r"(?<!<)<<(?!<)")
_CLOSING = {"$(": ")", "(": ")", "`": "`", '"': '"', "'": "'"}


def literal(words: Iterable[str]) -> list[str]:
    """Write words so that Kubernetes passes them on as they are.

    >>> literal(["sh", "-c", "echo $HOME $(date)"])
    ['sh', '-c', 'echo $$HOME $$(date)']
    """
    return [_literal(word) for word in words]


def filled_by_kubernetes(words: Sequence[str], secrets: Secrets) -> Filled:
    """Write a command; Kubernetes passes it on with the secrets filled in.

    >>> secrets = Secrets({"root": "PW"})
    >>> filled_by_kubernetes(["echo", "$HOME", "mysql", "-proot"], secrets).words
    ['echo', '$$HOME', 'mysql', '-p$(PW)']
    """
    places = _places(words, secrets)
    filled = [_filled(word, found) for word, found in zip(words, places, strict=True)]
    return Filled(filled, _names(places))


def _filled(word: str, places: Iterable[Place]) -> str:
    written, end = [], 0
    for start, stop, name in places:
        written += [_literal(word[end:start]), f"$({name})"]
        end = stop
    return "".join((*written, _literal(word[end:])))


def _places(words: Sequence[str], secrets: Secrets) -> list[list[Place]]:
    """Find the secrets in each word; where two overlap, the longer is taken whole."""
    found: list[list[Place]] = [[] for _ in words]
    if not (words and secrets.names):
        return found
    names = secrets.names
    if secrets.anywhere:
        parts = standing(filter(secrets.anywhere.__contains__, names))
        for word, places in zip(words, found, strict=True):
            places += [
                (*match.span(), names[match[0]]) for match in parts.finditer(word)
            ]
    for place in given(tuple(words)):
        if place.value in names:
            found[place.word].append((place.start, place.end, names[place.value]))
    return [_apart(places) if len(places) > 1 else places for places in found]


def _apart(places: list[Place]) -> list[Place]:
    taken: list[Place] = []
    for place in sorted(places, key=lambda found: found[0] - found[1]):
        if all(place[1] <= start or stop <= place[0] for start, stop, _ in taken):
            taken.append(place)
    return sorted(taken)


def _names(places: Iterable[Iterable[Place]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for found in places for _, _, name in found))


def _literal(text: str) -> str:
    return text.replace("$", "$$") if "$" in text else text


def filled_by_shell(
    words: Sequence[str], secrets: Secrets, *, has_shell: bool = False
) -> Filled:
    """Write a command that a shell fills the secrets into, if there is a shell.

    >>> filled_by_shell(("redis-cli", "-a", "word"), Secrets({"word": "PW"})).words
    ['/bin/sh', '-c', 'exec redis-cli -a "${PW}"']
    """
    places = _places(words, secrets)
    names = _names(places)
    if not names:
        return Filled(list(words))
    if _is_script(words):
        return _in_script(words, places)
    if not has_shell and not _WITH_SHELL.fullmatch(words[0]):
        return Filled(list(words), left=names)
    written = " ".join(map(_quoted, words, places))
    return Filled(["/bin/sh", "-c", f"exec {written}"], names)


def told(path: KeyPath, filled: Filled) -> Iterator[Outcome]:
    """Tell what became of the secrets in a command; some cannot be taken out."""
    if filled.left:
        note = "a secret in it can be read by all who may read the Pod"
        way_out = f"Let a shell of the image read it, as `$${{{filled.left[0]}}}`."
        yield Outcome(path, Fate.KEPT, note, way_out, "open-secret")
    elif filled.hidden:
        note = f"a secret in it comes from a Secret, as {', '.join(filled.hidden)}"
        yield Outcome(path, Fate.ADAPTED, note, code="hidden-secret")


def _is_script(words: Sequence[str]) -> bool:
    is_shell = len(words) > 2 and bool(_SHELLS.fullmatch(words[0]))  # noqa: PLR2004
    return is_shell and bool(_SCRIPT_OPTION.fullmatch(words[1]))


def _quoted(word: str, places: Iterable[Place]) -> str:
    written, end = [], 0
    for start, stop, name in places:
        before = word[end:start]
        written += [shlex.quote(before) if before else "", f'"${{{name}}}"']
        end = stop
    rest = word[end:]
    return "".join((*written, shlex.quote(rest) if rest or not written else ""))


def _in_script(words: Sequence[str], places: list[list[Place]]) -> Filled:
    """Put variables into a script; the quotes around each secret decide how.

    What a shell might read otherwise than as it is written stays.
    """
    script, hidden = words[2], []
    others = [*places[:2], *places[3:]]
    left, written, end = [*_names(others)], [], 0
    for start, stop, name in places[2]:
        quote = _quote(script[:start])
        if quote is None or not _TAME[quote].fullmatch(script[start:stop]):
            left.append(name)
            continue
        hidden.append(name)
        filled = f"'\"${{{name}}}\"'" if quote == "'" else f"${{{name}}}"
        written += [script[end:start], filled]
        end = stop
    script = "".join((*written, script[end:]))
    return Filled(
        [*words[:2], script, *words[3:]], tuple(dict.fromkeys(hidden)), tuple(left)
    )


def _quote(before: str) -> str | None:
    """Return the quote that is open at the end of a script's beginning, if any.

    None is where quotes mean something else.

    >>> _quote("echo 'a"), _quote('echo "$(cat '), _quote("cat <<EOF")
    ("'", '', None)
    """
    if _HERE_DOCUMENT.search(before):
        return None
    opened, position = [""], 0
    while match := _MARK.get(opened[-1], _PLAIN_MARK).search(before, position):
        mark, position = match[0], match.end()
        if mark == "\\":  # it would take the variable's dollar sign
            return None
        if mark == _CLOSING.get(opened[-1]):
            opened.pop()
        elif mark in _CLOSING:
            opened.append(mark)
    return opened[-1] if opened[-1] in _TAME else ""
