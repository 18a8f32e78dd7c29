"""What is known of a project without its files: services, claims, numbers, logs."""

from typing import Any

import pytest

from kompyle.cluster.app import Part
from kompyle.cluster.containers import pods_of
from kompyle.cluster.logs import Range, Source, sources
from kompyle.cluster.mounted import template
from kompyle.cluster.ownership import SCALER, counted
from kompyle.cluster.scale import _torn

Manifest = dict[str, Any]

WEB = Part("web", "Deployment/web", "web")
BESIDE = Part("beside", "Deployment/web", "beside")


def pod(name: str, *, made: str = "1", is_going: bool = False) -> Manifest:
    metadata = {"name": name, "uid": f"u-{name}", "creationTimestamp": made}
    first = [{"name": "copy"}, {"name": "beside", "restartPolicy": "Always"}]
    return {
        "metadata": metadata | ({"deletionTimestamp": "2"} if is_going else {}),
        "spec": {"containers": [{"name": "web"}], "initContainers": first},
    }


def test_pods_of_a_service_are_those_with_its_container() -> None:
    pods = [pod("b", made="2"), pod("a"), pod("c", is_going=True)]
    for part in (WEB, BESIDE):
        assert [item["metadata"]["name"] for item in pods_of(part, pods)] == ["a", "b"]
    assert pods_of(Part("copy", "Job/copy", "copy"), pods) == []


def test_what_has_not_started_speaks_through_what_prepares_it() -> None:
    found = pod("a")
    assert [item.container for item in sources([WEB], [found])] == ["copy", "web"]
    status = {"name": "web", "containerID": "containerd://1"}
    found["status"] = {"containerStatuses": [status]}
    assert [item.container for item in sources([WEB], [found])] == ["web"]


@pytest.mark.parametrize(
    ("wanted", "query"),
    [
        (Range(), {}),
        (Range(tail=0), {"tailLines": "0"}),
        (Range(seconds=5), {"sinceSeconds": "5"}),
        (Range(previous=True), {"previous": "true"}),
    ],
)
def test_ranges(wanted: Range, query: dict[str, str]) -> None:
    assert wanted.query(Source("web", "a", "u", "web")) == query


def test_the_last_run_of_what_does_not_run_is_the_previous_one() -> None:
    ended = Source("web", "a", "u", "web", is_running=False)
    assert Range(previous=True).query(ended) == {}


def scaled(manager: str, number: int) -> Manifest:
    fields: Manifest = {"f:spec": {"f:replicas": {}}}
    operation = "Apply" if manager == "kompyle" else "Update"
    entry = {"manager": manager, "operation": operation, "fieldsV1": fields}
    return {"metadata": {"managedFields": [entry]}, "spec": {"replicas": number}}


@pytest.mark.parametrize(
    ("spec", "live", "after"),
    [
        pytest.param({}, scaled(SCALER, 3), {"replicas": 1}, id="taken-back"),
        pytest.param({"replicas": 2}, scaled(SCALER, 3), {"replicas": 2}, id="said"),
        pytest.param({}, scaled("kompyle", 1), {"replicas": 1}, id="stays-ours"),
        pytest.param({}, scaled("kompyle", 3), {}, id="removed-from-the-file"),
        pytest.param({}, scaled("kubectl", 3), {}, id="of-others"),
    ],
)
def test_numbers_of_pods(spec: Manifest, live: Manifest, after: Manifest) -> None:
    assert counted({"spec": spec}, live)["spec"] == after


ALONE = {
    "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": "kubernetes.io/hostname"}
        ]
    }
}


@pytest.mark.parametrize(
    ("modes", "affinity", "is_torn"),
    [
        (["ReadWriteOncePod"], {}, True),
        (["ReadWriteOnce"], {}, False),
        (["ReadWriteOnce"], ALONE, True),
        (["ReadWriteMany"], ALONE, False),
        (["ReadWriteOnce", "ReadWriteMany"], ALONE, False),
    ],
)
def test_claims_that_keep_a_service_to_one_pod(
    modes: list[str],
    affinity: Manifest,
    is_torn: bool,  # noqa: FBT001 - a row of the table
) -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": modes}}
    inner: Manifest = {"spec": {"affinity": affinity}}
    workload = {"kind": "Deployment", "spec": {"template": inner}}
    assert bool(list(_torn(workload, [claim]))) is is_torn


def test_the_pod_of_a_schedule() -> None:
    inner: Manifest = {"spec": {"template": {"spec": {}}}}
    found = {"kind": "CronJob", "spec": {"jobTemplate": inner}}
    assert template(found) == {"spec": {}}
