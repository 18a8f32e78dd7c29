"""Write the new name of a host where the old one cannot stand in Kubernetes (R4b).

Only what has the form of a host is rewritten: ``//name``, ``@name``, ``name:port``,
and whole values of variables that name hosts.  Names of databases and users stay.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

_HOST_KEY = re.compile(
    r"(?:HOST(?:NAME|S)?|URLS?|URI|ADDR(?:ESS)?(?:ES)?|SERVERS?|ENDPOINTS?|BROKERS?"
    r"|NODES?|PEERS?|UPSTREAMS?|SEEDS?|MASTER|PRIMARY|REPLICAS?)$",
    re.IGNORECASE,
)
_HOST_OPTION = re.compile(
    r"-h|--?(?:.*[-_])?(?:host|server|addr(?:ess)?|broker|node)s?"
)


_WORD = re.compile(r"(?<![\w.-])[A-Za-z0-9_](?:[\w.-]*\w)?")
_PORT = re.compile(r":\d")
_SEPARATORS = frozenset(", ;")


def renamed(
    services: tuple[Service, ...], names: Mapping[str, str]
) -> tuple[tuple[Service, ...], list[Outcome]]:
    """Rewrite hosts in variables, commands and checks; *names* maps old to new."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return services, []
    found = [_rewritten(service, _Hosts(changed)) for service in services]
    outcomes = [outcome for _, told in found for outcome in told]
    return tuple(service for service, _ in found), outcomes


def spoken_hosts(service: Service, names: Iterable[str]) -> set[str]:
    """Return those of *names* that a service speaks to as hosts."""
    hosts = _Hosts({name: name for name in names})
    _rewritten(service, hosts)
    return hosts.found


class _Hosts:
    """Finds host names in texts, and writes the new ones in their place."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.found: set[str] = set()

    def text(self, text: str, *, is_host: bool) -> str:
        """Rewrite the hosts of one text; *is_host* says that it is one as a whole."""
        return _WORD.sub(lambda word: self._word(word, text, is_host), text)

    def words(self, words: Iterable[str]) -> tuple[str, ...]:
        """Rewrite the words of a command; an option can say that a host follows."""
        found = []
        before = ""
        for word in words:
            found.append(self.text(word, is_host=bool(_HOST_OPTION.fullmatch(before))))
            before = word
        return tuple(found)

    def _word(self, word: re.Match[str], text: str, is_host: bool) -> str:  # noqa: FBT001
        new = self.names.get(word[0])
        if new is None or not _is_host(word, text, is_host):
            return word[0]
        self.found.add(word[0])
        return new


def _is_host(word: re.Match[str], text: str, is_host: bool) -> bool:  # noqa: FBT001
    before = text[: word.start()]
    if before.endswith(("//", "@")) or _PORT.match(text, word.end()):
        return True
    option = before.rpartition(" ")[2]
    if option.endswith("=") and _HOST_OPTION.fullmatch(option[:-1]):
        return True
    if _HOST_OPTION.fullmatch(before.rstrip().rpartition(" ")[2] or "-"):
        return before.endswith(" ")
    return is_host and (not before or before[-1] in _SEPARATORS)


def _rewritten(service: Service, hosts: _Hosts) -> tuple[Service, list[Outcome]]:
    environment = {
        key: hosts.text(value, is_host=bool(_HOST_KEY.search(key))) if value else value
        for key, value in service.environment.items()
    }
    outcomes = [
        outcome
        for key, value in service.environment.items()
        for outcome in _told(service.at("environment", key), value, environment[key])
    ]
    command = hosts.words(service.command) if service.command else service.command
    outcomes += _told(service.at("command"), service.command, command)
    entrypoint = service.entrypoint
    if entrypoint:
        entrypoint = hosts.words(entrypoint)
        outcomes += _told(service.at("entrypoint"), service.entrypoint, entrypoint)
    check = service.healthcheck
    if check:
        check = replace(check, test=hosts.words(check.test))
        path = service.at("healthcheck", "test")
        outcomes += _told(path, service.healthcheck, check)
    changed = replace(
        service,
        environment=environment,
        command=command,
        entrypoint=entrypoint,
        healthcheck=check,
    )
    return changed, outcomes


def _told(path: KeyPath, old: object, new: object) -> Iterable[Outcome]:
    if old != new:
        note = "names of hosts in it are changed to those of their Services"
        yield Outcome(path, Fate.ADAPTED, note, code="renamed-host")
