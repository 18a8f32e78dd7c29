"""One control plane for all tests of a run; without it they skip, or fail."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controlplane import build
from tests.controlplane.api import Api
from tests.controlplane.server import running
from tests.controlplane.sharing import shared


@pytest.fixture(scope="session")
def control_plane(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Path]:
    """Return the kubeconfig of a real control plane with a fake node."""
    if not build.is_built():
        reason = f"there is no control plane in {build.folder()}. {build.ADVICE}"
        if os.environ.get(build.REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    mine = tmp_path_factory.getbasetemp()
    ours = mine if worker_id == "master" else mine.parent
    with shared(ours / "control-plane", running) as kubeconfig:
        yield kubeconfig


@pytest.fixture(scope="session")
def api(control_plane: Path) -> Iterator[Api]:
    with Api(control_plane) as found:
        yield found
