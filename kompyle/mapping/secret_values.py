"""Know the project's secret values, wherever else they may stand.

A value is secret if a variable with a telling name has it, in a service or where
Compose filled it in, or if an option such as ``--requirepass`` takes it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from kompyle.compose.file_objects import FileObject
from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.localfiles import Local, LocalFile
from kompyle.mapping.given_secrets import PASSWORD, given
from kompyle.mapping.speech import hooks
from kompyle.sensitive import is_sensitive

_SHORTEST, _LONGEST = 5, 512
_COMMON = frozenset(
    ("admin", "changeme", "default", "guest", "password", "secret", "token")
)
"""What is too short or too common to be told from an ordinary word."""

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WORD = re.compile(r"\A[a-z][a-z_-]*\Z")
"""What may stand openly elsewhere, as a name or a user, and be no secret then."""

_TOKEN = re.compile(r"[^\s:/@=;,&?|\"'<>(){}\[\]]+")
_HEAD = 8
"""Letters of a value that is no ordinary word, and is found inside of others, too."""

_START = (
    r"(?:(?<![^\W_])|(?![^\W_])"
    r"|(?<=^-[A-Za-z])|(?<=[\s\"']-[A-Za-z])|(?<=\\[nrt]))"
)
_END = r"(?:(?![^\W_])|(?<![^\W_]))"
"""Where a value may stand inside of another text: at a word, or behind ``-p``."""


@dataclass(frozen=True)
class SecretValues:
    """The values that may stand nowhere but in Secrets."""

    values: frozenset[str] = frozenset()

    @cached_property
    def _longer(self) -> dict[str, list[str]]:
        """Sort those that are more than one token by their first."""
        found: dict[str, list[str]] = {}
        for value in self.values:
            tokens = _TOKEN.findall(value)
            if tokens and tokens[0] != value:
                found.setdefault(tokens[0], []).append(value)
        return found

    @cached_property
    def _unlike_words(self) -> dict[str, list[str]]:
        """Sort those that are no ordinary words by how they begin."""
        found: dict[str, list[str]] = {}
        for value in filter(_is_unlike_words, self.values):
            found.setdefault(value[:_HEAD], []).append(value)
        return found

    def within(self, text: str) -> list[str]:
        """Return the secrets in a text, the longest first."""
        if not self.values:
            return []
        tokens = set(_TOKEN.findall(text))
        starts = range(len(text) - _HEAD + 1 if self._unlike_words else 0)
        heads = {text[start : start + _HEAD] for start in starts}
        begun = chain(
            *(self._longer[token] for token in tokens & self._longer.keys()),
            *(self._unlike_words[head] for head in heads & self._unlike_words.keys()),
        )
        longer = (value for value in begun if stands(value, text))
        return longest_first({*(self.values & tokens), *longer})

    def covers(self, name: str, value: str) -> bool:
        """Whether what has a name and a value, as a variable or a label, is secret."""
        return is_sensitive(name, value) or bool(self.within(value))

    def within_file(self, data: bytes) -> list[str]:
        """Return the secrets in a file, which may be no text."""
        return self.within(data.decode("utf-8", "ignore")) if self.values else []


def standing(values: Iterable[str]) -> re.Pattern[str]:
    """Match values where no letter or digit makes them the part of a longer word.

    >>> find = standing(["secret-1"]).findall
    >>> find("my-secret-10"), find("my-secret-1.local -psecret-1")
    ([], ['secret-1', 'secret-1'])
    """
    return re.compile(rf"{_START}(?:{'|'.join(map(re.escape, values))}){_END}")


def stands(value: str, text: str) -> bool:
    """Whether a value is in a text, and no part of a longer word there."""
    return value in text and standing([value]).search(text) is not None


def secret_values(services: Iterable[Service], filled: Iterable[str]) -> SecretValues:
    """Collect the secrets of a project; *filled* are those of Compose's variables."""
    listed = tuple(services)
    found = {*filled}
    plain = {service.name for service in listed}
    for service in listed:
        plain.add((service.image or "").rpartition("/")[2].partition(":")[0])
        for name, value in service.environment.items():
            if not value:
                continue
            if not is_sensitive(name, value):
                plain.update(_WORD.findall(value))
                continue
            found.add(value)
            found.update(match["value"] for match in PASSWORD.finditer(value))
        found.update(_named_secrets(service))
        for words in commands(service):
            found.update(place.value for place in given(words))
    return SecretValues(frozenset(filter(_is_telling, found - plain)))


def contents_of(
    secrets: Iterable[FileObject], files: Mapping[str, Local]
) -> frozenset[str]:
    """Return what the project's secrets hold, as far as it is a line of text."""
    found = set()
    for secret in secrets:
        local = files.get(secret.file or "")
        data = local.data if isinstance(local, LocalFile) else b""
        text = secret.content or data[:_LONGEST].decode("utf-8", "ignore")
        found.add(text.strip())
    return frozenset(text for text in found if text and "\n" not in text)


def commands(service: Service) -> list[tuple[str, ...]]:
    """List the commands of a service, those of its health check and hooks, too."""
    check = service.healthcheck
    found = [service.entrypoint, service.command, check.test if check else None]
    for hook in hooks(service):
        found.append(tuple(hook.texts("command")))
        found += [(value,) for value in texts(hook, "environment").values()]
    return [words for words in found if words]


def own_secrets(
    service: Service, known: SecretValues, handed: Collection[str]
) -> dict[str, str]:
    """Return the secrets among a service's variables: the name of each by its value.

    What is *handed* to options is one where the variable has a telling name, too.
    """
    return {
        value: name
        for name, value in service.environment.items()
        if value
        and (value in known.values or (value in handed and is_sensitive(name, value)))
        and _NAME.fullmatch(name)
    }


def in_hooks(service: Service) -> Iterator[str]:
    """Yield what variables of hooks hold whose names are those of secrets."""
    for hook in hooks(service):
        yield from _secrets_of(texts(hook, "environment"))


def _named_secrets(service: Service) -> Iterator[str]:
    """Yield the secrets of labels and hooks: what else has a name and a value."""
    yield from _secrets_of(service.labels)
    yield from _secrets_of(texts(service.node, "annotations"))
    deploy = service.node.get("deploy")
    if isinstance(deploy, YamlMap):
        yield from _secrets_of(texts(deploy, "labels"))
    yield from in_hooks(service)


def _secrets_of(named: Mapping[str, str]) -> Iterator[str]:
    return (value for name, value in named.items() if is_sensitive(name, value))


def _is_unlike_words(value: str) -> bool:
    """Whether a value is hardly a name or a number: it mixes their letters."""
    is_long = len(value) >= _HEAD
    return is_long and not (value.isalpha() or value.isdigit() or _WORD.match(value))


def _is_telling(value: str) -> bool:
    return len(value) >= _SHORTEST and value.lower() not in _COMMON


def longest_first(found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda item: (-len(item), item))
