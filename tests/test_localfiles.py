"""What becomes of files that cannot be read."""

import os
import sys
from pathlib import Path

import pytest

from kompyle.compose.discovery import Request
from kompyle.localfiles import LocalFolder, Unusable, local_files
from kompyle.pipeline import convert, load


@pytest.mark.skipif(sys.platform != "linux", reason="a file that none can read")
def test_unreadable_file_is_told() -> None:
    (found,) = local_files(["/proc/self/mem"]).values()
    assert found == Unusable("input/output error")


def test_links_that_lead_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "outside").write_text("another's", "utf-8")
    (folder / "file").write_text("own", "utf-8")
    (folder / "in").symlink_to("file")
    (folder / "out").symlink_to("../outside")
    (found,) = local_files([str(folder)]).values()
    assert isinstance(found, LocalFolder)
    assert {name: file.data for name, file in found.files.items()} == {
        "file": b"own",
        "in": b"own",
    }
    assert found.skipped == ("out",)


def test_empty_folders_are_told(tmp_path: Path) -> None:
    for name in ("a/b", "c", "data/logs"):
        (tmp_path / "config" / name).mkdir(parents=True)
    (tmp_path / "config" / "file").write_text("own", "utf-8")
    text = "services: {app: {image: app, volumes: ['./config:/etc/app:ro']}}"
    (tmp_path / "compose.yaml").write_text(text, "utf-8")
    (told,) = convert(load(Request(cwd=str(tmp_path)))).diagnostics
    assert "left out, since no files of it: 'a/b/', 'c/', 'data/logs/'" in told.message
    assert told.help
    assert told.help.endswith("comes along if a file is in it, such as `.keep`.")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").touch(mode=0)
    (found,) = local_files([str(tmp_path)]).values()
    assert found == Unusable("inner/file: permission denied")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir(mode=0)
    (found,) = local_files([str(tmp_path)]).values()
    assert found == Unusable("inner: permission denied")


def test_what_is_no_file_has_a_way_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    text = "services: {app: {image: app, volumes: ['./pipe:/pipe', './loop:/loop']}}"
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "compose.yaml").write_text(text, "utf-8")
    pipe, loop = convert(load(Request(cwd=str(tmp_path)))).diagnostics
    assert pipe.message == "it is a pipe; it cannot be brought into the cluster"
    assert pipe.help
    assert pipe.help.startswith("Mount a regular file or a folder")
    assert loop.help == "Let whoever runs Kompyle read it, and convert again."
