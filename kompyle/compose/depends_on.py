"""What a service waits for: ``depends_on``, written or implied by other keys."""

from dataclasses import dataclass

from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Dependency:
    """``condition`` is service_started, service_healthy or …completed_successfully."""

    path: KeyPath
    service: str
    condition: str
    required: bool = True
    restart: bool = False


def dependencies(service: YamlMap, path: KeyPath) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(
            path=(*path, "depends_on", name),
            service=name,
            condition=node.text("condition") or "service_started",
            required=node.value("required") is not False,
            restart=node.value("restart") is True,
        )
        for name, node in service.maps("depends_on").items()
    )
