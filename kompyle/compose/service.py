"""A service as the mapping sees it: decoded from the canonical model, frozen.

Every value keeps the key path that it came from; nobody holds positions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kompyle.compose.depends_on import Dependency, dependencies
from kompyle.compose.file_objects import FileReference, file_references
from kompyle.compose.healthcheck import Healthcheck, healthcheck
from kompyle.compose.ports import Port, ports
from kompyle.compose.resources import Resources, resources
from kompyle.compose.source import Scalar, YamlMap, YamlScalar
from kompyle.compose.volumes import Mount, mounts
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Service:
    """One service; ``node`` holds what no concern has decoded."""

    name: str
    path: KeyPath
    node: YamlMap
    image: str | None
    command: tuple[str, ...] | None
    entrypoint: tuple[str, ...] | None
    environment: Mapping[str, str | None]
    labels: Mapping[str, str]
    sysctls: Mapping[str, str]
    ports: tuple[Port, ...]
    expose: tuple[str, ...]
    mounts: tuple[Mount, ...]
    secrets: tuple[FileReference, ...]
    configs: tuple[FileReference, ...]
    depends_on: tuple[Dependency, ...]
    healthcheck: Healthcheck | None
    resources: Resources
    replicas: int | None

    def at(self, *steps: str | int) -> KeyPath:
        """Return the key path of something of this service."""
        return (*self.path, *steps)

    def value(self, *steps: str) -> Scalar:
        """Return the scalar at a path below the service; None for anything else."""
        node = self.node
        if len(steps) == 1:
            return node.value(steps[0])
        for step in steps[:-1]:
            below = node.get(step)
            if not isinstance(below, YamlMap):
                return None
            node = below
        return node.value(steps[-1])

    def text(self, *steps: str) -> str | None:
        value = self.value(*steps)
        return value if isinstance(value, str) else None


def services(model: YamlMap) -> tuple[Service, ...]:
    """Decode the services of a canonical model, in the order of their names."""
    found = sorted(model.maps("services").items())
    return tuple(_service(name, node) for name, node in found)


def texts(node: YamlMap, key: str) -> dict[str, str]:
    return {name: value or "" for name, value in nullable_texts(node, key).items()}


def nullable_texts(node: YamlMap, key: str) -> dict[str, str | None]:
    return {
        name: None if item.value is None else str(item.value)
        for name, item in node.map(key).items()
        if isinstance(item, YamlScalar)
    }


def _service(name: str, node: YamlMap) -> Service:
    path: KeyPath = ("services", name)
    return Service(
        name=name,
        path=path,
        node=node,
        image=node.text("image"),
        command=_words(node, "command"),
        entrypoint=_words(node, "entrypoint"),
        environment=nullable_texts(node, "environment"),
        labels=texts(node, "labels"),
        sysctls=texts(node, "sysctls"),
        ports=ports(node, path),
        expose=tuple(node.texts("expose")),
        mounts=mounts(node, path),
        secrets=file_references(node, path, "secrets"),
        configs=file_references(node, path, "configs"),
        depends_on=dependencies(node, path),
        healthcheck=healthcheck(node, path),
        resources=resources(node, path),
        replicas=_replicas(node),
    )


def _words(node: YamlMap, key: str) -> tuple[str, ...] | None:
    return tuple(node.texts(key)) if key in node.entries else None


def _replicas(node: YamlMap) -> int | None:
    scale = node.value("scale")
    deploy = node.get("deploy")
    replicas = deploy.value("replicas") if isinstance(deploy, YamlMap) else None
    count = replicas if scale is None else scale
    return count if isinstance(count, int) else None
