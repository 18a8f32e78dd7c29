"""The words of the key registry: what becomes of a Compose key."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a leaf of the model (the report's four words)."""

    KEPT = "kept"
    ADAPTED = "adapted"
    IGNORED = "ignored"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Key:
    """A key's usual fate, and why; a concern can decide otherwise for one place.

    ``whole`` keys answer for everything beneath them; the others list their children
    one by one.
    """

    fate: Fate
    note: str | None = None
    whole: bool = False
    help: str | None = None


def kept(*, whole: bool = False) -> Key:
    """Declare a key that keeps its meaning in the cluster."""
    return Key(Fate.KEPT, None, whole)


def adapted(note: str, *, whole: bool = False) -> Key:
    """Declare a key whose intent is met by other means; *note* says which."""
    return Key(Fate.ADAPTED, note, whole)


def ignored(reason: str) -> Key:
    """Declare a key that means nothing in a cluster."""
    return Key(Fate.IGNORED, reason, whole=True)


def lost(note: str, way_out: str | None = None) -> Key:
    """Declare a key that the user has to care for; a note can be the way out itself."""
    return Key(Fate.LOST, note, whole=True, help=way_out)
