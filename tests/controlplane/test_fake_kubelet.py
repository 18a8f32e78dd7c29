"""The fake node does with Pods what a kubelet does, and what their images ask for."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.controlplane.api import Api, eventually, path

Manifest = dict[str, Any]

PATIENCE = 20.0
PAUSE = {"name": "app", "image": "pause"}


@pytest.fixture(scope="module")
def namespace(api: Api) -> str:
    name = f"node-{uuid4().hex[:8]}"
    api.make_namespace(name)
    account = f"/api/v1/namespaces/{name}/serviceaccounts/default"
    assert eventually(lambda: api.get(account) is not None, PATIENCE)
    return name


@pytest.fixture
def run(api: Api, namespace: str) -> Callable[[Manifest], str]:
    def started(spec: Manifest) -> str:
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p-{uuid4().hex[:8]}", "namespace": namespace},
            "spec": spec,
        }
        assert not api.apply(pod).trouble
        return path(pod)

    return started


Run = Callable[[Manifest], str]


def test_the_node_is_ready(api: Api) -> None:
    def is_free() -> bool:
        return not api.get("/api/v1/nodes/fake-node")["spec"].get("taints")

    assert eventually(is_free, PATIENCE)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param("nginx", {"phase": "Running", "ready": True}, id="ordinary"),
        pytest.param("slow-1", {"phase": "Running", "ready": True}, id="slow"),
        pytest.param("never-ready-1", {"phase": "Running", "ready": False}, id="never"),
        pytest.param("missing:1", {"waiting": "ErrImagePull"}, id="image"),
        pytest.param("missing:1", {"waiting": "ImagePullBackOff"}, id="image-again"),
        pytest.param("nokey-1", {"waiting": "CreateContainerConfigError"}, id="key"),
        pytest.param(
            "crash-1",
            {"phase": "Running", "waiting": "CrashLoopBackOff", "last": "Error"},
            id="crash",
        ),
        pytest.param("crash-1", {"restarts": 2}, id="crash-again"),
        pytest.param("oom-1", {"last": "OOMKilled"}, id="memory"),
        pytest.param("badcmd-1", {"last": "StartError"}, id="command"),
    ],
)
def test_the_image_says_what_happens(
    api: Api, run: Run, image: str, expected: Manifest
) -> None:
    place = run({"containers": [{"name": "app", "image": f"example.com/a/{image}"}]})
    assert eventually(lambda: expected.items() <= facts(api, place).items(), PATIENCE)


def facts(api: Api, place: str) -> Manifest:
    status = api.get(place)["status"]
    (app,) = status.get("containerStatuses", [{}])
    state, last = app.get("state", {}), app.get("lastState", {})
    return {
        "phase": status["phase"],
        "ready": app.get("ready"),
        "waiting": state.get("waiting", {}).get("reason"),
        "last": last.get("terminated", {}).get("reason"),
        "restarts": app.get("restartCount"),
    }


@pytest.mark.parametrize(
    ("image", "policy", "phase"),
    [
        pytest.param("busybox", "Never", "Succeeded", id="done"),
        pytest.param("busybox", "OnFailure", "Succeeded", id="done-at-once"),
        pytest.param("fail-job-1", "Never", "Failed", id="failed"),
    ],
)
def test_what_is_to_end_ends(
    api: Api, run: Run, image: str, policy: str, phase: str
) -> None:
    containers = [{"name": "app", "image": image}]
    place = run({"restartPolicy": policy, "containers": containers})
    assert eventually(lambda: api.get(place)["status"]["phase"] == phase, PATIENCE)


def test_init_containers_run_in_order(api: Api, run: Run) -> None:
    inits = [{"name": name, "image": "slow-1"} for name in ("first", "second")]
    place = run({"initContainers": inits, "containers": [PAUSE]})

    def started() -> list[str]:
        return [_started(item) for item in _containers(api.get(place)["status"])]

    assert eventually(lambda: len(started()) == 3 and all(started()), PATIENCE)
    assert started() == sorted(set(started()))


def _containers(status: Manifest) -> list[Manifest]:
    inits: list[Manifest] = status.get("initContainerStatuses", [])
    return [*inits, *status.get("containerStatuses", [])]


def _started(container: Manifest) -> str:
    state = container["state"].get("terminated") or container["state"].get("running")
    return str((state or {}).get("startedAt", ""))


@pytest.mark.parametrize("policy", ["Never", "OnFailure"])
def test_sidecars_end_with_the_rest(api: Api, run: Run, policy: str) -> None:
    sidecar = {"name": "proxy", "image": "envoy", "restartPolicy": "Always"}
    work = {"name": "app", "image": "busybox"}
    inits = {"restartPolicy": policy, "initContainers": [sidecar]}
    place = run({**inits, "containers": [work]})
    expected = "Succeeded"
    assert eventually(lambda: api.get(place)["status"]["phase"] == expected, PATIENCE)


def test_a_failing_init_container_holds_the_others(api: Api, run: Run) -> None:
    failing = {"name": "first", "image": "crash-1"}
    place = run({"initContainers": [failing], "containers": [PAUSE]})

    def restarts() -> list[int]:
        found = _containers(api.get(place)["status"])
        return [item["restartCount"] for item in found]

    assert eventually(lambda: restarts() == [2, 0], PATIENCE)
    assert api.get(place)["status"]["phase"] == "Pending"


@pytest.mark.parametrize("image", ["nginx", "crash-1", "missing", "stubborn-1"])
def test_deleted_pods_go(api: Api, run: Run, image: str) -> None:
    containers = [{"name": "app", "image": image}]
    place = run({"containers": containers, "terminationGracePeriodSeconds": 1})
    assert eventually(lambda: "podIP" in api.get(place)["status"], PATIENCE)
    api.call("DELETE", place)
    assert eventually(lambda: api.get(place) is None, PATIENCE)


@pytest.mark.parametrize(
    ("storage_class", "phase"),
    [
        pytest.param({}, "Running", id="default"),
        pytest.param({"storageClassName": "broken"}, "Pending", id="broken"),
    ],
)
def test_claims_are_bound(
    api: Api, run: Run, namespace: str, storage_class: Manifest, phase: str
) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": f"data-{uuid4().hex[:8]}", "namespace": namespace},
        "spec": {
            **storage_class,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    assert not api.apply(claim).trouble
    source = {"claimName": claim["metadata"]["name"]}  # type: ignore[index]
    volumes = [{"name": "data", "persistentVolumeClaim": source}]
    mounts = [{"name": "data", "mountPath": "/data"}]
    place = run({"containers": [PAUSE | {"volumeMounts": mounts}], "volumes": volumes})
    assert eventually(lambda: api.get(place)["status"]["phase"] == phase, PATIENCE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("previous=true&tailLines=2", ["line 29", "line 30"], id="before"),
        pytest.param("previous=true", [f"line {i}" for i in range(1, 31)], id="all"),
    ],
)
def test_what_a_container_printed(
    api: Api, run: Run, query: str, expected: list[str]
) -> None:
    place = run({"containers": [{"name": "app", "image": "crash-1"}]})
    assert eventually(lambda: facts(api, place)["restarts"] == 1, PATIENCE)
    lines = api.call("GET", f"{place}/log?{query}").body.splitlines()
    assert [" ".join(line.split()[-2:]) for line in lines] == expected


def test_nothing_is_printed_before_it_starts(api: Api, run: Run) -> None:
    place = run({"containers": [{"name": "app", "image": "missing:1"}]})
    expected = "ImagePullBackOff"
    assert eventually(lambda: facts(api, place)["waiting"] == expected, PATIENCE)
    answer = api.call("GET", f"{place}/log")
    assert answer.status == 400
    assert "waiting to start" in answer.body["message"]
