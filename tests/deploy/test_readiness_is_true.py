"""``up`` ends when everything works, not before: the new Pods run, and are reached."""

import time
from typing import Any

import pytest

from tests.controlplane.api import eventually
from tests.deploy.deployment import PATIENCE, Deployment

Manifest = dict[str, Any]

WEB = """
services:
  web:
    image: {image}
    ports: ["8080:80"]
    deploy: {{replicas: {replicas}}}
"""


def written(shop: Deployment, image: str, replicas: int = 2) -> None:
    shop.write(WEB.format(image=image, replicas=replicas))


def reached(shop: Deployment) -> set[str]:
    """Return the images of the Pods that the Service leads to."""
    images = {
        pod["metadata"]["uid"]: pod["spec"]["containers"][0]["image"]
        for pod in shop.all("Pod")
    }
    return {
        images[endpoint["targetRef"]["uid"]]
        for found in shop.all("EndpointSlice")
        for endpoint in found["endpoints"] or ()
        if endpoint["conditions"]["ready"] and endpoint["targetRef"]["uid"] in images
    }


def test_the_service_leads_to_the_new_pods(shop: Deployment) -> None:
    written(shop, "nginx:1")
    shop.up()
    assert reached(shop) == {"nginx:1"}
    written(shop, "slow-2:2")
    shop.up()
    assert "slow-2:2" in reached(shop)
    status = shop.get("Deployment", "web")["status"]
    assert (status["updatedReplicas"], status["availableReplicas"]) == (2, 2)


def test_what_starts_slowly_is_waited_for(shop: Deployment) -> None:
    written(shop, "slow-3")
    done = shop.up()
    assert "web: ready" in done.text
    pods = [pod["status"]["containerStatuses"][0] for pod in shop.all("Pod")]
    assert [item["ready"] for item in pods] == [True, True]


def test_a_container_that_ends_is_not_taken_for_ready(shop: Deployment) -> None:
    written(shop, "crash-1", 1)
    done = shop.up(code=5)
    assert "web: ready" not in done.text


def test_nothing_is_waited_for_where_nothing_runs(shop: Deployment) -> None:
    written(shop, "missing:1", 0)
    done = shop.up()
    assert "web: ready" in done.text
    assert shop.all("Pod") == []


def test_a_broken_update_is_not_hidden_by_old_pods(shop: Deployment) -> None:
    written(shop, "nginx:1")
    shop.up()
    written(shop, "missing:2")
    assert "not found" in shop.up(code=5).text
    assert "nginx:1" in reached(shop)


def test_broken_old_pods_do_not_fail_a_good_update(shop: Deployment) -> None:
    written(shop, "crash-1", 1)
    shop.up(code=5)
    written(shop, "nginx:1", 1)
    assert "web: ready" in shop.up().text


def test_a_running_job_is_not_done(shop: Deployment) -> None:
    shop.write("services:\n  job:\n    image: slow-3\n    restart: 'no'\n")
    shop.up()
    (job,) = shop.all("Job")
    assert job["status"]["succeeded"] == 1


def test_a_database_is_waited_for(shop: Deployment) -> None:
    shop.write(
        "services:\n  db:\n    image: slow-1\n    volumes: [data:/data]\n"
        "volumes:\n  data:\n"
    )
    shop.up("--controller", "statefulset")
    status = shop.get("StatefulSet", "db")["status"]
    assert status["readyReplicas"] == 1
    assert status["currentRevision"] == status["updateRevision"]


@pytest.mark.parametrize("name", ["data"])
def test_a_claim_that_nobody_mounts_is_not_waited_for(
    shop: Deployment, name: str
) -> None:
    """Its class binds it on first use, which does not come."""
    shop.write(
        "services:\n  db:\n    image: postgres\n    volumes: [data:/data]\n"
        "    deploy: {replicas: 0}\nvolumes:\n  data:\n"
    )
    started = time.monotonic()
    shop.up()
    assert time.monotonic() - started < 10
    assert shop.get("PersistentVolumeClaim", name)["status"]["phase"] == "Pending"


def test_a_paused_deployment_is_told_when_the_time_is_over(shop: Deployment) -> None:
    written(shop, "nginx:1", 1)
    shop.up()
    shop.kubectl("rollout", "pause", "deployment/web")
    written(shop, "nginx:2", 1)
    done = shop.up("--timeout", "3s", code=6)
    assert "it is paused" in done.text


def test_endpoints_that_come_late_are_waited_for(shop: Deployment) -> None:
    """Without slices there is nothing to say; then there is, and it is true."""
    written(shop, "slow-1", 1)
    shop.up()
    assert eventually(lambda: reached(shop) == {"slow-1"}, PATIENCE)
