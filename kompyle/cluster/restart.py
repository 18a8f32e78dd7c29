"""Start the Pods of services anew, one after the other where there are several."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from kompyle.cluster.app import Part
from kompyle.cluster.deployed import Deployed
from kompyle.cluster.renewal import Changes
from kompyle.cluster.resources import Manifest, place
from kompyle.cluster.transport import MERGE, Answer

MANAGER = "kompyle-restart"
"""Another manager than that of ``up``, which then leaves the annotation alone."""

_MARK = "kompyle.io/restarted-at"
_ENDING = {
    "CronJob": "it runs by its schedule",
    "Job": "it runs to its end; `kompyle up` runs it again when it has changed",
}


def restarts(found: Deployed, parts: Iterable[Part]) -> tuple[Changes, list[str]]:
    """Return how to restart services, and what to say of those that cannot be."""
    changes: dict[str, partial[Answer]] = {}
    notices = []
    chosen = list(parts)
    for part in chosen:
        kind = part.workload.partition("/")[0]
        if part.workload not in found.workloads:
            fact = "is not in the namespace; `kompyle up` brings it back"
            notices.append(f"{part.service} {fact}")
        elif kind in _ENDING:
            notices.append(f"{part.service} is not restarted: {_ENDING[kind]}")
        else:
            changes[part.workload] = partial(
                _restarted, found, found.workloads[part.workload]
            )
    return changes, [*notices, *shared(found, chosen, changes, "restarts")]


def shared(
    found: Deployed, chosen: Sequence[Part], changes: Iterable[str], verb: str
) -> list[str]:
    """Say of services that were not chosen that they share a Pod with one."""
    names = {part.service for part in chosen}
    return [
        f"{other.service} {verb}, too: it shares the Pod of {workload}"
        for workload in changes
        for other in found.app.services_of(workload)
        if other.service not in names
    ]


def _restarted(found: Deployed, workload: Manifest) -> Answer:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    annotations: Mapping[str, object] = {"annotations": {_MARK: now}}
    return found.place.api.call(
        "PATCH",
        place(workload, found.place.namespace),
        [("fieldManager", MANAGER)],
        {"spec": {"template": {"metadata": annotations}}},
        MERGE,
    )
