"""Leave out data containers: services that do nothing but to lend their volumes (R3).

Docker fills the volumes when it makes the container, which may well end at once. Here
whoever borrows them fills them from the same image.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inherited import lenders
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.joins import tied
from kompyle.mapping.keys import Fate
from kompyle.mapping.schedules import schedule

_NOTHING = re.compile(
    r"(?:(?:/usr)?(?:/bin/)?(?:ba|da|a)?sh -e?c )?"
    r"(?:(?:/usr)?(?:/bin/)?(?:true|echo(?: [^;&|<>`$\n]*)?)|:|exit(?: 0)?)"
)
_SHELLS = frozenset(("alpine", "busybox", "debian", "tianon/true", "ubuntu"))
"""Images that end at once unless they are told what to do, or have a terminal."""

_STAYING = ("ports", "expose", "healthcheck", "stdin_open", "tty")
_MADE = frozenset(("build", "image", "pull_policy"))
_LEFT_OUT = (
    "it does nothing, so it is no workload: who borrows its volumes fills them from "
    "its image"
)
_UNUSED = "the service is no workload, since it does nothing but to lend its volumes"
_NO_WAIT = "it does nothing, so there is nothing to wait for"


def without_data_containers(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Return the services that do something, and what is said of the others."""
    found = _lending(inputs.by_name)
    if not found:
        return inputs, []
    kept = [service for service in inputs.services if service.name not in found]
    outcomes = [
        *(told for service in found.values() for told in _outcomes(service)),
        *(told for service in kept for told in _waits(service, found)),
    ]
    services = tuple(_without_waits(service, found) for service in kept)
    return replace(inputs, services=services, data_containers=found), outcomes


def _does_nothing(service: Service) -> bool:
    """Whether a service ends at once, by its command or the lack of one.

    >>> said = ("/bin/sh -c true", "exit 0", "echo a b", "echo a; b", "true && app")
    >>> [bool(_NOTHING.fullmatch(text)) for text in said]
    [True, True, True, False, False]
    """
    is_staying = any(key in service.node.entries for key in _STAYING)
    is_job = service.text("deploy", "mode") or schedule(service)
    if not service.mounts or is_staying or is_job:
        return False
    words = (*(service.entrypoint or ()), *(service.command or ()))
    if not words:
        return "build" not in service.node.entries and _is_shell(service.image or "")
    return bool(_NOTHING.fullmatch(" ".join(words)))


def _is_shell(image: str) -> bool:
    """Whether an image has no program of its own; whose it is, is part of its name."""
    return image.partition("@")[0].partition(":")[0] in _SHELLS


def _lending(services: Mapping[str, Service]) -> dict[str, Service]:
    """Return the idle services that lend volumes, and of which no more is wanted."""
    lending = {
        name
        for service in services.values()
        if "volumes_from" in service.node.entries
        for name, _, _ in lenders(service, services)
    }
    if not lending:
        return {}
    awaited = {
        found.service
        for service in services.values()
        for found in service.depends_on
        if found.condition != "service_started"
    }
    return {
        name: services[name]
        for name in sorted(lending - awaited - tied(services))
        if _does_nothing(services[name])
    }


def _outcomes(service: Service) -> Iterator[Outcome]:
    yield Outcome(service.path, Fate.ADAPTED, _LEFT_OUT)
    for key in service.node.entries.keys() - _MADE:
        yield Outcome(service.at(key), Fate.IGNORED, _UNUSED)


def _waits(service: Service, found: Mapping[str, Service]) -> Iterator[Outcome]:
    for dependency in service.depends_on:
        if dependency.service in found:
            yield Outcome(dependency.path, Fate.IGNORED, _NO_WAIT)


def _without_waits(service: Service, found: Mapping[str, Service]) -> Service:
    others = (item for item in service.depends_on if item.service not in found)
    return replace(service, depends_on=tuple(others))
