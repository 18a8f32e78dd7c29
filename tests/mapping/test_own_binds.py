"""Bind mounts of the project's folder, written as absolute paths."""

import json
from pathlib import Path
from typing import Any

import pytest

from kompyle.compose.output import canonical
from kompyle.pipeline import convert
from tests.compose.loading import loaded

MOUNTED = "services: {web: {image: nginx, volumes: ['%s/it:/etc/it', '%s/data:/data']}}"
NAMED = """
services: {web: {image: nginx, volumes: ['conf:/etc/it']}}
volumes: {conf: {driver_opts: {type: none, o: 'bind,ro', device: %s/conf}}}
"""


def made(folder: Path, text: str) -> list[dict[str, Any]]:
    (folder / "it").write_text("content", "utf-8")
    (folder / "conf").mkdir(exist_ok=True)
    (folder / "conf" / "app.ini").write_text("content", "utf-8")
    return convert(loaded(folder, text, {"PWD": str(folder)})).manifests


@pytest.mark.parametrize("text", [MOUNTED, NAMED])
def test_absolute_paths_are_as_relative_ones(tmp_path: Path, text: str) -> None:
    found = made(tmp_path, text.replace("%s", "."))
    assert [item for item in found if item["kind"] == "ConfigMap"]
    assert made(tmp_path, text.replace("%s", str(tmp_path))) == found


def test_the_way_may_lead_out(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "it").write_text("content", "utf-8")
    found = made(tmp_path / "shop", MOUNTED.replace("%s", "${PWD}/.."))
    assert found == made(tmp_path / "shop", MOUNTED.replace("%s", ".."))


def test_another_folder_is_of_the_machine(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (tmp_path / "shop-2").mkdir()
    found = made(folder, MOUNTED.replace("%s", f"{folder}-2"))
    assert not [item for item in found if item["kind"] == "ConfigMap"]


def test_what_config_prints_gives_the_same(tmp_path: Path) -> None:
    text = MOUNTED.replace("%s", ".")
    found = made(tmp_path, text)
    printed = json.dumps(canonical(loaded(tmp_path, text)))
    assert made(tmp_path, printed) == found
