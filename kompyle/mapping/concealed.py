"""Give services variables for the secrets in their commands, checks and hooks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from kompyle.compose.service import Service
from kompyle.mapping.expansion import Secrets
from kompyle.mapping.secret_values import (
    SecretValues,
    commands,
    given,
    longest_first,
    own_secrets,
    secret_values,
)

_ADDED = "COMMAND_SECRET"


def concealed(
    services: tuple[Service, ...], filled: Iterable[str]
) -> tuple[tuple[Service, ...], SecretValues, dict[str, Secrets]]:
    """Give services variables for the secrets in their commands; return these, too."""
    known = secret_values(services, filled)
    found = [(service, _spoken(service, known)) for service in services]
    changed = tuple(
        replace(service, environment=_with(service, spoken)) if spoken else service
        for service, spoken in found
    )
    spoken: dict[str, Secrets] = {s.name: names for s, names in found if names}
    return changed, known, spoken


def _spoken(service: Service, known: SecretValues) -> dict[str, str]:
    """Return the secrets in a service's commands, each with its variable."""
    if not known.values:
        return {}
    own = own_secrets(service, known)
    listed = commands(service)
    text = "\n".join(word for words in listed for word in words)
    told = chain.from_iterable(map(given, listed))
    found = {*known.within(text), *known.values.intersection(told)}
    found.update(value for value in own if value in text)
    names: dict[str, str] = {}
    for value in longest_first(found):
        names[value] = own.get(value) or _free(service, names)
    return names


def _free(service: Service, taken: Mapping[str, str]) -> str:
    used = {*service.environment, *taken.values()}
    number = 1
    while f"{_ADDED}_{number}" in used:
        number += 1
    return f"{_ADDED}_{number}"


def _with(service: Service, spoken: Mapping[str, str]) -> dict[str, str | None]:
    return dict(service.environment) | {name: value for value, name in spoken.items()}
