"""How a service is, by its workload and its Pods."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kompyle.cluster.app import Part, Published
from kompyle.cluster.ps import Standing, State, standing
from kompyle.cluster.reachable import ports_of

Manifest = dict[str, Any]

NOW = datetime(2026, 1, 1, 12, 10, tzinfo=UTC)
MADE = "2026-01-01T12:00:00Z"
RUNNING = {"running": {"startedAt": MADE}}
PROBE: Manifest = {"periodSeconds": 1, "failureThreshold": 3}


def workload(kind: str = "Deployment", *, status: Manifest, **spec: object) -> Manifest:
    metadata = {"name": "web", "creationTimestamp": MADE}
    return {"kind": kind, "metadata": metadata, "spec": spec, "status": status}


def settled(number: int) -> Manifest:
    """Write the status of a Deployment all of whose Pods are ready."""
    counts = ("replicas", "updatedReplicas", "availableReplicas", "readyReplicas")
    condition = {"type": "Available", "status": "True"}
    found: Manifest = dict.fromkeys(counts, number)
    return {**found, "observedGeneration": 1, "conditions": [condition]}


def pod(
    name: str = "web-1", *, probe: Manifest | None = None, **status: object
) -> Manifest:
    container = {"name": "web", "readinessProbe": probe} if probe else {"name": "web"}
    found: Manifest = {"name": "web", "restartCount": 0, **status}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "creationTimestamp": MADE},
        "spec": {"containers": [container, {"name": "beside"}]},
        "status": {"phase": "Running", "containerStatuses": [found]},
    }


def seen(found: Manifest | None, *pods: Manifest) -> Standing:
    return standing(Part("web", "Deployment/web", "web"), found, list(pods), NOW)


READY: Manifest = {"ready": True, "started": True, "state": RUNNING}
NOT_READY: Manifest = {"ready": False, "started": True, "state": RUNNING}
PULLING = {"waiting": {"reason": "ErrImagePull", "message": "x: not\nfound"}}
CREATING = {"waiting": {"reason": "ContainerCreating"}}
ENDED = {"terminated": {"exitCode": 3, "reason": "Error"}}


@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [
        pytest.param(READY, State.RUNNING, "", id="runs"),
        pytest.param({"probe": PROBE, **READY}, State.HEALTHY, "", id="healthy"),
        pytest.param({"probe": PROBE, **NOT_READY}, State.UNHEALTHY, "", id="ailing"),
        pytest.param(
            {"probe": {**PROBE, "initialDelaySeconds": 900}, **NOT_READY},
            State.STARTING,
            "",
            id="has-time",
        ),
        pytest.param(
            {"ready": False, "state": CREATING},
            State.STARTING,
            "ContainerCreating",
            id="begins",
        ),
        pytest.param({"state": PULLING}, State.FAILED, "ErrImagePull", id="no-image"),
        pytest.param({"state": ENDED}, State.STARTING, "Error", id="ended-once"),
        pytest.param(
            {"state": ENDED, "restartCount": 3},
            State.FAILED,
            "CrashLoop",
            id="ends-ever-again",
        ),
    ],
)
def test_states_of_a_container(found: Manifest, state: State, reason: str) -> None:
    told = seen(workload(status={}, replicas=1), pod(**found))
    assert (told.state, told.reason) == (state, reason)
    assert "\n" not in told.message


def test_a_sign_of_what_passes_is_no_failure_at_first() -> None:
    young = pod(state=PULLING)
    young["metadata"]["creationTimestamp"] = "2026-01-01T12:09:58Z"
    assert seen(workload(status={}, replicas=1), young).state is State.STARTING


def test_one_container_does_not_speak_for_another() -> None:
    found = pod(**READY)
    broken = {"name": "beside", "restartCount": 5, "state": ENDED}
    found["status"]["containerStatuses"].append(broken)
    told = seen(workload(status={}, replicas=1), found)
    assert (told.state, told.restarts) == (State.RUNNING, 0)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param(None, State.MISSING, id="gone"),
        pytest.param(workload(status=settled(0), replicas=0), State.STOPPED, id="none"),
        pytest.param(workload(status={}, replicas=1), State.STARTING, id="no-pods"),
        pytest.param(
            workload("CronJob", status={}, schedule="0 5 * * *"),
            State.SCHEDULED,
            id="schedule",
        ),
        pytest.param(
            workload(
                "Job", status={"conditions": [{"type": "Complete", "status": "True"}]}
            ),
            State.COMPLETED,
            id="complete",
        ),
        pytest.param(
            workload("Job", status={"startTime": MADE}, suspend=True),
            State.STOPPED,
            id="suspended",
        ),
        pytest.param(
            workload(
                "Job",
                status={
                    "conditions": [
                        {"type": "Failed", "status": "True", "reason": "Backoff"}
                    ]
                },
            ),
            State.FAILED,
            id="failed",
        ),
    ],
)
def test_states_without_pods(found: Manifest | None, state: State) -> None:
    assert seen(found).state is state


def test_what_is_counted() -> None:
    more = [pod("a", restartCount=2, **READY), pod("b", restartCount=1, **NOT_READY)]
    told = seen(workload(status={}, replicas=3), *more)
    assert (told.ready, told.wanted, told.restarts, told.age) == (1, 3, 3, 600)
    assert told.pods == ("a", "b")


SERVICE: Manifest = {
    "metadata": {"name": "web"},
    "spec": {"ports": [{"port": 80, "protocol": "TCP"}, {"port": 9}]},
}
PUBLISHED = Part("web", "", "web", published=(Published(8080, 80),))


def test_ports_are_told_as_docker_compose_does() -> None:
    assert ports_of(PUBLISHED, [SERVICE], []) == ("8080->80/tcp", "9/tcp")


def test_addresses_from_outside() -> None:
    outer: Manifest = {
        "metadata": {"name": "web"},
        "spec": {"ports": [{"port": 80, "nodePort": 30080}]},
        "status": {"loadBalancer": {"ingress": [{"ip": "2001:db8::1"}]}},
    }
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"host": "a.example", "http": {"paths": [{"path": "/", "backend": backend}]}}
    ingress: Manifest = {"spec": {"tls": [{"hosts": ["a.example"]}], "rules": [rule]}}
    assert ports_of(PUBLISHED, [outer], [ingress]) == (
        "8080->80/tcp",
        "[2001:db8::1]:80->80/tcp",
        "*:30080->80/tcp",
        "https://a.example/",
    )
