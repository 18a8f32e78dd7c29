"""What bound files become: a ConfigMap or a Secret, with a key for each."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

from kompyle.localfiles import LocalFile
from kompyle.mapping.secret_values import SecretValues
from kompyle.names import shortened
from kompyle.sensitive_files import is_sensitive_file

_KEY = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_KEY = 245
"""Characters of a key: 253, less a number that keeps it apart from its like."""

ANNOTATED = 240 * 1024
"""Bytes that plain ``kubectl apply`` can repeat in an annotation; it holds 256 KiB."""

_AROUND = 8
"""Bytes of JSON around a key and its value."""


@dataclass(frozen=True, slots=True)
class Content:
    """Files for ConfigMaps or Secrets (``kind``), each under a key of its own.

    ``parts`` gives each object the keys that it holds; few contents need a second one.
    ``paths`` gives each key its path below the mount; one file has the path "".
    ``skipped`` names what is no file;
    ``illegal`` are the paths of files that no ConfigMap can bring.
    """

    kind: str
    parts: dict[str, tuple[str, ...]]
    files: dict[str, LocalFile]
    paths: dict[str, str]
    skipped: tuple[str, ...] = ()
    illegal: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return next(iter(self.parts))

    @property
    def is_file(self) -> bool:
        """Whether it is one file, and no folder."""
        return list(self.paths.values()) == [""]


def content(
    source: str,
    name: Callable[[int], str],
    files: dict[str, LocalFile],
    secrets: SecretValues,
) -> Content:
    """Make objects of files; *source* is their path, *name* calls the n-th object."""
    base = source.rpartition("/")[2]
    illegal = tuple(path for path in files if path.startswith(".."))
    files = {path: found for path, found in files.items() if path not in illegal}
    keys = _keys(files, base)
    is_secret = any(
        is_sensitive_file(f"{source}/{path}" if path else base, found.data)
        or secrets.within_file(found.data)
        for path, found in files.items()
    )
    kind = "Secret" if is_secret else "ConfigMap"
    found = {keys[path]: file for path, file in files.items()}
    parts = enumerate(_parts(kind, found), start=1)
    return Content(
        kind=kind,
        parts={name(number): part for number, part in parts},
        files=found,
        paths={keys[path]: path for path in files},
        illegal=illegal,
    )


def _parts(kind: str, files: Mapping[str, LocalFile]) -> Iterator[tuple[str, ...]]:
    """Share files out among objects that plain ``kubectl apply`` takes."""
    part: list[str] = []
    total = 0
    for key, file in files.items():
        size = weight(kind, file.data) + len(key) + _AROUND
        if part and total + size > ANNOTATED:
            yield tuple(part)
            part, total = [], 0
        part.append(key)
        total += size
    yield tuple(part)


def weight(kind: str, data: bytes) -> int:
    r"""Say how long a file is in that annotation, for which Go writes < as \u003c."""
    try:
        text = "" if kind == "Secret" else data.decode()
    except UnicodeDecodeError:
        text = ""
    if not text:
        return -(-len(data) // 3) * 4
    quoted = json.dumps(text, ensure_ascii=False).encode()
    return len(quoted) + 5 * sum(map(text.count, "<>&"))


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
