"""What is written to a folder is what kubectl applies: all of it, without a word."""

import os
import subprocess
from pathlib import Path

import kompyle
from tests.conftest import ROOT
from tests.controlplane import build

NAMESPACE = "by-kubectl"


def kubectl(kubeconfig: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [build.folder() / "kubectl", *arguments],
        env=os.environ | {"KUBECONFIG": str(kubeconfig)},
        capture_output=True,
        text=True,
        check=False,
    )


def write(folder: Path) -> list[str]:
    """Write the example in a namespace of its own; return the names of its files."""
    example = ROOT / "examples" / "shop" / "compose.yaml"
    chosen = kompyle.Options(namespace=NAMESPACE, create_namespace=True)
    project = kompyle.load([example], env={})
    return kompyle.convert(project, chosen).write(folder)


def test_a_folder_is_applied_and_applied_again(
    control_plane: Path, tmp_path: Path
) -> None:
    write(tmp_path)
    first = kubectl(control_plane, "apply", "-f", str(tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    again = kubectl(control_plane, "apply", "-f", str(tmp_path))
    assert (again.returncode, again.stderr) == (0, "")
    ends = {line.rpartition(" ")[2] for line in again.stdout.splitlines()}
    assert ends == {"unchanged"}
