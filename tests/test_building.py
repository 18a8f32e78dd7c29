"""What ``build:`` says reaches the builder whole; what fails stops a deployment.

No builder can run where these tests do: a script stands for it, and writes down how it
was called.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kompyle
from kompyle.building import arguments, images

_SCRIPT = """\
#!{python}
import json, sys
said = sys.stdin.read() if "-" in sys.argv else ""
with open({log!r}, "a") as log:
    print(json.dumps([*sys.argv[1:], said]), file=log)
print("step 1 of 1")
sys.exit({code})
"""
_WHOLE = """\
name: shop
services:
  web:
    image: example.org/shop/web:1
    build:
      context: web
      dockerfile: Dockerfile.prod
      args: {VERSION: "2", API_TOKEN: }
      cache_from: [example.org/cache]
      labels: {team: a}
      network: host
      no_cache: true
      pull: false
      platforms: [linux/amd64, linux/arm64]
      provenance: false
      secrets:
        - key
        - {source: token, target: api}
      shm_size: 64m
      ssh: [default]
      tags: ["example.org/shop/web:latest"]
      target: final
      ulimits: {nproc: 99, nofile: {soft: 10, hard: 20}}
secrets:
  key: {file: ./key.txt}
  token: {environment: API_TOKEN}
"""


def project(folder: Path, text: str) -> kompyle.Project:
    (folder / "compose.yaml").write_text(text, "utf-8")
    (folder / "key.txt").write_text("k", "utf-8")
    return kompyle.load([str(folder / "compose.yaml")], env={"API_TOKEN": "t"})


def test_every_key_is_said(tmp_path: Path) -> None:
    (image,) = images(project(tmp_path, _WHOLE))
    said = " ".join(arguments(image))
    for words in (
        "--tag example.org/shop/web:1 ",
        f"--file {tmp_path}/web/Dockerfile.prod",
        "--build-arg VERSION=2 --build-arg API_TOKEN=t ",
        "--cache-from example.org/cache",
        "--label team=a",
        "--network=host",
        "--no-cache ",
        "--platform linux/amd64 --platform linux/arm64",
        "--provenance=false",
        f"--secret id=key,src={tmp_path}/key.txt",
        "--secret id=api,env=API_TOKEN",
        "--shm-size=67108864",
        "--ssh default",
        "--tag example.org/shop/web:latest",
        "--target=final",
        "--ulimit nproc=99 --ulimit nofile=10:20",
    ):
        assert words in said, said
    assert "--pull" not in said
    assert said.endswith(f" {tmp_path}/web")


def built(
    folder: Path, *programs: str, code: int = 0
) -> tuple[int, str, list[list[str]]]:
    """Run ``up --build`` where these builders are."""
    log, tools = folder / "log", folder / "tools"
    tools.mkdir()
    for name in programs:
        text = _SCRIPT.format(python=sys.executable, log=str(log), code=code)
        (tools / name).write_text(text, "utf-8")
        (tools / name).chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "kompyle", "up", "--build", "--kubeconfig", "none"],
        cwd=folder,
        env={**os.environ, "PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return done.returncode, done.stderr, [json.loads(line) for line in lines]


INLINE = """\
services:
  web:
    build:
      dockerfile_inline: FROM scratch
  same: {image: nginx}
"""


def test_images_are_built_and_then_pushed(tmp_path: Path) -> None:
    project(tmp_path, f"name: shop\n{INLINE}")
    code, told, calls = built(tmp_path, "docker")
    assert calls == [
        ["buildx", "version", ""],
        [
            "buildx",
            "build",
            "--tag",
            "shop-web",
            "--file",
            "-",
            str(tmp_path),
            "FROM scratch",
        ],
        ["push", "shop-web", ""],
    ]
    assert "building shop-web for web\nstep 1 of 1\npushing shop-web" in told
    assert code == 7, told  # it goes on to look for a cluster


def test_further_names_are_pushed_too(tmp_path: Path) -> None:
    (image,) = images(project(tmp_path, _WHOLE))
    assert image.names == ["example.org/shop/web:1", "example.org/shop/web:latest"]


def test_what_cannot_be_built_stops_the_run(tmp_path: Path) -> None:
    project(tmp_path, f"name: shop\n{INLINE}")
    code, told, calls = built(tmp_path, "podman", code=3)
    assert [call[0] for call in calls] == ["build"]
    assert "shop-web cannot be built: podman build ended with 3" in told
    assert code == 1


@pytest.mark.parametrize("text", [INLINE])
def test_without_a_builder(tmp_path: Path, text: str) -> None:
    project(tmp_path, f"name: shop\n{text}")
    code, told, _ = built(tmp_path)
    assert "there is no docker and no podman here to build images with" in told
    assert "leave out --build" in told
    assert code == 1
