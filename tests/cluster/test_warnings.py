"""Warnings that stay although what they told of has passed."""

from typing import Any

import pytest

from kompyle.cluster.diagnosis import suggestion
from kompyle.cluster.signals import Signal, event_signal, has_begun
from kompyle.cluster.verdicts import _is_over

Manifest = dict[str, Any]

_WAITING = {"state": {"waiting": {"reason": "ContainerCreating"}}, "lastState": {}}
_RUNNING: Manifest = {"state": {"running": {}}, "lastState": {}}
_RESTARTED = {"state": {"waiting": {}}, "lastState": {"terminated": {"exitCode": 1}}}


def pod(*containers: Manifest, init: Manifest | None = None) -> Manifest:
    status = {
        "containerStatuses": list(containers),
        "initContainerStatuses": [init] if init else [],
    }
    return {"metadata": {"name": "web-1"}, "status": status}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (pod(), False),
        (pod(_WAITING), False),
        (pod(_WAITING, init=_WAITING), False),
        (pod(_RUNNING), True),
        (pod(_RESTARTED), True),
        (pod(_WAITING, init=_RUNNING), True),
    ],
)
def test_what_kept_a_pod_from_starting_is_over(
    found: Manifest,
    expected: bool,  # noqa: FBT001
) -> None:
    assert has_begun(found) is expected
    mount = Signal("Mount", "FailedMount", "no such Secret", 120.0, "web-1")
    assert _is_over(mount, {}, [found]) is expected
    assert not _is_over(mount, {}, [])


@pytest.mark.parametrize(
    ("spec", "pods", "expected"),
    [
        ({}, 0, False),
        ({}, 1, True),
        ({"replicas": 3}, 1, False),
        ({"replicas": 3}, 3, True),
        ({"parallelism": 2}, 1, False),
        ({"replicas": 0}, 0, True),
    ],
)
def test_pods_that_were_refused_and_are_there_now(
    spec: Manifest,
    pods: int,
    expected: bool,  # noqa: FBT001
) -> None:
    refused = Signal("Refused", "FailedCreate", "exceeded quota", 0.0)
    workload = {"kind": "StatefulSet", "spec": spec}
    assert _is_over(refused, workload, [pod(_RUNNING)] * pods) is expected


@pytest.mark.parametrize(
    ("message", "code", "patience"),
    [
        ('MountVolume.SetUp failed for "x": secret "x" not found', "Config", 15.0),
        ('MountVolume.SetUp failed for "x": configmap "x" not found', "Config", 15.0),
        ("references non-existent secret key: a", "Config", 15.0),
        ("references non-existent config key: a", "Config", 15.0),
        ('object "shop"/"x" not registered', "Mount", 120.0),
        ('persistentvolumeclaim "x" not found', "Mount", 120.0),
    ],
)
def test_what_a_mount_is_missing(message: str, code: str, patience: float) -> None:
    signal = event_signal({"reason": "FailedMount", "message": message})
    assert signal
    assert (signal.code, signal.patience) == (code, patience)


@pytest.mark.parametrize(
    ("code", "reason", "said"),
    [
        ("Config", "FailedMount", "Secret or ConfigMap"),
        ("Mount", "FailedMount", "no other node holds it"),
        ("Crash", "CrashLoop", "`kompyle logs web` has more"),
        ("Crash", "OOMKilled", "`mem_limit`"),
        ("Crash", "Init:OOMKilled", "`mem_limit`"),
        ("Crash", "StartError", "`command:` and `entrypoint:`"),
        ("Crash", "ContainerCannotRun", "`command:` and `entrypoint:`"),
        ("Start", "RunContainerError", "`command:` and `entrypoint:`"),
    ],
)
def test_a_suggestion_fits_what_happened(code: str, reason: str, said: str) -> None:
    assert said in suggestion(Signal(code, reason, "", 0.0), None, "web")
