"""Make one volume of those that have one name: in Docker they are the same."""

from collections.abc import Mapping
from dataclasses import replace

from kompyle.compose.service import Service
from kompyle.compose.volumes import Volume
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate


def with_one_volume_per_name(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Let mounts of all keys lead to the first one, or to the one that exists."""
    same = _same(inputs.volumes)
    if not same:
        return inputs, []
    kept = {key: item for key, item in inputs.volumes.items() if key not in same}
    services = tuple(_renamed(service, same) for service in inputs.services)
    outcomes = [_told(inputs.volumes[key], first) for key, first in same.items()]
    return replace(inputs, services=services, volumes=kept), outcomes


def _same(volumes: Mapping[str, Volume]) -> dict[str, str]:
    """Return the keys of volumes that another key stands for already."""
    first: dict[str, Volume] = {}
    for volume in sorted(volumes.values(), key=lambda found: not found.is_external):
        first.setdefault(volume.name, volume)
    return {
        key: first[volume.name].key
        for key, volume in volumes.items()
        if not volume.is_external and first[volume.name] is not volume
    }


def _renamed(service: Service, same: Mapping[str, str]) -> Service:
    mounts = tuple(
        replace(mount, source=same.get(mount.source or "", mount.source))
        if mount.type == "volume"
        else mount
        for mount in service.mounts
    )
    return replace(service, mounts=mounts)


def _told(volume: Volume, first: str) -> Outcome:
    note = f"it is the volume {first!r}: both are called {volume.name!r}"
    return Outcome(volume.path, Fate.IGNORED, note)
