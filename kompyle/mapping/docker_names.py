"""Names that Docker gives by itself, where a project uses them (R4).

Swarm lists the tasks of a service as ``tasks.SERVICE``: there is a headless Service for
that. Compose calls containers PROJECT-SERVICE-N: in a cluster nothing is called so.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kompyle.localfiles import Local, LocalFile, LocalFolder
from kompyle.mapping.host_words import Use, uses
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.secret_values import commands
from kompyle.names import distinct, shortened


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
    if not inputs.services:
        return found
    project = re.escape(inputs.name)
    called = "|".join(re.escape(service.name) for service in inputs.services)
    pattern = re.compile(
        rf"(?<![\w.-])(?:tasks\.(?:{project}_)?(?P<task>{called})"
        rf"|{project}(?P<between>[-_])(?P<one>{called})(?P=between)\d+)(?![\w-]|\.\w)"
    )
    for key, text in _texts(inputs):
        said = {
            match[0]: (match["task"] or match["one"], bool(match["task"]))
            for match in pattern.finditer(text)
            if match[0] not in known
        }
        if said:
            hosts = uses(text, dict.fromkeys(said, ""), key)
            meant = {word[0] for word, use in hosts if use is not Use.OTHER}
            found |= {(word, *said[word]) for word in meant}
    return found


def _texts(inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Yield whatever can name a host; the variables with their names."""
    for service in inputs.services:
        for name, value in service.environment.items():
            yield name, value or ""
        for words in commands(service):
            yield "", " ".join(words)
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
