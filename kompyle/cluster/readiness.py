"""Say how far an object of a cluster is, from what the server tells of it.

The rules are those of kstatus, with corrections: a Job that runs is not done, a Pod
that failed has failed, a claim that binds on first use need not be bound.
"""

from collections.abc import Callable, Iterable

from kompyle.cluster.status import (
    Check,
    Manifest,
    Phase,
    Status,
    condition,
    holds,
    missing,
    progressing,
    spec_of,
    status_of,
    told_by,
)

CURRENT = Status(Phase.CURRENT)
_ENDLESS = 2**31 - 1
"""The deadline of a Deployment that waits for ever."""


def readiness(item: Manifest) -> Status:
    """Judge one object; ``item`` is as the server returned it."""
    return _generic(item) or _RULES.get(item["kind"], _by_condition)(item)


def _generic(item: Manifest) -> Status | None:
    metadata = item["metadata"]
    if "deletionTimestamp" in metadata:
        return Status(Phase.TERMINATING, "Terminating", "it is being deleted")
    if item["kind"] == "HorizontalPodAutoscaler":
        return None  # its generation is not kept before 1.37
    observed = status_of(item).get("observedGeneration")
    generation = metadata.get("generation")
    if None not in (observed, generation) and observed != generation:
        return progressing("LatestGenerationNotObserved", "the change is not seen yet")
    for name, phase in (("Reconciling", Phase.IN_PROGRESS), ("Stalled", Phase.FAILED)):
        found = condition(item, name)
        if found.get("status") == "True":
            return told_by(found, phase)
    return None


def _judged_by(*checks: Check) -> Callable[[Manifest], Status]:
    """Take the first status that a check returns; an object that passes all is done."""

    def rule(item: Manifest) -> Status:
        found = (status for check in checks if (status := check(item)))
        return next(found, CURRENT)

    return rule


def _unseen(item: Manifest) -> Status | None:
    if "observedGeneration" in status_of(item):
        return None
    return progressing("LatestGenerationNotObserved", "nobody has seen it yet")


def _too_many(item: Manifest) -> Status | None:
    extra = status_of(item).get("replicas", 0) - _wanted(item)
    if extra <= 0:
        return None
    return progressing("Replicas", f"{extra} of before still end")


def _wanted(item: Manifest) -> int:
    return int(spec_of(item).get("replicas", 1))


def _counted(*counts: tuple[str, str]) -> Check:
    """Check that none of these counts of a status is below what is wanted."""

    def check(item: Manifest) -> Status | None:
        status = status_of(item)
        found = [(status.get(field, 0), what) for field, what in counts]
        return missing(_wanted(item), found)

    return check


def _late(item: Manifest) -> Status | None:
    found = condition(item, "Progressing")
    is_late = found.get("reason") == "ProgressDeadlineExceeded"
    return told_by(found, Phase.FAILED) if is_late else None


def _refused(item: Manifest) -> Status | None:
    found = condition(item, "ReplicaFailure")
    is_final = found.get("status") == "True" and is_refusal(found.get("message", ""))
    return told_by(found, Phase.FAILED) if is_final else None


def _unsettled(item: Manifest) -> Status | None:
    deadline = spec_of(item).get("progressDeadlineSeconds", _ENDLESS)
    reason = condition(item, "Progressing").get("reason")
    if deadline == _ENDLESS or not _wanted(item) or reason == "NewReplicaSetAvailable":
        return None
    return progressing("Progressing", "the new Pods are not settled yet")


def _paused(item: Manifest) -> Status | None:
    updated = status_of(item).get("updatedReplicas", 0)
    if not spec_of(item).get("paused") or updated >= _wanted(item):
        return None
    return progressing("Paused", "it is paused; `kubectl rollout resume` lets it go on")


def _unavailable(item: Manifest) -> Status | None:
    if not _wanted(item) or holds(item, "Available"):
        return None
    return told_by(condition(item, "Available"), Phase.IN_PROGRESS)


def is_refusal(message: str) -> bool:
    """Whether Pods are refused for good.

    A webhook that is down comes back, and a new namespace gets its account soon.
    """
    if "error looking up service account" in message:
        return False
    return "forbidden" in message or "denied the request" in message


def _updated(item: Manifest) -> Status | None:
    """Check that all Pods above the partition are of the newest revision."""
    status, wanted = status_of(item), _wanted(item)
    update = spec_of(item).get("updateStrategy") or {}
    partition = (update.get("rollingUpdate") or {}).get("partition", 0)
    if partition:
        updated = status.get("updatedReplicas", 0)
        return missing(wanted - partition, [(updated, "up to date")])
    if found := missing(wanted, [(status.get("currentReplicas", 0), "current")]):
        return found
    if wanted and status.get("currentRevision") != status.get("updateRevision"):
        return progressing("Revision", "not all Pods are of the new revision")
    return None


def _settling(item: Manifest) -> Status | None:
    if not spec_of(item).get("minReadySeconds"):
        return None
    available = status_of(item).get("availableReplicas", 0)
    return missing(_wanted(item), [(available, "available")])


