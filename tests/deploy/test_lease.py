"""The lease of a project: who holds it is known for sure, and who loses it is told."""

import pytest

from kompyle.cluster import lease as module
from kompyle.cluster.lease import holder, lease
from kompyle.cluster.login import login
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError
from tests.controlplane.faults import CUT, refusing
from tests.deploy.deployment import Deployment

NAME = "kompyle-shop"


def test_two_runs_of_a_process_are_two() -> None:
    assert holder() != holder()
    assert holder().rpartition("-")[0] == holder().rpartition("-")[0]


def test_a_lease_whose_answer_was_lost_is_ours(shop: Deployment) -> None:
    api = Api(login(str(shop.proxy.kubeconfig), "admin"))
    shop.proxy.trouble = refusing(r"POST \S*/leases\?", CUT, times=1)
    told: list[str] = []
    with lease(api, shop.namespace, NAME, told.append, 5):
        assert len(shop.all("Lease")) == 1
        with (
            pytest.raises(ClusterError, match="still deploys this project"),
            lease(api, shop.namespace, NAME, told.append, 0),
        ):
            pass
    assert len(told) == 1
    assert shop.all("Lease") == []


def test_who_took_it_over_is_told(
    shop: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RENEWAL", 0.2)
    api = Api(login(str(shop.proxy.kubeconfig), "admin"))
    told: list[str] = []
    with lease(api, shop.namespace, NAME, told.append, 5):
        spec = {"holderIdentity": "ann@laptop/1-abcdef"}
        shop.patch("Lease", NAME, {"spec": spec})
        assert api.cancel.wait(5)
    fact = "ann@laptop/1-abcdef has taken this project over: this run stops here"
    assert told == [fact]
    assert len(shop.all("Lease")) == 1
