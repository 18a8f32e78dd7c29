"""What a mapping starts from: the decoded project and what lies on the disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kompyle.compose.file_objects import FileObject
from kompyle.compose.service import Service
from kompyle.compose.source import YamlMap
from kompyle.compose.volumes import Volume
from kompyle.keypath import KeyPath
from kompyle.localfiles import Local


@dataclass(frozen=True, slots=True)
class Inputs:
    """A project, decoded; ``folder`` is absolute, ``files`` are by absolute path.

    ``variable_files`` says which env file a variable comes from (as users know it);
    ``filled`` are the secrets that Compose filled in somewhere; ``data_containers`` are
    no services any more, but their images fill volumes.
    """

    name: str
    services: tuple[Service, ...]
    volumes: Mapping[str, Volume]
    secrets: Mapping[str, FileObject]
    configs: Mapping[str, FileObject]
    networks: Mapping[str, YamlMap] = field(default_factory=dict)
    folder: str = ""
    files: Mapping[str, Local] = field(default_factory=dict)
    variable_files: Mapping[KeyPath, str] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    data_containers: Mapping[str, Service] = field(default_factory=dict)

    @property
    def by_name(self) -> dict[str, Service]:
        return {service.name: service for service in self.services}
