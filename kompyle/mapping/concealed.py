"""Give services variables for the secrets in their commands, checks and hooks."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.mapping.expansion import NO_SECRETS, Secrets
from kompyle.mapping.given_secrets import given
from kompyle.mapping.secret_values import (
    SecretValues,
    commands,
    in_hooks,
    longest_first,
    own_secrets,
    secret_values,
    stands,
)

_ADDED = "COMMAND_SECRET"


def concealed(
    services: tuple[Service, ...], filled: Iterable[str]
) -> tuple[tuple[Service, ...], SecretValues, dict[str, Secrets]]:
    """Give services variables for the secrets in their commands; return these, too."""
    known = secret_values(services, filled)
    found = [(service, _spoken(service, known)) for service in services]
    changed = tuple(
        replace(service, environment=_with(service, secrets.names))
        if secrets.names
        else service
        for service, secrets in found
    )
    spoken = {service.name: secrets for service, secrets in found if secrets.names}
    return changed, known, spoken


def _spoken(service: Service, known: SecretValues) -> Secrets:
    """Return the secrets in a service's commands, each with its variable."""
    listed = commands(service)
    handed = {place.value for words in listed for place in given(words)}
    handed.update(in_hooks(service))
    if not listed or not (known.values or handed):
        return NO_SECRETS
    own = own_secrets(service, known, handed)
    text = "\n".join(word for words in listed for word in words)
    anywhere = {*known.within(text), *(known.values & handed)}
    anywhere.update(
        value for value in own if value in known.values and stands(value, text)
    )
    names: dict[str, str] = {}
    for value in longest_first(anywhere | handed):
        names[value] = own.get(value) or _free(service, names.values())
    return Secrets(names, frozenset(anywhere))


def _free(service: Service, taken: Container[str]) -> str:
    number = 1
    while (name := f"{_ADDED}_{number}") in service.environment or name in taken:
        number += 1
    return name


def _with(service: Service, names: Mapping[str, str]) -> dict[str, str | None]:
    return dict(service.environment) | {name: value for value, name in names.items()}
