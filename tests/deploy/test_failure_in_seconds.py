"""What cannot work is told in seconds, with its reason, its service and its line."""

import pytest

from tests.deploy.deployment import Deployment, Done

WEB = """
services:
  web:
    image: {image}
"""
MISSING = "cannot pull missing:1: not found"


SECONDS = 60.0
"""Far below the ten minutes that others wait, and above what a busy machine adds."""


def failed(done: Done, code: str) -> str:
    """Return the line of the one failure; it has its code, service and place."""
    (line,) = [line for line in done.text.splitlines() if f": error[{code}]: " in line]
    assert line.startswith(f"compose.yaml:4:3: error[{code}]: web: "), done.text
    assert done.seconds < SECONDS
    assert "does not work" in done.text
    return line


@pytest.mark.parametrize(
    ("image", "code", "said"),
    [
        pytest.param("missing:1", "err-image-pull", MISSING, id="image"),
        pytest.param("crash-1", "crash-loop", "restarted 3 times", id="crash"),
        pytest.param("oom-1", "oom-killed", "more memory", id="memory"),
        pytest.param(
            "nokey-1",
            "create-container-config-error",
            "couldn't find key PASSWORD in Secret",
            id="key",
        ),
    ],
)
def test_a_container_that_cannot_run(
    shop: Deployment, image: str, code: str, said: str
) -> None:
    shop.write(WEB.format(image=image))
    assert said in failed(shop.up(code=5), code)


def test_a_quota_that_is_used_up(shop: Deployment) -> None:
    shop.create("ResourceQuota", "few", spec={"hard": {"pods": "0"}})
    shop.write(WEB.format(image="nginx"))
    line = failed(shop.up(code=5), "failed-create")
    assert "exceeded quota: few, requested: pods=1, used: pods=0" in line


def test_a_claim_whose_class_does_not_exist(shop: Deployment) -> None:
    volumes = "    volumes: [data:/data]\nvolumes:\n  data:\n"
    shop.write(WEB.format(image="nginx") + volumes)
    done = shop.up("--storage-class", "nowhere", code=5)
    line = failed(done, "provisioning-failed")
    assert 'storageclass.storage.k8s.io "nowhere" not found' in line
    assert "Name a storage class with --storage-class" in done.text


def test_a_pod_that_fits_nowhere(shop: Deployment) -> None:
    cpus = "    deploy: {resources: {reservations: {cpus: '5000'}}}\n"
    shop.write(WEB.format(image="nginx") + cpus)
    line = failed(shop.up(code=5), "unschedulable")
    assert "0/1 nodes are available: 1 Insufficient cpu." in line


def test_only_the_failed_service_is_told(shop: Deployment) -> None:
    shop.write(WEB.format(image="missing:1") + "  good:\n    image: nginx\n")
    done = shop.up(code=5)
    failed(done, "err-image-pull")
    assert "good: ready" in done.text


def test_a_claim_that_nobody_serves(shop: Deployment) -> None:
    volumes = "    volumes: [data:/data]\nvolumes:\n  data:\n"
    shop.write(WEB.format(image="nginx") + volumes)
    done = shop.up("--storage-class", "broken", "--timeout", "5s", code=6)
    assert "web: not ready in time: the claim data gets no volume of" in done.text
    assert "of storage class broken" in done.text
    assert "Name a storage class with --storage-class" in done.text


def test_an_image_that_nobody_has_built(shop: Deployment) -> None:
    shop.write(WEB.format(image="missing:1") + "    build: .\n")
    done = shop.up(code=5)
    assert "cannot pull missing:1" in done.text
    assert "It has `build:`: say `kompyle up --build`" in done.text


def test_a_service_that_does_not_become_ready(shop: Deployment) -> None:
    health = "    healthcheck: {test: [CMD, check], interval: 1s}\n"
    shop.write(WEB.format(image="never-ready-1") + health)
    done = shop.up("--timeout", "4s", code=6)
    assert "compose.yaml:4:3: error[replicas]: web: not ready in time" in done.text
    assert "Unhealthy: Readiness probe failed: no answer" in done.text
    assert "give it more time with --timeout" in done.text
