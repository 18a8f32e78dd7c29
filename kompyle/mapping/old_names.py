"""Tell which mounted files still say names of hosts that have changed.

Files stay as they are written: what they mean by a name only their programs know.
"""

from collections.abc import Iterator, Mapping

from kompyle.keypath import KeyPath
from kompyle.localfiles import LocalFile
from kompyle.mapping.binds import Bind, MountKey
from kompyle.mapping.bound_files import Content
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.host_words import Use, uses
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.renaming import left, old_name


def old_names(
    inputs: Inputs, decided: Mapping[MountKey, Bind], names: Mapping[str, str]
) -> list[Outcome]:
    """Look through configs and mounted files; *names* maps old to new."""
    changed = {old: names[old] for old in left(names, names)}
    if not changed:
        return []
    return [
        old_name(path, left(found, changed), changed)
        for path, files in mounted_files(inputs, decided)
        if (found := {name for data in files for name in _said(data, changed)})
    ]


def mounted_files(
    inputs: Inputs, decided: Mapping[MountKey, Bind]
) -> Iterator[tuple[KeyPath, list[bytes]]]:
    """Yield what configs and bound files hold, each with the key that names it."""
    for config in inputs.configs.values():
        local = inputs.files.get(config.file or "")
        if config.content is not None and not config.variable:
            yield (*config.path, "content"), [config.content.encode()]
        elif isinstance(local, LocalFile) and not config.is_external:
            yield (*config.path, "file"), [local.data]
    for (path, _), bind in decided.items():
        if isinstance(bind, Content):
            yield (*path, "source"), [file.data for file in bind.files.values()]


def _said(data: bytes, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the names that may be hosts in a text; most have none at all."""
    text = data.decode("utf-8", "ignore")
    if any(name in text for name in names):
        yield from (word[0] for word, use in uses(text, names) if use is not Use.OTHER)
