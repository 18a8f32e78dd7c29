"""One cluster for all stacks of a run; without any they skip, or fail."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.controlplane.server import free_ports
from tests.controlplane.sharing import shared
from tests.e2e import node
from tests.e2e.project import Project, deployed
from tests.e2e.stack import Kubectl, Stack, applied


@pytest.fixture(scope="session")
def kubectl() -> Iterator[Kubectl]:
    """Return the client of the cluster that was named, or of one that is started."""
    context = os.environ.get(node.CONTEXT)
    if context:
        program = shutil.which("kubectl") or str(node.kubectl())
        yield Kubectl((program, f"--context={context}"))
        return
    if reason := node.missing():
        reason = f"{reason}. {node.ADVICE}"
        if os.environ.get(node.REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with shared(node.state() / "tests", node.running) as kubeconfig:
        yield Kubectl((str(node.kubectl()), f"--kubeconfig={kubeconfig}"))


@pytest.fixture(scope="module")
def stack(
    kubectl: Kubectl,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Apply the stack that the module is named after: test_web_app, stacks/web-app."""
    name = request.module.__name__.rpartition(".test_")[2].replace("_", "-")
    with applied(kubectl, name, tmp_path_factory.mktemp(name)) as found:
        yield found


@pytest.fixture(scope="module")
def day_two(
    kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """Deploy the stack day-two with the command line; its port is a free one here."""
    folder, port = tmp_path_factory.mktemp("day-two"), str(free_ports(1)[0])
    with deployed(kubectl, "day-two", folder, WEB_PORT=port) as found:
        yield found
