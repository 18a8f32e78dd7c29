"""A crash is what happens now; what was long ago, or passes, ends no wait."""

from collections.abc import Mapping
from typing import Any

import pytest

from kompyle.cluster.signals import Signal, event_signal, pod_signals
from kompyle.cluster.verdicts import Judge
from kompyle.cluster.view import View
from kompyle.cluster.waiting import Deadline
from kompyle.cluster.watching import Subject, Watching

RUNNING: Mapping[str, Any] = {"running": {}}
HELD = {"waiting": {"reason": "CrashLoopBackOff"}}
ENDED = {"terminated": {"exitCode": 1}}


def pod(restarts: int, state: Mapping[str, Any], *, ready: bool = False) -> Any:  # noqa: ANN401
    container = {
        "name": "db",
        "restartCount": restarts,
        "ready": ready,
        "state": state,
        "lastState": {"terminated": {"exitCode": 1}},
    }
    return {"metadata": {"name": "db-0"}, "status": {"containerStatuses": [container]}}


@pytest.mark.parametrize(
    ("found", "known", "codes"),
    [
        pytest.param(pod(3, RUNNING), 0, ["Crash"], id="new"),
        pytest.param(pod(4, RUNNING), 4, [], id="of-before"),
        pytest.param(pod(6, RUNNING), 4, [], id="two-more"),
        pytest.param(pod(7, ENDED), 4, ["Crash"], id="three-more"),
        pytest.param(pod(4, HELD), 4, ["Crash"], id="still-at-it"),
        pytest.param(pod(4, RUNNING, ready=True), 0, [], id="recovered"),
    ],
)
def test_restarts_of_before_do_not_count(
    found: Mapping[str, Any], known: int, codes: list[str]
) -> None:
    assert [item.code for item in pod_signals(found, {"db": known})] == codes


def test_a_failure_that_passes_ends_no_wait() -> None:
    deadline = Deadline(600.0)
    looks = [(40.0, True), (41.0, False), (45.0, False), (60.0, True), (62.0, True)]
    assert not any(deadline.has_passed(at, fails=fails) for at, fails in looks)
    assert deadline.has_passed(63.0, fails=True)
    assert not deadline.has_passed(599.0, fails=False)
    assert deadline.has_passed(600.0, fails=False)


def test_a_sign_is_told_before_it_is_a_failure() -> None:
    moments = iter((0.0, 31.0, 121.0, 122.0, 123.0))
    judge = Judge(lambda: next(moments))
    mount = Signal("Mount", "FailedMount", "no such Secret", 120.0, "web-1")
    for expected in ((None, None), (None, mount), (mount, mount)):
        assert judge._standing("Deployment/web", [mount]) == expected
    assert judge._standing("Deployment/web", []) == (None, None)
    assert judge._standing("Deployment/web", [mount]) == (None, None)


def test_a_cluster_that_will_not_grow_is_a_failure_at_once() -> None:
    involved = {"kind": "Pod", "name": "web-1"}
    told = {"reason": "NotTriggerScaleUp", "message": "", "involvedObject": involved}
    signal = event_signal(told)
    assert signal
    assert (signal.code, signal.patience, signal.pod) == ("Schedule", 0.0, "web-1")


def deployment(version: int, available: int, since: str) -> Any:  # noqa: ANN401
    told = {"type": "Available", "status": "True", "lastTransitionTime": since}
    counts = {"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1}
    observed = {"observedGeneration": 1, "availableReplicas": available}
    metadata = {"name": "web", "uid": "1", "resourceVersion": str(version)}
    status = {**counts, **observed, "conditions": [told]}
    return {"kind": "Deployment", "metadata": metadata, "status": status}


def test_what_has_pods_that_are_not_seen_has_to_stay_available() -> None:
    looks = [
        (0.0, 1, "a", False),
        (4.0, 1, "a", False),
        (5.0, 0, "a", False),  # not available
        (6.0, 1, "a", False),
        (11.0, 1, "b", False),  # not available in between
        (15.0, 1, "b", False),
        (16.0, 1, "b", True),
    ]
    moments = (now for now, *_ in looks)
    judge = Judge(lambda: next(moments))
    nowhere: Any = None
    watching = Watching(nowhere, "shop", [Subject("apps/v1", "Deployment")])
    for version, (_, available, since, expected) in enumerate(looks):
        watching.put(deployment(version, available, since))
        assert judge.judge(View(watching), "Deployment/web").is_current is expected
