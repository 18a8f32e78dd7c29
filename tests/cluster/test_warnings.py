"""Warnings that stay although what they told of has passed."""

from typing import Any

import pytest

from kompyle.cluster.signals import Signal, has_begun
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
