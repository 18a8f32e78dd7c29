"""What services say in variables and commands, and whom they speak to by it."""

from collections.abc import Iterable, Iterator, Mapping

from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath
from kompyle.mapping.host_words import Use, uses

HOOKS = frozenset(("post_start", "pre_start", "pre_stop"))
BETWEEN = "\x1f"
"""Joins the words of a command: white space that no word has."""

Speech = Mapping[str, frozenset[str]]
"""The services that each service speaks to, by name."""


def speech(services: Iterable[Service], names: Mapping[str, tuple[str, ...]]) -> Speech:
    """Learn whom services speak to; *names* maps each to the services it means."""
    same = {name: name for name in names}
    return {
        service.name: frozenset(
            target for host in _hosts(service, same) for target in names[host]
        )
        for service in services
    }


def checked(service: Service, names: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the services that a health check speaks to."""
    if not service.healthcheck:
        return frozenset()
    text = BETWEEN.join(service.healthcheck.test)
    hosts = uses(text, dict.fromkeys(names, ""))
    found = {word[0] for word, use in hosts if use is Use.HOST}
    return frozenset(target for host in found for target in names[host])


def said(service: Service) -> Iterator[tuple[str, str]]:
    """Yield whatever can name a host: variables with their names, commands without."""
    for _, name, text in said_at(service):
        yield name, text


def said_at(service: Service) -> Iterator[tuple[KeyPath, str, str]]:
    """Yield the same, and before it the key of the service that says it."""
    for name, value in service.environment.items():
        if value:
            yield ("environment", name), name, value
    command = (*(service.entrypoint or ()), *(service.command or ()))
    if command:
        key = "command" if service.command else "entrypoint"
        yield (key,), "", BETWEEN.join(command)
    if service.healthcheck:
        yield ("healthcheck", "test"), "", BETWEEN.join(service.healthcheck.test)
    for path, hook in _hooks_at(service):
        for name, value in texts(hook, "environment").items():
            yield (*path, "environment", name), name, value
        yield (*path, "command"), "", BETWEEN.join(hook.texts("command"))


def hooks(service: Service) -> Iterator[YamlMap]:
    for _, hook in _hooks_at(service):
        yield hook


def _hooks_at(service: Service) -> Iterator[tuple[KeyPath, YamlMap]]:
    for key in sorted(HOOKS & service.node.entries.keys()):
        for index, hook in enumerate(service.node.items_of(key)):
            if isinstance(hook, YamlMap):
                yield (key, index), hook


def _hosts(service: Service, same: Mapping[str, str]) -> set[str]:
    return {
        word[0]
        for name, text in said(service)
        for word, use in uses(text, same, name)
        if use is Use.HOST
    }
