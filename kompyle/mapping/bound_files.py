"""What bound files become: a ConfigMap or a Secret, with a key for each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count

from kompyle.localfiles import LocalFile
from kompyle.mapping.secret_values import SecretValues
from kompyle.names import shortened
from kompyle.sensitive import is_sensitive_file

_KEY = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_KEY = 245
"""Characters of a key: 253, less a number that keeps it apart from its like."""


@dataclass(frozen=True, slots=True)
class Content:
    """Files for a ConfigMap or a Secret (``kind``), each under a key of its own.

    ``paths`` gives each key its path below the mount; one file has the path "".
    ``skipped`` names what is no file;
    ``illegal`` are the paths of files that no ConfigMap can bring.
    """

    kind: str
    name: str
    files: dict[str, LocalFile]
    paths: dict[str, str]
    skipped: tuple[str, ...] = ()
    illegal: tuple[str, ...] = ()


def content(
    source: str, name: str, files: dict[str, LocalFile], secrets: SecretValues
) -> Content:
    """Make an object called *name* of files; *source* is their path in the project."""
    base = source.rpartition("/")[2]
    illegal = tuple(path for path in files if path.startswith(".."))
    files = {path: found for path, found in files.items() if path not in illegal}
    keys = _keys(files, base)
    is_secret = any(
        is_sensitive_file(f"{source}/{path}" if path else base, found.data)
        or secrets.within_file(found.data)
        for path, found in files.items()
    )
    return Content(
        kind="Secret" if is_secret else "ConfigMap",
        name=name,
        files={keys[path]: found for path, found in files.items()},
        paths={keys[path]: path for path in files},
        illegal=illegal,
    )


def _keys(paths: Iterable[str], base: str) -> dict[str, str]:
    """Give each path a key, no two the same; *base* names a file by itself."""
    wanted = {path: _key(path or base) for path in paths}
    keys = {key: path for path, key in wanted.items() if path == key}
    for path, key in wanted.items():
        if path != key:
            numbered = (f"{key}_{number}" for number in count(2))
            keys[next(k for k in chain((key,), numbered) if k not in keys)] = path
    found = {path: key for key, path in keys.items()}
    return {path: found[path] for path in wanted}


def _key(path: str) -> str:
    """Make a legal key of a path: one with ``..`` in front is the kubelet's own."""
    key = re.sub(r"^\.\.", "__", _KEY.sub("_", path.replace("/", "__")))
    return shortened(key, _LONGEST_KEY)
