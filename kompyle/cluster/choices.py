"""How to deploy: what the options of ``up`` say."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run may do beyond the ordinary.

    ``adopts`` takes objects that nobody else manages; ``adopts_owned`` those of other
    tools, too; ``forces`` takes over single fields; ``recreates`` deletes objects to
    make them anew.
    """

    adopts: bool = False
    adopts_owned: bool = False
    forces: bool = False
    recreates: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """How to deploy; ``timeout`` is in seconds, ``agrees`` is yes to all questions."""

    dry_run: bool = False
    waits: bool = True
    timeout: float = 600.0
    prunes: bool = True
    atomic: bool = False
    agrees: bool = False
    allows_empty: bool = False
    creates_namespace: bool = True
    wishes: Wishes = field(default_factory=Wishes)
