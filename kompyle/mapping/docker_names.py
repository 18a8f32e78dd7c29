"""Names that Docker gives by itself, where a project uses them (R4).

Swarm lists the tasks of a service as ``tasks.SERVICE``: there is a headless Service for
that. Compose calls containers PROJECT-SERVICE-N: in a cluster nothing is called so.
Any name is found behind a network's, too, as ``db.shop_default``: the network goes.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter

from kompyle.localfiles import Local, LocalFile, LocalFolder
from kompyle.mapping.host_words import Use, uses
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.speech import said
from kompyle.names import distinct, shortened


class _Sort(Enum):
    """What such a name is of."""

    TASKS = 1
    CONTAINER = 2
    NETWORK = 3


_Named = tuple[str, _Sort]
"""The service that a name means, by any name of it, and the sort of name."""


@dataclass(frozen=True, slots=True)
class DockerNames:
    """Such names that are in use, each with its Service.

    ``tasks``, ``containers`` and ``networks`` are by how they are written, ``services``
    are the Services of tasks by the name of the service whose Pods they list.
    ``plain`` are what stands before the networks.
    """

    tasks: dict[str, str]
    containers: dict[str, str]
    networks: dict[str, str]
    services: dict[str, str]
    plain: dict[str, str]

    def joined(
        self, known: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Add those with networks to *known* names: they mean the same services."""
        return {**known, **{word: known[name] for word, name in self.plain.items()}}


def docker_names(
    inputs: Inputs, names: Mapping[str, str], others: Mapping[str, str]
) -> DockerNames:
    """Find them; *names* are those of services, *others* are further known names."""
    known = {*names, *others}
    found = sorted(_found(inputs, known), key=itemgetter(0))
    used = {*names.values(), *others.values()}
    services: dict[str, str] = {}
    for _, service, sort in found:
        if sort is _Sort.TASKS and service not in services:
            services[service] = distinct(shortened(f"{names[service]}-tasks"), used)
            used.add(services[service])
    means = {sort: _of(sort, found) for sort in _Sort}
    return DockerNames(
        tasks={word: services[it] for word, it in means[_Sort.TASKS].items()},
        containers={word: names[it] for word, it in means[_Sort.CONTAINER].items()},
        networks={
            word: {**others, **names}[it] for word, it in means[_Sort.NETWORK].items()
        },
        services=services,
        plain=means[_Sort.NETWORK],
    )


def _of(sort: _Sort, found: Iterable[tuple[str, str, _Sort]]) -> dict[str, str]:
    return {word: name for word, name, known in found if known is sort}


def _found(inputs: Inputs, known: Collection[str]) -> set[tuple[str, str, _Sort]]:
    """Return each name with what it means."""
    found: set[tuple[str, str, _Sort]] = set()
    services = {service.name for service in inputs.services}
    networks = _networks(inputs)
    begins = rf"(?:tasks\.|{re.escape(inputs.name)}[-_])[\w.-]*[\w-]"
    # Names are looked up, and not part of the pattern: there can be a thousand.
    ends = rf"\w[\w.-]*\.(?:{_any(networks)})(?![\w-]|\.\w)"
    pattern = re.compile(rf"(?<![\w.-])(?:{ends}|{begins})")
    hints = ("tasks.", inputs.name, *(f".{network}" for network in networks))
    for key, text in _texts(inputs, hints):
        meant = {
            word: named
            for word in pattern.findall(text)
            if word not in known
            and (
                named := _on_network(word, networks, known)
                or _named(word, inputs.name, services)
            )
        }
        if meant:
            hosts = uses(text, dict.fromkeys(meant, ""), key)
            words = {word[0] for word, use in hosts if use is not Use.OTHER}
            found |= {(word, *meant[word]) for word in words}
    return found


def _networks(inputs: Inputs) -> list[str]:
    """Return the names that Docker knows the networks of the project by."""
    found = (
        node.text("name") or key
        for key, node in inputs.networks.items()
        if node.text("name") or node.value("external")
    )
    return sorted(set(found))


def _any(words: Iterable[str]) -> str:
    """Write a pattern of words, none of which hides a longer one."""
    return "|".join(re.escape(word) for word in sorted(words, reverse=True)) or r"(?!)"


def _on_network(
    word: str, networks: Iterable[str], known: Container[str]
) -> _Named | None:
    """Read ``NAME.NETWORK``, where either may have dots."""
    names = (
        word.removesuffix(f".{network}")
        for network in networks
        if word.endswith(f".{network}")
    )
    return next(((name, _Sort.NETWORK) for name in names if name in known), None)


def _named(word: str, project: str, services: Container[str]) -> _Named | None:
    """Read ``tasks.SERVICE``, ``tasks.PROJECT_SERVICE`` or ``PROJECT-SERVICE-1``."""
    rest = word.removeprefix("tasks.")
    if rest != word:
        names = (rest.removeprefix(f"{project}_"), rest)
        found = (name for name in names if name in services)
        return next(((name, _Sort.TASKS) for name in found), None)
    rest = word.removeprefix(project)
    service, _, number = rest[1:].rpartition(rest[0])
    is_one = service in services and number.isdigit()
    return (service, _Sort.CONTAINER) if is_one else None


def _texts(inputs: Inputs, hints: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield whatever can name a host; the variables with their names."""
    for service in inputs.services:
        yield from said(service)
    for config in inputs.configs.values():
        yield "", config.content or ""
    wanted = [hint.encode() for hint in hints]
    for local in inputs.files.values():
        for file in _files(local):
            if any(hint in file.data for hint in wanted):
                yield "", file.data.decode("utf-8", "ignore")


def _files(local: Local) -> Iterable[LocalFile]:
    if isinstance(local, LocalFolder):
        return local.files.values()
    return (local,) if isinstance(local, LocalFile) else ()
