"""Real projects are applied, and run: every workload becomes ready, every Job ends.

The sample is small projects by preference, with all that any project has.
"""

from collections.abc import Iterator

import pytest

from tests.cases import Case
from tests.controlplane.api import Api, eventually, path
from tests.controlplane.projects import chosen, projects
from tests.controlplane.readiness import unready
from tests.soundness import pods, reference

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
KINDS = {
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "Job",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Role",
    "Secret",
    "Service",
}
TRAITS = {"a claim", "an init container", "a sidecar", "several services"}


def project(name: str) -> Case:
    """Return a project of the sample, in a namespace of its own."""
    found = projects().get(f"corpus-{name}")
    if found is None:
        pytest.skip("there are no real projects beside the checkout")
    return chosen(found, namespace=f"sample-{name}", create_namespace=True)


@pytest.fixture(scope="module", params=SAMPLE)
def applied(api: Api, request: pytest.FixtureRequest) -> Case:
    case = project(request.param)
    for item in case.manifests:
        answer = api.apply(item)
        assert not answer.trouble, reference(item)
    return case


def test_everything_becomes_ready(api: Api, applied: Case) -> None:
    is_done = eventually(lambda: not unready(api, applied.manifests), PATIENCE)
    assert is_done, unready(api, applied.manifests)


def test_the_same_again_changes_nothing(api: Api, applied: Case) -> None:
    """Controllers may still be writing; what we write stays as it is."""
    assert eventually(lambda: not list(changed(api, applied)), PATIENCE)


def changed(api: Api, case: Case) -> Iterator[str]:
    for item in case.manifests:
        before = api.get(path(item))["metadata"]["resourceVersion"]
        if api.apply(item).body["metadata"]["resourceVersion"] != before:
            yield reference(item)


def test_the_sample_has_everything() -> None:
    cases = [project(name) for name in SAMPLE]
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
