"""Names that Docker gives by itself, where a project uses them (R4).

Swarm lists the tasks of a service as ``tasks.SERVICE``: there is a headless Service for
that. Compose calls containers PROJECT-SERVICE-N: in a cluster nothing is called so.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kompyle.localfiles import Local, LocalFile, LocalFolder
from kompyle.mapping.host_words import Use, uses
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.speech import said
from kompyle.names import distinct, shortened

_Named = tuple[str, bool]
"""The service that a name means, and whether it is that of its tasks."""


@dataclass(frozen=True, slots=True)
class DockerNames:
    """Such names that are in use, each with its Service.

    ``tasks`` and ``containers`` are by how they are written, ``services`` are the
    Services of tasks by the name of the service whose Pods they list.
    """

    tasks: dict[str, str]
    containers: dict[str, str]
    services: dict[str, str]


def docker_names(
    inputs: Inputs, names: Mapping[str, str], others: Mapping[str, str]
) -> DockerNames:
    """Find them; *names* are those of services, *others* are further known names."""
    known = {*names, *others}
    found = sorted(_found(inputs, known))
    used = {*names.values(), *others.values()}
    services: dict[str, str] = {}
    for _, service, is_task in found:
        if is_task and service not in services:
            services[service] = distinct(shortened(f"{names[service]}-tasks"), used)
            used.add(services[service])
    return DockerNames(
        tasks={word: services[name] for word, name, is_task in found if is_task},
        containers={word: names[name] for word, name, is_task in found if not is_task},
        services=services,
    )


def _found(inputs: Inputs, known: Collection[str]) -> Iterable[tuple[str, str, bool]]:
    """Return each name with its service, and whether it is that of tasks."""
    found: set[tuple[str, str, bool]] = set()
    services = {service.name for service in inputs.services}
    beginning = rf"(?:tasks\.|{re.escape(inputs.name)}[-_])"
    pattern = re.compile(rf"(?<![\w.-]){beginning}[\w.-]*[\w-]")
    for key, text in _texts(inputs):
        meant = {
            word: named
            for word in pattern.findall(text)
            if word not in known and (named := _named(word, inputs.name, services))
        }
        if meant:
            hosts = uses(text, dict.fromkeys(meant, ""), key)
            words = {word[0] for word, use in hosts if use is not Use.OTHER}
            found |= {(word, *meant[word]) for word in words}
    return found


def _named(word: str, project: str, services: Container[str]) -> _Named | None:
    """Read ``tasks.SERVICE``, ``tasks.PROJECT_SERVICE`` or ``PROJECT-SERVICE-1``."""
    rest = word.removeprefix("tasks.")
    if rest != word:
        names = (rest.removeprefix(f"{project}_"), rest)
        return next(((name, True) for name in names if name in services), None)
    rest = word.removeprefix(project)
    service, _, number = rest[1:].rpartition(rest[0])
    return (service, False) if service in services and number.isdigit() else None


def _texts(inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Yield whatever can name a host; the variables with their names."""
    for service in inputs.services:
        yield from said(service)
    for config in inputs.configs.values():
        yield "", config.content or ""
    for local in inputs.files.values():
        for file in _files(local):
            if _may_say(file.data, inputs.name):
                yield "", file.data.decode("utf-8", "ignore")


def _files(local: Local) -> Iterable[LocalFile]:
    if isinstance(local, LocalFolder):
        return local.files.values()
    return (local,) if isinstance(local, LocalFile) else ()


def _may_say(data: bytes, project: str) -> bool:
    return b"tasks." in data or project.encode() in data
