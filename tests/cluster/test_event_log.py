"""Which service an event is of, by the name of the object that it is about."""

from typing import Any

import pytest

from kompyle.cluster.app import App, Part
from kompyle.cluster.event_log import happening

Manifest = dict[str, Any]


def mounting(kind: str, name: str, **spec: object) -> Manifest:
    source = {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}
    template = {"spec": {"volumes": [source], "containers": []}}
    metadata = {"name": name, "labels": {"app.kubernetes.io/name": name}}
    return {"kind": kind, "metadata": metadata, "spec": {"template": template, **spec}}


SERVICE = {
    "kind": "Service",
    "metadata": {"name": "web", "labels": {"app.kubernetes.io/name": "web"}},
}
MANIFESTS = (
    mounting("Deployment", "web"),
    mounting("StatefulSet", "db", volumeClaimTemplates=[{"metadata": {"name": "own"}}]),
    SERVICE,
    {"kind": "PersistentVolumeClaim", "metadata": {"name": "spare"}},
)
PARTS = (
    Part("web", "Deployment/web", "web"),
    Part("beside", "Deployment/web", "beside"),
    Part("web-admin", "Deployment/web-admin", "web-admin"),
    Part("db", "StatefulSet/db", "db"),
    Part("agent", "DaemonSet/agent", "agent"),
    Part("once", "Job/once-12345678", "once"),
    Part("nightly", "CronJob/nightly", "nightly"),
)
APP = App("shop", MANIFESTS, {part.service: part for part in PARTS})


def event(name: str, field: str = "", **more: object) -> Manifest:
    kind, _, called = name.partition("/")
    about = {"kind": kind, "name": called, "fieldPath": field}
    return {"metadata": {"uid": "1"}, "involvedObject": about, **more}


@pytest.mark.parametrize(
    ("name", "field", "service"),
    [
        ("Deployment/web", "", "web, beside"),
        ("ReplicaSet/web-5ccc4c5997", "", "web, beside"),
        ("Pod/web-5ccc4c5997-t22f5", "", "web, beside"),
        ("Pod/web-5ccc4c5997-t22f5", "spec.containers{beside}", "beside"),
        ("Pod/web-5ccc4c5997-t22f5", "spec.initContainers{copy}", "web, beside"),
        ("Pod/web-admin-5ccc4c5997-t22f5", "", "web-admin"),
        ("Pod/db-0", "", "db"),
        ("Pod/agent-cpcvz", "", "agent"),
        ("Pod/once-12345678-d229m", "", "once"),
        ("Job/nightly-29384756", "", "nightly"),
        ("Pod/nightly-29384756-d229m", "", "nightly"),
        ("PersistentVolumeClaim/data", "", "web, beside, db"),
        ("PersistentVolumeClaim/own-db-1", "", "db"),
        ("PersistentVolumeClaim/spare", "", ""),
        ("Service/web", "", "web"),
    ],
)
def test_services_of_objects(name: str, field: str, service: str) -> None:
    found = happening(APP, event(name, field))
    assert found
    assert found.service == service


@pytest.mark.parametrize(
    "name", ["Pod/other-5ccc4c5997-t22f5", "Pod/web-api", "Node/web", "Pod/db-x"]
)
def test_what_is_not_of_the_project(name: str) -> None:
    assert happening(APP, event(name)) is None


@pytest.mark.parametrize(
    ("times", "at", "count"),
    [
        ({"lastTimestamp": "2026-01-01T00:00:00Z", "count": 4}, "00:00:00", 4),
        ({"eventTime": "2026-01-01T01:00:00.123456Z"}, "01:00:00", 1),
        (
            {
                "lastTimestamp": None,
                "eventTime": "2026-01-01T01:00:00.123456Z",
                "series": {"count": 7, "lastObservedTime": "2026-01-01T02:00:00.5Z"},
            },
            "02:00:00",
            7,
        ),
    ],
)
def test_when_and_how_often(times: Manifest, at: str, count: int) -> None:
    found = happening(APP, event("Pod/db-0", **times))
    assert found
    assert (found.at, found.count) == (f"2026-01-01T{at}Z", count)
