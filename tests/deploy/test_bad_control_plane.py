"""A control plane that fails now and then: the run takes longer, and ends well."""

import time
from collections import Counter

import pytest

from tests.controlplane.faults import (
    BUSY,
    EXPIRED,
    GONE,
    Fault,
    Request,
    at_rate,
    first_of,
    refusing,
)
from tests.deploy.deployment import Deployment

SHOP = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on: {db: {condition: service_healthy}}
    configs: [settings]
  db:
    image: postgres
    environment: {DB_PASSWORD: hunter22}
    volumes: [data:/data]
    healthcheck: {test: [CMD, check]}
  job:
    image: busybox
    restart: "no"
volumes:
  data:
configs:
  settings: {content: "a = 1"}
"""
TYPED = Fault(
    500,
    "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "
    ".spec.colour: field not declared in schema",
)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fifth_of_all_requests_fails(shop: Deployment, seed: int) -> None:
    shop.proxy.trouble = at_rate(0.2, seed)
    shop.write(SHOP)
    done = shop.up("--timeout", "60s")
    assert "works; " in done.text
    spoilt = [r for r in done.requests if r.status in {0, 410, 429, 500, 503}]
    assert len(spoilt) > len(done.requests) / 20
    names = Counter(item["metadata"]["labels"]["app.kubernetes.io/name"]
                    for item in shop.all("Deployment"))  # fmt: skip
    assert names == {"web": 1, "db": 1}
    assert len(shop.all("Job")) == 1
    shop.proxy.trouble = refusing("nothing", BUSY)
    assert shop.up().writes == []


def test_a_storm_of_refusals_passes(shop: Deployment) -> None:
    """The server has too much to do for some seconds, when most is asked of it."""
    began: list[float] = []

    def trouble(request: Request) -> Fault | None:
        if not began and request.method == "PATCH":
            began.append(time.monotonic())
        return BUSY if began and time.monotonic() - began[0] < 4 else None

    shop.proxy.trouble = trouble
    shop.write(SHOP)
    done = shop.up()
    assert "works; " in done.text
    refused = [r for r in done.requests if r.status == 429]
    assert 10 < len(refused) < 100


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(TYPED, id="typed-patch"),
        pytest.param(Fault(422, "Deployment is invalid"), id="invalid"),
        pytest.param(Fault(400, "cannot be handled"), id="bad-request"),
        pytest.param(Fault(403, "deployments is forbidden: no"), id="forbidden"),
    ],
)
def test_what_stays_wrong_is_asked_once(shop: Deployment, fault: Fault) -> None:
    shop.proxy.trouble = refusing(r"PATCH \S*/deployments/web\?", fault)
    shop.write(SHOP)
    done = shop.up(code=4)
    asked = [r for r in done.requests if r.path.endswith("/deployments/web")]
    assert [r.method for r in asked] == ["PATCH", "GET"]
    assert fault.message in done.text
    assert done.writes == []


def test_watches_that_end_are_opened_again(shop: Deployment) -> None:
    """With the word that they are too old, again and again."""
    troubles = [
        refusing(r"deployments\?\S*watch=", EXPIRED, times=3),
        refusing(r"pods\?\S*watch=", GONE, times=3),
        refusing(r"replicasets\?\S*watch=", Fault(), times=3),
    ]
    shop.proxy.trouble = first_of(troubles)
    shop.write("services:\n  web:\n    image: slow-2\n")
    assert "web: ready" in shop.up("--timeout", "30s").text
