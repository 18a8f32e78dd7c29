"""Building and starting the control plane: once, never left over, and told of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.controlplane import build
from tests.controlplane.api import eventually
from tests.controlplane.build import REQUIRED
from tests.controlplane.server import free_ports

ROOT = Path(__file__).parents[2]
ASKS = "tests/controlplane/test_fake_kubelet.py::test_the_node_is_ready"
SPAWNS = """
import os, sys
from tests.controlplane.server import spawn
print(spawn("sleep", "60", output=2).pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_other_versions_are_built_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    here = build.folder()
    monkeypatch.setattr(build, "_MODULES", build._MODULES[:1])
    assert build.folder() != here
    assert build.folder().parent == here.parent


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python from the checkout, away from other workers."""
    inherited = {k: v for k, v in os.environ.items() if "XDIST" not in k}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_building_without_go_says_what_to_do(tmp_path: Path) -> None:
    nowhere = {"XDG_CACHE_HOME": str(tmp_path), "PATH": str(tmp_path)}
    done = run("-m", "tests.controlplane.build", **nowhere)
    assert done.returncode == 1
    assert done.stderr == f"Go is not installed, or not on the path. {build.ADVICE}\n"


@pytest.mark.parametrize(
    ("required", "outcome"),
    [pytest.param("", "1 skipped", id="skip"), pytest.param("1", "1 error", id="fail")],
)
def test_without_programs(tmp_path: Path, required: str, outcome: str) -> None:
    nowhere = {"XDG_CACHE_HOME": str(tmp_path), REQUIRED: required}
    done = run("-m", "pytest", "-p", "no:cacheprovider", "-q", ASKS, **nowhere)
    assert f"there is no control plane in {tmp_path}" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(outcome)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux offers it")
def test_programs_die_with_us() -> None:
    done = run("-c", SPAWNS)
    assert eventually(lambda: not Path("/proc", done.stdout.strip()).exists(), 10)


def test_ports_are_free_and_different() -> None:
    assert len(set(free_ports(5))) == 5
