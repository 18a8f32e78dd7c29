"""Texts that Swarm fills in for each task, such as ``{{.Node.Hostname}}``."""

import re

from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Outcome
from kompyle.mapping.keys import Fate

_TEMPLATE = re.compile(r"\{\{\s*\.(?:Node|Service|Task)\.[^}]*\}\}")


def told(path: KeyPath, text: str) -> Outcome | None:
    """Tell of the first template in a text; None if it has none."""
    found = _TEMPLATE.search(text)
    if not found:
        return None
    note = f"only Swarm fills in {found[0]}"
    way_out = (
        "Let the container find out: its host name is the Pod's, and a field such as "
        "spec.nodeName can be made a variable."
    )
    return Outcome(path, Fate.LOST, note, way_out)
