"""Name the volumes of a Pod: each is declared once, and different ones stay apart.

Who builds a volume knows no others. So its name first tells what it is; once all are
known, it becomes the shortest name that is free.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

from kompyle.mapping.fragment import FROM, Manifest, merged
from kompyle.mapping.sealing import sealed
from kompyle.names import distinct

_MARK = "\0"


def tentative(volume: Manifest, place: str = "") -> Manifest:
    """Let a volume's name tell its content, and the *place* that it alone serves."""
    text = json.dumps([sealed(volume), place], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return volume | {"name": f"{volume['name']}{_MARK}{digest}"}


def final_names(volumes: Iterable[Manifest]) -> dict[str, str]:
    """Return each volume's name; the first to want a name has it."""
    wanted = {volume["name"]: _wanted(volume["name"]) for volume in volumes}
    first = {name: told for told, name in reversed(wanted.items())}
    names = {told: name for name, told in first.items()}
    taken = set(first)
    for told, name in wanted.items():
        if told not in names:
            names[told] = distinct(name, taken)
            taken.add(names[told])
    return names


def _wanted(told: str) -> str:
    return told.partition(_MARK)[0]


def declared(volumes: Iterable[Manifest], names: Mapping[str, str]) -> list[Manifest]:
    """Declare a volume once, however often it is mounted."""
    found: dict[str, Manifest] = {}
    for volume in volumes:
        name = names[volume["name"]]
        marks = _marks(found[name], volume) if name in found else {}
        found[name] = {**volume, "name": name, **marks}
    return list(found.values())


def _marks(first: Manifest, second: Manifest) -> Manifest:
    return merged({FROM: first.get(FROM, {})}, {FROM: second.get(FROM, {})})


def mounting(container: Manifest, names: Mapping[str, str]) -> Manifest:
    """Let a container mount volumes by the names that they have in the end."""
    if not container.get("volumeMounts"):
        return container
    entries = [
        {**entry, "name": names[entry["name"]]} for entry in container["volumeMounts"]
    ]
    return {**container, "volumeMounts": entries}
