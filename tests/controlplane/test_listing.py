"""Lists of a real server: what cannot be listed now is not taken for gone."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from kompyle.cluster.listing import listed
from kompyle.cluster.login import login
from kompyle.cluster.members import found_home
from kompyle.cluster.outcome import Code
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.target import home_of
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError
from tests.controlplane.faults import GONE, Fault, first_of, refusing
from tests.controlplane.proxy import Proxy, proxied

NAMESPACE = f"list-{uuid4().hex[:8]}"
KIND = RESOURCES["v1", "ConfigMap"]
FORBIDDEN = Fault(403, 'configmaps is forbidden: User "x" cannot list')
BROKEN = Fault(500, "it is broken")


@pytest.fixture(scope="module")
def cluster(control_plane: Path) -> Iterator[tuple[Api, Proxy]]:
    with proxied(control_plane) as proxy:
        api = Api(login(str(proxy.kubeconfig), "admin"))
        namespaces, labels = RESOURCES["v1", "Namespace"].path(None), {"list": "yes"}
        body = {"metadata": {"name": NAMESPACE}}
        assert api.call("POST", namespaces, body=body).status == 201
        item = {"metadata": {"name": "a", "labels": labels}}
        assert api.call("POST", KIND.path(NAMESPACE), body=item).status == 201
        yield api, proxy
        proxy.trouble = refusing("nothing", BROKEN)
        api.call("DELETE", f"/api/v1/namespaces/{NAMESPACE}")


def test_who_may_not_look_sees_nothing(cluster: tuple[Api, Proxy]) -> None:
    api, proxy = cluster
    proxy.trouble = refusing("configmaps", FORBIDDEN)
    assert listed(api, KIND, NAMESPACE, "list=yes") is None


@pytest.mark.parametrize("text", ["", "404 page not found"])
def test_what_is_not_served_is_not_there(cluster: tuple[Api, Proxy], text: str) -> None:
    api, proxy = cluster
    proxy.trouble = refusing("configmaps", Fault(404, "not found", text=text))
    assert listed(api, KIND, NAMESPACE, "list=yes") == []


def test_any_other_answer_is_no_list(cluster: tuple[Api, Proxy]) -> None:
    api, proxy = cluster
    proxy.trouble = refusing("configmaps", BROKEN)
    said = f"says 500 to GET {KIND.path(NAMESPACE)}: it is broken"
    with pytest.raises(ClusterError, match=said) as caught:
        listed(api, KIND, NAMESPACE, "list=yes")
    assert caught.value.code == Code.REFUSED


def test_a_list_that_is_forgotten_is_begun_again(cluster: tuple[Api, Proxy]) -> None:
    api, proxy = cluster
    page = {"metadata": {"continue": "there"}, "items": [{"metadata": {"name": "b"}}]}
    first = refusing(r"configmaps\?", Fault(200, text=json.dumps(page)), times=1)
    then = refusing("continue=there", GONE, times=1)
    proxy.trouble = first_of([first, then])
    found = listed(api, KIND, NAMESPACE, "list=yes") or ()
    assert [item["metadata"]["name"] for item in found] == ["a"]


def test_a_parent_that_nobody_can_tell_of(cluster: tuple[Api, Proxy]) -> None:
    """Without it kinds of the set would be forgotten."""
    api, proxy = cluster
    home = home_of("shop", NAMESPACE)
    proxy.trouble = refusing("secrets/kompyle", BROKEN)
    with pytest.raises(ClusterError, match="says 500 to GET") as caught:
        found_home(api, home)
    assert caught.value.code == Code.REFUSED
    proxy.trouble = refusing("nothing", BROKEN)
    assert found_home(api, home) == (None, home)
