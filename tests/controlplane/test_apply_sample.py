"""Real projects are applied, and run: every workload becomes ready, every Job ends.

The sample is small projects by preference, with all that any project has. What no real
project asks for, fixtures show.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cases import Case
from tests.controlplane.api import Api, eventually, path
from tests.controlplane.projects import chosen, projects
from tests.controlplane.readiness import unready
from tests.soundness import pods, reference

Manifest = dict[str, Any]

PATIENCE = 60.0
SAMPLE = (
    "aw-nextcloud-redis-mariadb",
    "aw-nginx-flask-mysql",
    "dk-twenty",
    "elk",
    "elk-beats",
    "erpnext-pwd",
    "fastapi-legacy",
    "graylog",
    "homelab-pxe",
    "mastodon",
    "minecraft-lazymc",
    "n8n-ai-starter",
    "npm-dev",
    "penpot",
    "petclinic-ms",
    "prometheus-vegasbrianc",
    "rails-nickjj",
    "voting-app",
    "wirehole",
    "zabbix-v3",
)
FIXTURES = ("controller-statefulset", "deploy-schedule")
KINDS = {
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Role",
    "Secret",
    "Service",
    "StatefulSet",
}
TRAITS = {"a claim", "an init container", "a sidecar", "several services"}


def project(name: str) -> Case:
    """Return a project of the sample, in a namespace of its own."""
    kind = "fixture" if name in FIXTURES else "corpus"
    found = projects().get(f"{kind}-{name}")
    if found is None:
        pytest.skip("there are no real projects beside the checkout")
    own = {"namespace": f"sample-{name}", "create_namespace": True}
    return chosen(found, **own, storage_class=None)


@pytest.fixture(scope="module", params=(*SAMPLE, *FIXTURES))
def applied(api: Api, request: pytest.FixtureRequest) -> Case:
    case = project(request.param)
    for item in case.manifests:
        answer = api.apply(item)
        assert not answer.trouble, reference(item)
    return case


def test_everything_becomes_ready(api: Api, applied: Case) -> None:
    is_done = eventually(lambda: not unready(api, applied.manifests), PATIENCE)
    assert is_done, unready(api, applied.manifests)


def test_what_is_scheduled_ends_well(api: Api, applied: Case) -> None:
    """As when its hour has come, and as ``kubectl create job --from`` does."""
    jobs = [job(item) for item in applied.manifests if item["kind"] == "CronJob"]
    for item in jobs:
        assert not api.apply(item).trouble
    assert eventually(lambda: not unready(api, jobs), PATIENCE), unready(api, jobs)


def job(schedule: Manifest) -> Manifest:
    metadata = {key: schedule["metadata"][key] for key in ("name", "namespace")}
    spec = schedule["spec"]["jobTemplate"]["spec"]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def test_the_same_again_changes_nothing(api: Api, applied: Case) -> None:
    """Controllers may still be writing; what we write stays as it is."""
    assert eventually(lambda: not list(changed(api, applied)), PATIENCE)


def changed(api: Api, case: Case) -> Iterator[str]:
    for item in case.manifests:
        before = api.get(path(item))["metadata"]["resourceVersion"]
        if api.apply(item).body["metadata"]["resourceVersion"] != before:
            yield reference(item)


def test_the_sample_has_everything() -> None:
    cases = [project(name) for name in (*SAMPLE, *FIXTURES)]
    assert {item["kind"] for case in cases for item in case.manifests} >= KINDS
    assert {trait for case in cases for trait in traits(case)} == TRAITS


def traits(case: Case) -> Iterator[str]:
    for pod in pods(case.manifests):
        inits = pod.spec.get("initContainers", [])
        facts = {
            "a claim": any("persistentVolumeClaim" in item for item in pod.volumes),
            "an init container": bool(inits),
            "a sidecar": any("restartPolicy" in item for item in inits),
            "several services": len(pod.spec["containers"]) > 1,
        }
        yield from (trait for trait, is_so in facts.items() if is_so)
