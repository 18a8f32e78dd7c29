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


def renamed(
    services: tuple[Service, ...], names: Mapping[str, str]
) -> tuple[tuple[Service, ...], list[Outcome]]:
    """Rewrite hosts in variables, commands and checks; *names* maps old to new."""
    changed = {old: new for old, new in names.items() if old != new}
    if not changed:
        return services, []
    found = [_Rewriter(changed).service(service) for service in services]
    outcomes = [outcome for _, told in found for outcome in told]
    return tuple(service for service, _ in found), outcomes


class _Rewriter:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        longest_first = sorted(names, key=len, reverse=True)
        options = "|".join(map(re.escape, longest_first))
        self.token = re.compile(rf"(?<![\w.-])(?P<name>{options})(?![\w-]|\.\w)")

    def service(self, service: Service) -> tuple[Service, list[Outcome]]:
        outcomes: list[Outcome] = []
        environment = dict(service.environment)
        for key, value in service.environment.items():
            if value:
                is_host = bool(_HOST_KEY.search(key))
                environment[key] = self.text(value, is_host=is_host)
                path = service.at("environment", key)
                outcomes += _told(path, value, environment[key] or "")
        command = self.words(service, "command", service.command, outcomes)
        entrypoint = self.words(service, "entrypoint", service.entrypoint, outcomes)
        check = service.healthcheck
        if check:
            test = self.words(service, "healthcheck", check.test, outcomes)
            check = replace(check, test=test or ())
        changed = replace(
            service,
            environment=environment,
            command=command,
            entrypoint=entrypoint,
            healthcheck=check,
        )
        return changed, outcomes

    def words(
        self,
        service: Service,
        key: str,
        words: tuple[str, ...] | None,
        outcomes: list[Outcome],
    ) -> tuple[str, ...] | None:
        if not words:
            return words
        path = service.at(key, "test") if key == "healthcheck" else service.at(key)
        found = []
        before = ""
        for word in words:
            is_host = bool(_HOST_OPTION.fullmatch(before))
            found.append(self.text(word, is_host=is_host))
            before = word
        outcomes += _told(path, " ".join(words), " ".join(found))
        return tuple(found)

    def text(self, text: str, *, is_host: bool) -> str:
        """Rewrite the hosts of one text; *is_host* says that it is one as a whole."""
        return self.token.sub(lambda match: self._host(match, text, is_host), text)

    def _host(self, match: re.Match[str], text: str, is_host: bool) -> str:  # noqa: FBT001
        before, after = text[: match.start()], text[match.end() :]
        is_address = before.endswith(("//", "@")) or re.match(r":\d", after)
        option = before.rpartition(" ")[2]
        is_value = option.endswith("=") and _HOST_OPTION.fullmatch(option[:-1])
        is_listed = is_host and (not before or before[-1] in ", ;")
        if is_address or is_value or is_listed:
            return self.names[match["name"]]
        return match["name"]


def _told(path: KeyPath, old: str, new: str) -> Iterable[Outcome]:
    if old != new:
        note = "names of hosts in it are changed to those of their Services"
        yield Outcome(path, Fate.ADAPTED, note, code="renamed-host")
