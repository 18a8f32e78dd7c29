"""Write the documents that are made from the code; with --check, only compare them.

docs/compose-support.md lists every key path of schemas/compose.json, in its order,
with what becomes of it: the registry's usual fate and its note.
"""

import argparse
import difflib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kompyle.datafiles import read
from kompyle.mapping.keys import Key
from kompyle.mapping.registry import owner

DOCS = Path(__file__).parent
MOST_LINES = 20
"""Of a difference; more is of no help to anyone."""

INTRODUCTION = """\
# What becomes of each Compose key

<!-- Written by docs/generate.py; change the KEYS of a module in kompyle/mapping. -->

Each key path of the Compose Specification has one usual fate:

- **kept**: it means the same in the cluster.
- **adapted**: its intent is met by other means. The note says which.
- **ignored**: it means nothing in a cluster. The note says why.
- **lost**: it needs you. The note says what to do.

A single place can fare otherwise, as a mount does whose folder is missing. The
[report](usage.md#the-report) of `kompyle convert` says what became of each value.
`*` stands for any name, `[]` for any item of a list. Keys that begin with `x-` are
yours; they are ignored.
"""

Schema = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    is_check = parser.parse_args().check
    is_stale = False
    for name, text in documents().items():
        path = DOCS / name
        written = path.read_text("utf-8") if path.exists() else ""
        if written == text:
            continue
        is_stale = True
        if not is_check:
            path.write_text(text, "utf-8")
        print(f"docs/{name} {'is stale' if is_check else 'is written anew'}:")
        print(summary(written, text))
    if is_check and is_stale:
        print("Run docs/generate.py, and read the difference.")
    return int(is_check and is_stale)


def documents() -> dict[str, str]:
    """Return the text of each generated document by its name."""
    return {"compose-support.md": compose_support()}


def summary(old: str, new: str) -> str:
    """Return the lines that differ, a few of them."""
    compared = difflib.unified_diff(
        old.splitlines(), new.splitlines(), n=0, lineterm=""
    )
    changed = [line for line in compared if line[:3] not in ("---", "+++", "@@ ")]
    more = len(changed) - MOST_LINES
    return "\n".join(changed[:MOST_LINES] + ([f"and {more} more"] if more > 0 else []))


def compose_support() -> str:
    found = {path: fate(path) for path in key_paths()}
    counts = Counter(str(key.fate) for key in found.values())
    numbers = ", ".join(
        f"{counts[word]} {word}" for word in ("kept", "adapted", "ignored", "lost")
    )
    parts = [INTRODUCTION, f"Of {len(found)} key paths: {numbers}.\n"]
    for top in dict.fromkeys(path.partition(".")[0] for path in found):
        rows = [
            row(path, key)
            for path, key in found.items()
            if path.partition(".")[0] == top
        ]
        parts.append(
            "\n".join(
                [f"## {top}\n", "| key | fate | note |", "|---|---|---|", *rows, ""]
            )
        )
    return "\n".join(parts)


def row(path: str, key: Key) -> str:
    said = ". ".join(filter(None, (key.note, key.help)))
    note = said.replace("|", "\\|")
    return f"| `{path}` | {key.fate} | {note} |".replace("|  |", "| |")


def fate(pattern: str) -> Key:
    """Ask the registry about a key path, as for a place in a model."""
    steps = pattern.split(".")
    return owner(tuple(0 if step == "[]" else step for step in steps))[1]


def key_paths() -> list[str]:
    schema = json.loads(read("schemas", "compose.json"))
    return list(dict.fromkeys(_walk(schema, schema, ())))


def _walk(root: Schema, at: Schema, path: tuple[str, ...]) -> Iterator[str]:
    node = _resolved(root, at)
    for shape in node.get("oneOf", ()):
        yield from _walk(root, shape, path)
    for name, child in _entries(node):
        yield ".".join((*path, name))
        yield from _walk(root, child, (*path, name))
    if "items" in node:
        yield from _walk(root, node["items"], (*path, "[]"))


def _resolved(root: Schema, node: Schema) -> Schema:
    """Replace a reference by what it stands for; the keywords beside it win."""
    if "$ref" not in node:
        return node
    definition = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return _resolved(root, definition) | node


def _entries(node: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the keys of a map; names that hold nothing but a value are no keys."""
    yield from node.get("properties", {}).items()
    for pattern, child in node.get("patternProperties", {}).items():
        if pattern != "^x-" and child.get("type") != _ANY_SCALAR:
            yield "*", child


_ANY_SCALAR = ["string", "number", "boolean", "null"]


if __name__ == "__main__":
    sys.exit(main())
