"""What a run came to: objects, problems, failures, and an exit code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from kompyle.cluster.events import What
from kompyle.errors import ClusterError


class Code(IntEnum):
    """The exit codes of the commands that talk to a cluster."""

    DONE = 0
    CHANGES = 3
    REFUSED = 4
    FAILED = 5
    TIMED_OUT = 6
    NO_CLUSTER = 7
    ROLLED_BACK = 8
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a plan is not carried out, or a request was refused.

    ``name`` is the object, ``place`` where it comes from in the Compose file.
    """

    name: str
    reason: str
    message: str
    place: str = ""
    help: str = ""

    def __str__(self) -> str:
        before = f"{self.place}: " if self.place else ""
        return f"{before}{self.name}: {self.message}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a service does not work: facts of the API, and what the container said."""

    service: str
    workload: str
    reason: str
    message: str
    place: str = ""
    pod: str = ""
    container: str = ""
    events: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    help: str = ""

    def __str__(self) -> str:
        before = f"{self.place}: " if self.place else ""
        return f"{before}{self.service or self.workload}: {self.message}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to; ``objects`` lists what was done to each, by its name."""

    code: Code
    project: str
    namespace: str
    objects: Mapping[What, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    failures: tuple[Failure, ...] = ()
    revision: int | None = None
    seconds: float = 0.0

    @property
    def is_done(self) -> bool:
        return self.code is Code.DONE

    def names(self, what: What) -> tuple[str, ...]:
        return self.objects.get(what, ())

    def raise_for_failure(self) -> None:
        """Raise :class:`ClusterError` unless all went well."""
        if not self.is_done:
            told = [*map(str, self.problems), *map(str, self.failures)]
            raise ClusterError("; ".join(told) or self.code.name.lower(), self.code)