def _stateful_set(item: Manifest) -> Status:
    update = spec_of(item).get("updateStrategy") or {}
    if update.get("type") == "OnDelete" and not _unseen(item):
        return CURRENT
    return _STATEFUL_SET(item)


def _daemon_set(item: Manifest) -> Status:
    status = status_of(item)
    if "observedGeneration" not in status or "desiredNumberScheduled" not in status:
        return progressing("LatestGenerationNotObserved", "nobody has seen it yet")
    wanted = status["desiredNumberScheduled"]
    counts = [
        (status.get("currentNumberScheduled", 0), "scheduled"),
        (status.get("updatedNumberScheduled", 0), "up to date"),
        (status.get("numberAvailable", 0), "available"),
        (status.get("numberReady", 0), "ready"),
    ]
    return missing(wanted, counts) or CURRENT


def _failing(item: Manifest) -> Status | None:
    found = condition(item, "ReplicaFailure")
    return told_by(found, Phase.IN_PROGRESS) if found.get("status") == "True" else None


def _job(item: Manifest) -> Status:
    for name in ("Failed", "FailureTarget"):
        if holds(item, name):
            return told_by(condition(item, name), Phase.FAILED)
    if holds(item, "Complete") or holds(item, "SuccessCriteriaMet"):
        return CURRENT
    if spec_of(item).get("suspend"):
        return Status(Phase.CURRENT, "Suspended", "it is suspended")
    if not status_of(item).get("startTime"):
        return progressing("NotStarted", "it has not started yet")
    return progressing("Running", "it runs")


def _pod(item: Manifest) -> Status:
    status = status_of(item)
    phase = status.get("phase")
    if phase == "Succeeded":
        return CURRENT
    if phase == "Failed":
        reason, message = status.get("reason", "Failed"), status.get("message", "")
        return Status(Phase.FAILED, reason, message or "its containers have failed")
    if phase == "Running" and holds(item, "Ready"):
        return CURRENT
    return progressing(phase or "Pending", condition(item, "Ready").get("message", ""))


def _claim(item: Manifest) -> Status:
    phase = status_of(item).get("phase")
    if phase == "Bound":
        return CURRENT
    if phase == "Lost":
        return Status(Phase.FAILED, "Lost", "the volume behind the claim is gone")
    return progressing("Pending", "it has no volume yet")


def _service(item: Manifest) -> Status:
    spec = spec_of(item)
    if spec.get("type") == "LoadBalancer" and not spec.get("clusterIP"):
        return progressing("NoAddress", "it has no address yet")
    return CURRENT


def _namespace(item: Manifest) -> Status:
    if status_of(item).get("phase") == "Terminating":
        return Status(Phase.TERMINATING, "Terminating", "it is being deleted")
    return CURRENT


def _definition(item: Manifest) -> Status:
    """Judge a CustomResourceDefinition."""
    if holds(item, "NamesAccepted", "False"):
        return told_by(condition(item, "NamesAccepted"), Phase.FAILED)
    established = condition(item, "Established")
    if established.get("status") == "True":
        return CURRENT
    is_refused = established.get("status") == "False"
    if is_refused and established.get("reason") != "Installing":
        return told_by(established, Phase.FAILED)
    return progressing("Installing", "it is not served yet")


def _by_condition(item: Manifest) -> Status:
    """Judge what has no rule of its own by its condition ``Ready``, if it has one."""
    found = condition(item, "Ready")
    if not found or found.get("status") == "True":
        return CURRENT
    return told_by(found, Phase.IN_PROGRESS)


_STATEFUL_SET = _judged_by(
    _unseen,
    _counted(("replicas", "created"), ("readyReplicas", "ready")),
    _settling,
    _too_many,
    _updated,
)
_RULES: dict[str, Callable[[Manifest], Status]] = {
    "CronJob": _judged_by(),
    "CustomResourceDefinition": _definition,
    "DaemonSet": _daemon_set,
    "Deployment": _judged_by(
        _late,
        _unseen,
        _refused,
        _paused,
        _counted(("replicas", "created"), ("updatedReplicas", "up to date")),
        _too_many,
        _counted(("availableReplicas", "available"), ("readyReplicas", "ready")),
        _unsettled,
        _unavailable,
    ),
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "ReplicaSet": _judged_by(
        _failing,
        _counted(
            ("fullyLabeledReplicas", "labelled"),
            ("availableReplicas", "available"),
            ("readyReplicas", "ready"),
        ),
        _too_many,
    ),
    "Service": _service,
    "StatefulSet": _stateful_set,
}


def is_bound_on_first_use(claim: Manifest, classes: Iterable[Manifest]) -> bool:
    """Whether a claim stays pending, by its storage class, until a Pod mounts it."""
    wanted = spec_of(claim).get("storageClassName")
    for found in classes:
        if found["metadata"]["name"] == wanted:
            return bool(found.get("volumeBindingMode") == "WaitForFirstConsumer")
    return False
