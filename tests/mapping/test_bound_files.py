"""Files and folders that cannot come along whole, and what is said of them."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kompyle.localfiles import LARGEST, MOST_FILES
from kompyle.pipeline import convert
from tests.compose.loading import loaded

BOUND = "services: {web: {image: i, volumes: ['./it:/it:ro']}}"
CONFIG = "services: {web: {image: i, configs: [c]}}\nconfigs: {c: {file: ./it}}"
SECRET = "services: {web: {image: i, secrets: [c]}}\nsecrets: {c: {file: ./it}}"


def with_others(path: Path) -> None:
    path.mkdir()
    (path / "file").write_text("x")
    (path / "to-folder").symlink_to(path)
    (path / "to-nothing").symlink_to(path / "nothing")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path / "socket"))


def large(path: Path) -> None:
    path.write_bytes(b"x" * (LARGEST + 1))


def many(path: Path) -> None:
    path.mkdir()
    for number in range(MOST_FILES + 1):
        (path / str(number)).touch()


def large_folder(path: Path) -> None:
    path.mkdir()
    large(path / "file")


@pytest.mark.parametrize(
    ("make", "text", "phrase"),
    [
        (with_others, BOUND, "no files of it: 'socket', 'to-folder', 'to-nothing'"),
        (large, BOUND, "the file is larger than the 1 MiB"),
        (many, BOUND, "the folder has more than 1000 files"),
        (large_folder, BOUND, "the folder is larger than the 1 MiB"),
        (large, CONFIG, "the file is larger than the 1 MiB of a ConfigMap, so no"),
        (large, SECRET, "the file is larger than the 1 MiB of a Secret, so no Secret"),
        (Path.mkdir, CONFIG, "its content is not at hand"),
    ],
)
def test_what_is_said(
    tmp_path: Path, make: Callable[[Path], None], text: str, phrase: str
) -> None:
    make(tmp_path / "it")
    result = convert(loaded(tmp_path, text))
    assert [item for item in result.diagnostics if phrase in item.message]


@pytest.mark.parametrize("text", [BOUND, CONFIG, SECRET])
def test_what_is_too_large_is_not_mounted(tmp_path: Path, text: str) -> None:
    large(tmp_path / "it")
    kinds = convert(loaded(tmp_path, text)).manifests
    (workload,) = (item for item in kinds if item["kind"] == "Deployment")
    assert "volumes" not in workload["spec"]["template"]["spec"]
