"""Every Compose key and what becomes of it, gathered from the concerns."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import ModuleType

from kompyle.keypath import KeyPath
from kompyle.mapping import (
    command,
    configs,
    depends_on,
    deploy,
    devices,
    environment,
    healthcheck,
    hostname,
    hosts,
    image,
    labels,
    lifecycle,
    links,
    loading,
    namespaces,
    networks,
    placement,
    ports,
    replicas,
    resources,
    secrets,
    security,
    shared_memory,
    unsupported,
    user,
    volumes,
)
from kompyle.mapping.keys import Key, ignored, lost

CONCERNS = (
    image,
    command,
    environment,
    ports,
    networks,
    links,
    depends_on,
    healthcheck,
    resources,
    volumes,
    configs,
    secrets,
    replicas,
    deploy,
    placement,
    devices,
    lifecycle,
    namespaces,
    hostname,
    hosts,
    user,
    security,
    shared_memory,
    labels,
)
"""Every concern, in the order in which their fragments are joined."""

ALWAYS = frozenset(
    (image, environment, ports, networks, links, replicas, configs, secrets)
)
"""The concerns that contribute to every service, whatever it says.

Configs and secrets may come by ``volumes_from``.
"""


def _triggers(concern: ModuleType) -> frozenset[str]:
    """Return the service keys that a concern looks at."""
    steps = (pattern.split(".") for pattern in concern.KEYS)
    return frozenset(step[2] for step in steps if step[:2] == ["services", "*"])


TRIGGERS = tuple((concern, _triggers(concern)) for concern in CONCERNS)


def concerns(keys: AbstractSet[str]) -> Iterator[ModuleType]:
    """Return the concerns of a service that has these *keys*, in their order."""
    for concern, triggers in TRIGGERS:
        if concern in ALWAYS or not triggers.isdisjoint(keys):
            yield concern


KEYS: dict[str, Key] = {
    pattern: key
    for module in (*CONCERNS, loading, unsupported)
    for pattern, key in module.KEYS.items()
}
"""Every key path of the specification; ``*`` is any name, ``[]`` any item."""

EXTENSION = ignored("keys that begin with x- are yours")
UNKNOWN = lost(
    "Kompyle does not know this key", "Look for a newer version, or add it by hand."
)


@dataclass(slots=True)
class RegistryNode:
    """One step of the registry's key paths."""

    key: Key | None = None
    below: dict[str, "RegistryNode"] = field(default_factory=dict)

    def child(self, step: str | int) -> "RegistryNode | None":
        """Follow one step of a path; where names are free, any will do."""
        if isinstance(step, int):
            return self.below.get("[]")
        return self.below.get(step) or self.below.get("*")


def owner(path: KeyPath) -> tuple[int, Key]:
    """Find the key that answers for a leaf, and how many steps of the path it has."""
    node = _ROOT
    for depth, step in enumerate(path):
        found = node.child(step)
        if found is None:
            is_own = isinstance(step, str) and step.startswith("x-")
            return depth + 1, EXTENSION if is_own else UNKNOWN
        node = found
        if node.key and node.key.whole:
            return depth + 1, node.key
    return len(path), node.key or UNKNOWN


def root() -> RegistryNode:
    """Return the top of the registry, to be walked along with a model."""
    return _ROOT


def _tree() -> RegistryNode:
    top = RegistryNode()
    for pattern, key in KEYS.items():
        node = top
        for step in pattern.split("."):
            node = node.below.setdefault(step, RegistryNode())
        node.key = key
    return top


_ROOT = _tree()
