"""What the short texts say that a service mounts: its configs and bound files."""

from collections.abc import Iterator

from kompyle.compose.file_objects import FileObject
from kompyle.compose.service import Service
from kompyle.localfiles import Local, LocalFile, LocalFolder
from kompyle.mapping.inputs import Inputs

_LONGEST = 64 * 1024
"""Bytes of what people write as settings; more is data, or a program."""


def mounted_texts(inputs: Inputs) -> dict[str, list[str]]:
    """Return the texts of each service that has any."""
    found = {service.name: list(_texts(service, inputs)) for service in inputs.services}
    return {name: texts for name, texts in found.items() if texts}


def _texts(service: Service, inputs: Inputs) -> Iterator[str]:
    for mount in service.mounts:
        if mount.type == "bind" and mount.is_relative:
            yield from _of_files(inputs.files.get(mount.source or ""))
    for reference in service.configs:
        config = inputs.configs.get(reference.source)
        if config and not config.is_external:
            yield from _of_config(config, inputs)


def _of_config(config: FileObject, inputs: Inputs) -> Iterator[str]:
    if config.content is not None:
        yield config.content
    else:
        yield from _of_files(inputs.files.get(config.file or ""))


def _of_files(local: Local | None) -> Iterator[str]:
    files = local.files.values() if isinstance(local, LocalFolder) else [local]
    for file in files:
        if isinstance(file, LocalFile) and len(file.data) <= _LONGEST:
            yield file.data.decode("utf-8", "ignore")
