"""Know the project's secret values, wherever else they may stand.

A value is secret if a variable with a telling name has it, in a service or where
Compose filled it in, or if an option such as ``--requirepass`` takes it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kompyle.compose.file_objects import FileObject
from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.localfiles import Local, LocalFile
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
_PASSWORD = re.compile(r"://[^/\s:@]*:(?P<value>[^/\s@]+)@")
_OPTION = (
    r"--?[\w.-]*(?:passw(?:or)?d|passphrase|requirepass|masterauth|secret|token"
    r"|api-?key)"
)
_TO_THE_END = r"(?=[;&|)]*(?:[\s\"']|$))"
"""Behind a value: what ends a command is not part of it."""

_IN_COMMANDS = {
    ("pass", "pwd", "secret", "token", "key"): re.compile(
        r"(?:^|[\s;&])(?!(?:OLD)?PWD=)\w*(?:PASSW(?:OR)?D|PWD|SECRET|TOKEN|API_?KEY)="
        r"(?P<value>[^\s;&\"'$]+)"
    ),
    ("pass", "secret", "token", "key", "masterauth"): re.compile(
        rf"(?:^|\s){_OPTION}(?:=|\s+)(?P<value>[^\s\"'$=/-][^\s\"']*?){_TO_THE_END}",
        re.IGNORECASE,
    ),
    ("mysql", "mariadb"): re.compile(
        r"(?:^|\s|/)(?:mysql|mariadb)\S*\s(?:[^;|]*?\s)?"
        rf"-p(?P<value>[^\s\"'$][^\s\"']*?){_TO_THE_END}"
    ),
    ("bearer", "basic"): re.compile(
        r"\b(?:Bearer|Basic)\s+(?P<value>(?=\D*\d)[\w+/=.-]{8,})"
    ),
    ("curl",): re.compile(
        r"curl\s(?:.*?\s)?(?:-u|--user)\s+[\w.-]+:(?P<value>[^\s\"'$]+)"
    ),
    ("redis-cli",): re.compile(
        rf"redis-cli\s(?:.*?\s)?-a\s+(?P<value>[^\s\"'$-][^\s\"']*?){_TO_THE_END}"
    ),
    ("://",): _PASSWORD,
}
"""Where passwords stand, by what a command has then, in small letters."""

_HINT = re.compile("|".join(hint for hints in _IN_COMMANDS for hint in hints))


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

    def within(self, text: str) -> list[str]:
        """Return the secrets in a text, the longest first."""
        if not self.values:
            return []
        tokens = set(_TOKEN.findall(text))
        longer = (
            value
            for token in tokens & self._longer.keys()
            for value in self._longer[token]
            if value in text
        )
        return longest_first({*(self.values & tokens), *longer})

    def covers(self, name: str, value: str) -> bool:
        """Whether what has a name and a value, as a variable or a label, is secret."""
        return is_sensitive(name, value) or bool(self.within(value))

    def within_file(self, data: bytes) -> list[str]:
        """Return the secrets in a file, which may be no text."""
        return self.within(data.decode("utf-8", "ignore")) if self.values else []


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
            found.update(match["value"] for match in _PASSWORD.finditer(value))
        for name, value in _named(service):
            if is_sensitive(name, value):
                found.add(value)
        for words in commands(service):
            found.update(given(words))
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
        values = texts(hook, "environment").values()
        found.append((*hook.texts("command"), *values))
    return [words for words in found if words]


def own_secrets(service: Service, known: SecretValues) -> dict[str, str]:
    """Return the secrets among a service's variables: the name of each by its value."""
    return {
        value: name
        for name, value in service.environment.items()
        if value and value in known.values and _NAME.fullmatch(name)
    }


def given(words: Iterable[str]) -> Iterator[str]:
    """Yield what a command gives to options and addresses that take passwords."""
    command = " ".join(words)
    lowered = command.lower()
    if not _HINT.search(lowered):
        return
    for hints, pattern in _IN_COMMANDS.items():
        if any(hint in lowered for hint in hints):
            yield from (match["value"] for match in pattern.finditer(command))


def _named(service: Service) -> Iterator[tuple[str, str]]:
    """Yield labels, and the variables of hooks: what else has a name and a value."""
    yield from service.labels.items()
    yield from texts(service.node, "annotations").items()
    deploy = service.node.get("deploy")
    if isinstance(deploy, YamlMap):
        yield from texts(deploy, "labels").items()
    for hook in hooks(service):
        yield from texts(hook, "environment").items()


def _is_telling(value: str) -> bool:
    return len(value) >= _SHORTEST and value.lower() not in _COMMON


def longest_first(found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda item: (-len(item), item))
