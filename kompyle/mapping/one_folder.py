"""Keep bound folders that lie in each other together: on one machine they are one tree.

Where both become claims, the inner one is a folder in the claim of the outer one. Where
that cannot be, it is told what no longer sees the files of the other.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePosixPath

from kompyle.compose.service import Service
from kompyle.compose.source import find, plain
from kompyle.compose.volumes import Mount
from kompyle.mapping.binds import (
    Bind,
    Claim,
    MountKey,
    bind_mounts,
    normal,
)
from kompyle.mapping.bound_files import Content
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

_ONE_VOLUME = "Mount one named volume in both, and copy the files into it."
_ONE_NODE = "Let both run on the same nodes."


@dataclass(frozen=True, slots=True)
class _Use:
    """A bind mount and what becomes of it; ``place`` is where its service may run."""

    service: Service
    mount: Mount
    source: str
    bind: Bind

    @property
    def place(self) -> object:
        placement = find(self.service.node, ("deploy", "placement"))
        mode = self.service.text("deploy", "mode")
        return mode == "global", placement and plain(placement)


def in_one_claim(
    found: Mapping[MountKey, Bind], services: tuple[Service, ...]
) -> dict[MountKey, Bind]:
    """Let claims for folders within other folders be folders of their claims."""
    uses = list(_uses(found, services))
    folders = _by_source(use for use in uses if _is_claim(use))
    moved = {use.mount.key: _moved(use, folders) for use in filter(_is_claim, uses)}
    return {**found, **moved}


def split_folders(
    found: Mapping[MountKey, Bind], services: tuple[Service, ...]
) -> list[Outcome]:
    """Tell of folders that services shared on one machine, and share no longer."""
    uses = list(_uses(found, services))
    claims = _by_source(filter(_is_claim, uses))
    written = _by_source(use for use in uses if _is_written(use))
    copies = _by_source(use for use in uses if isinstance(use.bind, Content))
    apart = (
        _apart(inner, outer)
        for inner in chain(*claims.values())
        for outer in _at(_above(inner.source), claims)
        if _claim(inner) != _claim(outer)
    )
    stale = (
        *(
            _stale(copy, writer)
            for copy in chain(*copies.values())
            for writer in _at((copy.source, *_above(copy.source)), written)
        ),
        *(
            _stale(copy, writer)
            for writer in chain(*written.values())
            for copy in _at(_above(writer.source), copies)
        ),
    )
    return [*apart, *stale]


def _uses(
    found: Mapping[MountKey, Bind], services: tuple[Service, ...]
) -> Iterator[_Use]:
    for service, mount in bind_mounts(services):
        source = normal(mount.source or "")
        yield _Use(service, mount, source, found[mount.key])


def _by_source(uses: Iterable[_Use]) -> dict[str, list[_Use]]:
    found: dict[str, list[_Use]] = {}
    for use in uses:
        found.setdefault(use.source, []).append(use)
    return found


def _is_claim(use: _Use) -> bool:
    return isinstance(use.bind, Claim)


def _is_written(use: _Use) -> bool:
    return isinstance(use.bind, Claim) and not use.mount.read_only


def _claim(use: _Use) -> str:
    assert isinstance(use.bind, Claim)
    return use.bind.name


def _above(source: str) -> list[str]:
    """List the folders around a path, the outermost first."""
    return [str(folder) for folder in reversed(PurePosixPath(source).parents)]


def _at(sources: Iterable[str], found: Mapping[str, list[_Use]]) -> Iterator[_Use]:
    return (use for source in sources for use in found.get(source, ()))


def _moved(use: _Use, folders: Mapping[str, list[_Use]]) -> Bind:
    """Return a folder of the outermost claim around that the same nodes can mount."""
    assert isinstance(use.bind, Claim)
    for source in _above(use.source):
        outer = folders.get(source, ())
        both = (*outer, *folders[use.source])
        if outer and all(other.place == use.place for other in both):
            folder = posixpath.relpath(use.source, source)
            name = _claim(outer[0])
            note = f"{use.bind.note}; it is the folder {folder!r} of {name!r}"
            return replace(use.bind, name=name, folder=folder, note=note)
    return use.bind


def _apart(inner: _Use, outer: _Use) -> Outcome:
    name = outer.service.name
    note = f"{name!r} does not see it in its own folder, which is on other nodes"
    return Outcome(inner.mount.path, Fate.LOST, note, _ONE_NODE, "split-folder")


def _stale(copy: _Use, writer: _Use) -> Outcome:
    name = writer.service.name
    note = f"it is a copy of what is there now, and {name!r} writes to another volume"
    return Outcome(copy.mount.path, Fate.LOST, note, _ONE_VOLUME, "split-folder")
