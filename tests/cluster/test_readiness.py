"""When an object is ready, by what the server says of it: a table of states."""

from typing import Any

import pytest

from kompyle.cluster.readiness import is_bound_on_first_use, readiness
from kompyle.cluster.status import Phase

Item = dict[str, Any]

CURRENT, WAITING = Phase.CURRENT, Phase.IN_PROGRESS
FAILED, TERMINATING = Phase.FAILED, Phase.TERMINATING


def item(kind: str, spec: Item | None = None, /, **status: object) -> Item:
    """Write an object of generation 2 as a server would return it."""
    found: Item = {"kind": kind, "metadata": {"name": "a", "generation": 2}}
    return found | {"spec": spec or {}, "status": status}


def condition(
    name: str, status: str = "True", reason: str = "", message: str = ""
) -> Item:
    return {"type": name, "status": status, "reason": reason, "message": message}


def counts(
    *, replicas: int = 1, updated: int = 1, available: int = 1, ready: int = 1
) -> Item:
    return {
        "observedGeneration": 2,
        "replicas": replicas,
        "updatedReplicas": updated,
        "availableReplicas": available,
        "readyReplicas": ready,
    }


AVAILABLE = condition("Available")
SETTLED = condition("Progressing", reason="NewReplicaSetAvailable")
MOVING = condition("Progressing", reason="ReplicaSetUpdated")
BY_DEADLINE = {"progressDeadlineSeconds": 600}


def refused(message: str) -> Item:
    return condition("ReplicaFailure", reason="FailedCreate", message=message)


