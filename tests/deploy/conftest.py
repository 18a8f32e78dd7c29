"""A project in a folder and a namespace of its own, deployed by the real command."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.controlplane.api import Api
from tests.controlplane.conftest import api, control_plane
from tests.controlplane.proxy import Proxy, proxied
from tests.deploy.deployment import Deployment

__all__ = ["api", "control_plane"]


@pytest.fixture
def proxy(control_plane: Path) -> Iterator[Proxy]:
    with proxied(control_plane) as found:
        yield found


@pytest.fixture
def shop(api: Api, proxy: Proxy, tmp_path: Path) -> Iterator[Deployment]:
    """Return a project named shop, to be written; its namespace is there."""
    namespace = f"shop-{uuid4().hex[:8]}"
    api.make_namespace(namespace)
    found = Deployment(tmp_path / "shop", namespace, api, proxy)
    found.folder.mkdir()
    found.await_account()
    yield found
    found.kill()
    api.call("DELETE", f"/api/v1/namespaces/{namespace}")
