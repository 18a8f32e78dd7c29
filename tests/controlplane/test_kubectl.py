"""What is written to a folder is what kubectl applies: all of it, without a word."""

import os
import subprocess
from pathlib import Path
from typing import Any

import kompyle
from tests.conftest import ROOT
from tests.controlplane import build
from tests.controlplane.api import Api


def kubectl(kubeconfig: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [build.folder() / "kubectl", *arguments],
        env=os.environ | {"KUBECONFIG": str(kubeconfig)},
        capture_output=True,
        text=True,
        check=False,
    )


def write(folder: Path, **choices: Any) -> None:  # noqa: ANN401 - any option
    """Write the example, converted as is chosen."""
    example = ROOT / "examples" / "shop" / "compose.yaml"
    project = kompyle.load([example], env={})
    kompyle.convert(project, kompyle.Options(**choices)).write(folder)


def test_a_folder_is_applied(api: Api, control_plane: Path, tmp_path: Path) -> None:
    api.make_namespace("by-kubectl")
    write(tmp_path)
    done = kubectl(control_plane, "apply", "-n", "by-kubectl", "-f", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_again_is_unchanged(
    api: Api, control_plane: Path, tmp_path: Path
) -> None:
    api.make_namespace("again")
    write(tmp_path)
    command = ("apply", "-n", "again", "-f", str(tmp_path))
    assert kubectl(control_plane, *command).returncode == 0
    lines = kubectl(control_plane, *command).stdout.splitlines()
    assert [line for line in lines if not line.endswith(" unchanged")] == []


def test_a_folder_may_hold_its_namespace(control_plane: Path, tmp_path: Path) -> None:
    write(tmp_path, namespace="with-kubectl", create_namespace=True)
    done = kubectl(control_plane, "apply", "-f", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