DEPLOYMENTS = [
    pytest.param(item("Deployment"), WAITING, id="unseen"),
    pytest.param(
        item("Deployment", observedGeneration=1), WAITING, id="old-generation"
    ),
    pytest.param(
        item("Deployment", conditions=[AVAILABLE], **counts()), CURRENT, id="done"
    ),
    pytest.param(
        item("Deployment", {"replicas": 2}, conditions=[AVAILABLE], **counts()),
        WAITING,
        id="too-few",
    ),
    pytest.param(
        item("Deployment", conditions=[AVAILABLE], **counts(updated=0)),
        WAITING,
        id="not-updated",
    ),
    pytest.param(
        item("Deployment", conditions=[AVAILABLE], **counts(replicas=2)),
        WAITING,
        id="old-ones-end",
    ),
    pytest.param(
        item("Deployment", conditions=[AVAILABLE], **counts(available=0)),
        WAITING,
        id="not-available",
    ),
    pytest.param(
        item("Deployment", conditions=[AVAILABLE], **counts(ready=0)),
        WAITING,
        id="not-ready",
    ),
    pytest.param(
        item("Deployment", BY_DEADLINE, conditions=[AVAILABLE, MOVING], **counts()),
        WAITING,
        id="not-settled",
    ),
    pytest.param(
        item("Deployment", BY_DEADLINE, conditions=[AVAILABLE, SETTLED], **counts()),
        CURRENT,
        id="settled",
    ),
    pytest.param(
        item(
            "Deployment",
            conditions=[
                condition("Progressing", "False", "ProgressDeadlineExceeded", "late")
            ],
            **counts(ready=0),
        ),
        FAILED,
        id="deadline",
    ),
    pytest.param(
        item(
            "Deployment",
            conditions=[refused('pods "a-x" is forbidden: exceeded quota: q')],
            **counts(replicas=0, updated=0, available=0, ready=0),
        ),
        FAILED,
        id="quota",
    ),
    pytest.param(
        item(
            "Deployment",
            conditions=[refused("failed calling webhook: connection refused")],
            **counts(replicas=0, updated=0, available=0, ready=0),
        ),
        WAITING,
        id="webhook-down",
    ),
    pytest.param(
        item("Deployment", {"replicas": 0} | BY_DEADLINE, observedGeneration=2),
        CURRENT,
        id="scaled-to-zero",
    ),
]
SETS = [
    pytest.param(item("StatefulSet"), WAITING, id="unseen"),
    pytest.param(
        item(
            "StatefulSet",
            currentReplicas=1,
            currentRevision="a",
            updateRevision="a",
            **counts(),
        ),
        CURRENT,
        id="done",
    ),
    pytest.param(
        item(
            "StatefulSet",
            currentReplicas=1,
            currentRevision="a",
            updateRevision="b",
            **counts(),
        ),
        WAITING,
        id="old-revision",
    ),
    pytest.param(
        item(
            "StatefulSet",
            {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}},
            **counts(replicas=3, ready=3),
        ),
        CURRENT,
        id="partition",
    ),
    pytest.param(
        item(
            "StatefulSet",
            {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 1}}},
            **counts(replicas=3, ready=3),
        ),
        WAITING,
        id="partition-not-updated",
    ),
    pytest.param(
        item(
            "StatefulSet",
            {"updateStrategy": {"type": "OnDelete"}},
            observedGeneration=2,
        ),
        CURRENT,
        id="on-delete",
    ),
    pytest.param(
        item(
            "StatefulSet",
            {"minReadySeconds": 5},
            currentReplicas=1,
            **counts(available=0),
        ),
        WAITING,
        id="not-ready-for-long-enough",
    ),
    pytest.param(item("DaemonSet"), WAITING, id="daemons-unseen"),
    pytest.param(
        item("DaemonSet", observedGeneration=2, desiredNumberScheduled=0),
        CURRENT,
        id="no-node-for-daemons",
    ),
    pytest.param(
        item(
            "DaemonSet",
            observedGeneration=2,
            desiredNumberScheduled=2,
            currentNumberScheduled=2,
            updatedNumberScheduled=2,
            numberAvailable=2,
            numberReady=1,
        ),
        WAITING,
        id="a-daemon-is-not-ready",
    ),
    pytest.param(
        item(
            "ReplicaSet", fullyLabeledReplicas=1, availableReplicas=1, readyReplicas=1
        ),
        CURRENT,
        id="replica-set",
    ),
]
OTHERS = [
    pytest.param(item("Job"), WAITING, id="job-not-started"),
    pytest.param(item("Job", startTime="t"), WAITING, id="job-runs"),
    pytest.param(
        item("Job", conditions=[condition("Complete")]), CURRENT, id="job-done"
    ),
    pytest.param(
        item("Job", conditions=[condition("SuccessCriteriaMet")]),
        CURRENT,
        id="job-succeeds",
    ),
    pytest.param(
        item("Job", conditions=[condition("FailureTarget")]), FAILED, id="job-fails"
    ),
    pytest.param(
        item("Job", conditions=[condition("Failed")]), FAILED, id="job-failed"
    ),
    pytest.param(item("Job", {"suspend": True}), CURRENT, id="job-suspended"),
    pytest.param(item("CronJob"), CURRENT, id="cron-job"),
    pytest.param(item("Pod", phase="Succeeded"), CURRENT, id="pod-done"),
    pytest.param(item("Pod", phase="Failed"), FAILED, id="pod-failed"),
    pytest.param(
        item("Pod", phase="Running", conditions=[condition("Ready")]),
        CURRENT,
        id="pod-ready",
    ),
    pytest.param(item("Pod", phase="Running"), WAITING, id="pod-unready"),
    pytest.param(item("Pod"), WAITING, id="pod-new"),
    pytest.param(item("PersistentVolumeClaim", phase="Bound"), CURRENT, id="bound"),
    pytest.param(item("PersistentVolumeClaim", phase="Pending"), WAITING, id="unbound"),
    pytest.param(item("PersistentVolumeClaim", phase="Lost"), FAILED, id="lost"),
    pytest.param(item("Service", {"type": "LoadBalancer"}), WAITING, id="no-address"),
    pytest.param(item("Service", {"clusterIP": "10.0.0.1"}), CURRENT, id="service"),
    pytest.param(item("Namespace", phase="Active"), CURRENT, id="namespace"),
    pytest.param(item("Namespace", phase="Terminating"), TERMINATING, id="leaving"),
    pytest.param(item("ConfigMap"), CURRENT, id="config-map"),
    pytest.param(
        item("HorizontalPodAutoscaler", observedGeneration=1), CURRENT, id="autoscaler"
    ),
    pytest.param(
        item("CustomResourceDefinition", conditions=[condition("Established")]),
        CURRENT,
        id="established",
    ),
    pytest.param(item("CustomResourceDefinition"), WAITING, id="not-established"),
    pytest.param(
        item(
            "CustomResourceDefinition", conditions=[condition("NamesAccepted", "False")]
        ),
        FAILED,
        id="names-taken",
    ),
    pytest.param(
        item("Certificate", conditions=[condition("Ready", "False")]),
        WAITING,
        id="custom-not-ready",
    ),
    pytest.param(item("Certificate"), CURRENT, id="custom-without-condition"),
    pytest.param(
        item("Certificate", conditions=[condition("Stalled")]), FAILED, id="stalled"
    ),
    pytest.param(
        item("Certificate", conditions=[condition("Reconciling")]),
        WAITING,
        id="reconciling",
    ),
]


@pytest.mark.parametrize(("found", "expected"), [*DEPLOYMENTS, *SETS, *OTHERS])
def test_phase(found: Item, expected: Phase) -> None:
    assert readiness(found).phase is expected


def test_what_is_deleted_is_nothing_else() -> None:
    found = item("Deployment", conditions=[AVAILABLE], **counts())
    found["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert readiness(found).phase is TERMINATING


def test_what_is_not_ready_says_why() -> None:
    found = item("Deployment", {"replicas": 3}, **counts())
    assert readiness(found).message == "1 of 3 created"
    late = condition("Progressing", "False", "ProgressDeadlineExceeded", "too late")
    status = readiness(item("Deployment", conditions=[late], **counts()))
    assert (status.reason, status.message) == ("ProgressDeadlineExceeded", "too late")


@pytest.mark.parametrize(
    ("name", "mode", "is_later"),
    [
        ("local", "WaitForFirstConsumer", True),
        ("local", "Immediate", False),
        ("other", "WaitForFirstConsumer", False),
    ],
)
def test_claims_that_bind_on_first_use(
    name: str,
    mode: str,
    is_later: bool,  # noqa: FBT001 - what is expected
) -> None:
    claim = item("PersistentVolumeClaim", {"storageClassName": "local"})
    classes = [{"metadata": {"name": name}, "volumeBindingMode": mode}]
    assert is_bound_on_first_use(claim, classes) is is_later
