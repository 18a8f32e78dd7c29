"""Write the new name of a host where the old one cannot stand in Kubernetes (R4b).

Only what is surely a host is rewritten.  Names of databases and users stay; and of
what may be either, the user is told.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kompyle.compose.service import Service
from kompyle.compose.source import YamlList, YamlMap, YamlNode, at_position, plain
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.host_words import Found, Use, uses
from kompyle.mapping.keys import Fate
from kompyle.mapping.speech import BETWEEN, HOOKS


@dataclass(frozen=True, slots=True)
class Reading:
    """What one place says: the names that are hosts, and those that may be."""

    path: KeyPath
    hosts: frozenset[str]
    unclear: frozenset[str]


def renamed(
    services: tuple[Service, ...],
    names: Mapping[str, str],
    staying: Mapping[str, str],
) -> tuple[tuple[Service, ...], list[Outcome]]:
    """Rewrite hosts in variables, commands and checks; *names* maps old to new.

    Those of *staying* are only told, as what the user should write differs.
    """
    names = {**names, **staying}
    if all(old == new for old, new in names.items()):
        return services, []
    found = [_rewritten(service, names, staying) for service in services]
    outcomes = [
        outcome
        for _, readings in found
        for reading in readings
        for outcome in _told(reading, names)
    ]
    return tuple(service for service, _ in found), outcomes


def left(names: Iterable[str], new: Mapping[str, str]) -> list[str]:
    """Return which names lead nowhere; that of letters in capitals is found by DNS."""
    return sorted(name for name in names if new[name] != name.lower())


def old_name(path: KeyPath, found: Sequence[str], names: Mapping[str, str]) -> Outcome:
    """Tell that a place still says names that have changed."""
    said = ", ".join(map(repr, found))
    new = ", ".join(repr(name) for name in dict.fromkeys(names[name] for name in found))
    note = f"it still says {said}: if that means the host, it is not found"
    way_out = f"In the cluster it is {new}; call it so in the Compose file, too."
    return Outcome(path, Fate.KEPT, note, way_out, "old-name")


def _told(reading: Reading, names: Mapping[str, str]) -> Iterator[Outcome]:
    is_changed = any(names[host] != host for host in reading.hosts)
    still = left(reading.unclear, names)
    if still:
        told = old_name(reading.path, still, names)
        fate = Fate.ADAPTED if is_changed else Fate.KEPT
        before = "names of hosts in it are changed, but " if is_changed else ""
        yield replace(told, fate=fate, note=f"{before}{told.note}")
    elif is_changed:
        note = "names of hosts in it are changed to those of their Services"
        yield Outcome(reading.path, Fate.ADAPTED, note, code="renamed-host")


def _rewritten(
    service: Service, names: Mapping[str, str], staying: Container[str]
) -> tuple[Service, list[Reading]]:
    reader = _Reader(names, staying)
    entrypoint, command = service.entrypoint, service.command
    environment = {
        key: value and reader.value(service.at("environment", key), value)
        for key, value in service.environment.items()
    }
    if command:
        command = reader.words(service.at("command"), command, entrypoint or ())
    if entrypoint:
        entrypoint = reader.words(service.at("entrypoint"), entrypoint)
    check = service.healthcheck
    if check:
        test = reader.words(service.at("healthcheck", "test"), check.test)
        check = replace(check, test=test)
    changed = replace(
        service,
        node=_with_hooks(service, reader),
        environment=environment,
        command=command,
        entrypoint=entrypoint,
        healthcheck=check,
    )
    return changed, reader.readings


def _with_hooks(service: Service, reader: "_Reader") -> YamlMap:
    changed: dict[str, YamlNode] = {}
    for key in HOOKS & service.node.entries.keys():
        node = service.node.entries[key]
        items = [
            _hook(item, service.at(key, index), reader)
            if type(item) is YamlMap
            else item
            for index, item in enumerate(service.node.items_of(key))
        ]
        changed[key] = YamlList(tuple(items), node.position)
    return service.node.with_entries(**changed) if changed else service.node


def _hook(hook: YamlMap, path: KeyPath, reader: "_Reader") -> YamlMap:
    changed: dict[str, YamlNode] = {}
    command, variables = hook.get("command"), hook.get("environment")
    if command:
        words = reader.words((*path, "command"), hook.texts("command"))
        changed["command"] = at_position(list(words), command.position)
    if variables:
        values = {
            key: _value(item, (*path, "environment", key), reader)
            for key, item in hook.map("environment").items()
        }
        changed["environment"] = YamlMap(values, variables.position)
    return hook.with_entries(**changed)


def _value(node: YamlNode, path: KeyPath, reader: "_Reader") -> YamlNode:
    text = plain(node)
    if not isinstance(text, str):
        return node
    return at_position(reader.value(path, text), node.position)


class _Reader:
    """Rewrites the hosts of one service, and keeps what was read."""

    def __init__(self, names: Mapping[str, str], staying: Container[str]) -> None:
        self.names = names
        self.staying = staying
        self.readings: list[Reading] = []

    def value(self, path: KeyPath, text: str) -> str:
        """Rewrite the value of a variable, whose name is the end of *path*."""
        found = list(self._found(text, str(path[-1])))
        self._add(path, found)
        return self._written(text, 0, found)

    def words(
        self, path: KeyPath, words: Sequence[str], before: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Rewrite the words of a command; *before* are those that precede them."""
        text = BETWEEN.join((*before, *words))
        position = len(text) - len(BETWEEN.join(words))
        known = self._found(text)
        found = [item for item in known if item[0].start() >= position]
        self._add(path, found)
        written = []
        for word in words:
            written.append(self._written(word, position, found))
            position += len(word) + len(BETWEEN)
        return tuple(written)

    def _found(self, text: str, key: str = "") -> Iterator[Found]:
        for word, use in uses(text, self.names, key):
            stays = use is Use.HOST and word[0] in self.staying
            yield word, Use.UNCLEAR if stays else use

    def _add(self, path: KeyPath, found: Sequence[Found]) -> None:
        hosts = frozenset(word[0] for word, use in found if use is Use.HOST)
        unclear = frozenset(word[0] for word, use in found if use is Use.UNCLEAR)
        self.readings.append(Reading(path, hosts, unclear))

    def _written(self, text: str, start: int, found: Sequence[Found]) -> str:
        """Rewrite a text that stands at *start* of what was searched."""
        pieces, done = [], 0
        for word, use in found:
            begin = word.start() - start
            if use is Use.HOST and 0 <= begin < len(text):
                pieces += [text[done:begin], self.names[word[0]]]
                done = word.end() - start
        return "".join((*pieces, text[done:]))
