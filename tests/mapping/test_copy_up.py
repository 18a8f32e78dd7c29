"""The script that fills new volumes, run by a real shell: at once, interrupted."""

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

from kompyle.mapping.copy_up import _COPY

FILES = 300


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "image"
    folder.mkdir(mode=0o750)
    for number in range(FILES):
        (folder / f"file-{number}").write_text("content", "utf-8")
    return folder


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    folder = tmp_path / "volume"
    folder.mkdir()
    return folder


def started(source: Path, volume: Path, before: str = "") -> subprocess.Popen[bytes]:
    call = shlex.join(("copy", str(source), str(volume)))
    script = f"{before}\n{_COPY}{call}"
    return subprocess.Popen(["sh", "-ec", script], start_new_session=True)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_empty_volume_is_filled(source: Path, volume: Path) -> None:
    (volume / "lost+found").mkdir()
    assert started(source, volume).wait(30) == 0
    assert names(volume) == names(source) | {"lost+found"}
    assert volume.stat().st_mode == source.stat().st_mode


def test_a_full_volume_stays(source: Path, volume: Path) -> None:
    (volume / "mine").touch()
    assert started(source, volume).wait(30) == 0
    assert names(volume) == {"mine"}


def test_what_the_image_lacks_is_nothing(tmp_path: Path, volume: Path) -> None:
    assert started(tmp_path / "missing", volume).wait(30) == 0
    assert names(volume) == set()


SLOW = 'cp() { command cp -a "$2/file-0" "$3"; sleep 3; command cp "$@"; }'


def test_others_wait_until_all_is_there(source: Path, volume: Path) -> None:
    first = started(source, volume, SLOW)
    while not names(volume):
        time.sleep(0.01)
    second = started(source, volume)
    assert second.wait(30) == 0
    assert names(volume) == names(source)
    assert first.wait(30) == 0


def test_who_comes_after_a_death_begins_anew(source: Path, volume: Path) -> None:
    first = started(source, volume, SLOW)
    while "file-0" not in names(volume):
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    lock = volume / ".kompyle-copy"
    assert lock.is_dir()
    os.utime(lock, (0, 0))
    assert started(source, volume).wait(30) == 0
    assert names(volume) == names(source)
