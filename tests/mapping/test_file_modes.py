"""Modes of bound files, and who may read those that not everyone may."""

import os
from pathlib import Path
from typing import Any

import pytest

from kompyle.compose.discovery import Request
from kompyle.mapping.fragment import Manifest
from kompyle.pipeline import Result, convert, load

_PROJECT = """\
services:
  app:
    image: IMAGE
    user: "USER"
    volumes: ["./id:/keys/id:ro", "./keys:/more:ro"]
"""


def _converted(
    folder: Path, mode: int, *, user: str = "", image: str = "example/app"
) -> Result:
    (folder / "keys").mkdir(exist_ok=True)
    for name in ("id", "keys/a.pub"):
        (folder / name).write_text("x", "utf-8")
        (folder / name).chmod(mode)
    text = _PROJECT.replace("USER", user).replace("IMAGE", image)
    (folder / "compose.yaml").write_text(text, "utf-8")
    return convert(load(Request(cwd=str(folder))))


def _pod(result: Result) -> Manifest:
    (found,) = [item for item in result.manifests if item["kind"] == "Deployment"]
    pod: dict[str, Any] = found["spec"]["template"]["spec"]
    return pod


def _modes(pod: Manifest) -> list[int | None]:
    sources = [volume["configMap"] for volume in pod["volumes"]]
    return [
        item.get("mode") for source in sources for item in source.get("items", [{}])
    ]


def _group(pod: Manifest) -> int | None:
    group: int | None = pod.get("securityContext", {}).get("fsGroup")
    return group


@pytest.mark.parametrize(
    ("mode", "user", "expected", "group"),
    [
        pytest.param(0o644, "", None, None, id="usual"),
        pytest.param(0o664, "", None, None, id="usual-for-a-group-of-ones-own"),
        pytest.param(0o755, "", 0o755, None, id="executable"),
        pytest.param(0o444, "1000", 0o444, None, id="everyone-may-read"),
        pytest.param(0o600, "root", 0o600, None, id="root-reads"),
        pytest.param(0o640, "0:0", 0o640, None, id="root-and-group"),
        pytest.param(0o600, "1000:50", 0o640, 50, id="group-of-the-user"),
        pytest.param(0o600, "1000", 0o640, 1000, id="user-without-group"),
        pytest.param(0o700, "1000", 0o740, 1000, id="executable-of-the-user"),
    ],
)
def test_mode_of_a_bound_file_is_that_of_its_source(
    mode: int, user: str, expected: int | None, group: int | None, tmp_path: Path
) -> None:
    pod = _pod(_converted(tmp_path, mode, user=user))
    assert _modes(pod) == [expected, expected]
    assert _group(pod) == group


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(
    ("image", "owner", "mode", "group"),
    [
        pytest.param("postgres:16", (999, 998), 0o640, 998, id="given-to-an-image"),
        pytest.param("node:20", (1000, 1000), 0o600, None, id="of-the-developer"),
        pytest.param("n8n", (1000, 1000), 0o640, 1000, id="image-of-the-same-number"),
        pytest.param("example/app", (0, 0), 0o600, None, id="of-root"),
    ],
)
def test_owner_says_who_reads_what_no_user_is_said_to(
    image: str, owner: tuple[int, int], mode: int, group: int | None, tmp_path: Path
) -> None:
    _converted(tmp_path, 0o600)
    for name in ("id", "keys/a.pub"):
        os.chown(tmp_path / name, *owner)
    result = _converted(tmp_path, 0o600, image=image)
    assert _modes(_pod(result)) == [mode, mode]
    assert _group(_pod(result)) == group


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_reader_that_is_not_known_is_asked_for(tmp_path: Path) -> None:
    _converted(tmp_path, 0o600)
    os.chown(tmp_path / "id", 1000, 1000)
    first, *_ = _converted(tmp_path, 0o600).diagnostics
    assert "belongs to root, who alone may read it" in first.message
    assert first.help == "If the image's own user is another one, write it as `user:`."
