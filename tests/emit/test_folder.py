"""Writing a folder: all or nothing, our own files only."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kompyle.emit.folder import INDEX, write_folder
from kompyle.errors import EmitError
from tests.conftest import ROOT

LABELS = "app.kubernetes.io/part-of: {}\napp.kubernetes.io/managed-by: kompyle\n"
SHOP, BLOG = LABELS.format("shop"), LABELS.format("blog")
OLD = {
    "a.yaml": f"old a\n{SHOP}",
    "b.yaml": f"old b\n{SHOP}",
    "c.yaml": f"old c\n{SHOP}",
}
NEW = {
    "a.yaml": f"new a\n{SHOP}",
    "b.yaml": f"old b\n{SHOP}",
    "d.yaml": f"new d\n{SHOP}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that an earlier run has written, with a file of the user's."""
    path = tmp_path / "k8s"
    write_folder(path, "shop", OLD)
    (path / "notes.txt").write_text("mine\n", "utf-8")
    return path


def content(folder: Path) -> dict[str, str]:
    """Return what the user sees, and make sure that nothing else is there."""
    found = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    found.pop(INDEX, None)
    return found


def test_names_of_the_files_are_returned(tmp_path: Path) -> None:
    assert write_folder(tmp_path / "deep" / "k8s", "shop", NEW) == sorted(NEW)
    assert content(tmp_path / "deep" / "k8s") == NEW


def test_own_files_are_replaced_and_stale_ones_removed(folder: Path) -> None:
    write_folder(folder, "shop", NEW)
    assert content(folder) == {**NEW, "notes.txt": "mine\n"}


def test_unchanged_files_keep_their_time(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, ns=(1, 1))
    write_folder(folder, "shop", NEW)
    kept = {path.name for path in folder.iterdir() if path.stat().st_mtime_ns == 1}
    assert kept == {"b.yaml", "notes.txt"}
    for path in folder.iterdir():
        os.utime(path, ns=(1, 1))
    write_folder(folder, "shop", NEW)
    assert {path.stat().st_mtime_ns for path in folder.iterdir()} == {1}


def test_a_stranger_stops_everything(folder: Path) -> None:
    (folder / "d.yaml").write_text("mine\n", "utf-8")
    before = content(folder)
    with pytest.raises(EmitError, match=r"d\.yaml.*did not write"):
        write_folder(folder, "shop", NEW)
    assert content(folder) == before


def test_a_stranger_yields_to_force(folder: Path) -> None:
    (folder / "d.yaml").write_text("mine\n", "utf-8")
    write_folder(folder, "shop", NEW, force=True)
    assert content(folder) == {**NEW, "notes.txt": "mine\n"}


def test_a_folder_in_the_way_does_not_yield(folder: Path) -> None:
    (folder / "d.yaml").mkdir()
    with pytest.raises(EmitError, match=r"d\.yaml is no file"):
        write_folder(folder, "shop", NEW, force=True)
    assert (folder / "a.yaml").read_text("utf-8") == OLD["a.yaml"]


def test_a_pipe_in_the_way_is_neither_read_nor_replaced(folder: Path) -> None:
    os.mkfifo(folder / "d.yaml")
    with pytest.raises(EmitError, match=r"d\.yaml is no file"):
        write_folder(folder, "shop", NEW, force=True)


def test_what_took_the_place_of_an_own_file_is_a_strangers(folder: Path) -> None:
    (folder / "a.yaml").write_text("kind: Handwritten\n", "utf-8")
    before = content(folder)
    with pytest.raises(EmitError, match=r"a\.yaml.*did not write"):
        write_folder(folder, "shop", NEW)
    assert content(folder) == before


def test_what_took_the_place_of_a_stale_file_stays(folder: Path) -> None:
    (folder / "c.yaml").write_text("kind: Handwritten\n", "utf-8")
    (folder / "b.yaml").unlink()
    (folder / "b.yaml").mkdir()
    write_folder(folder, "shop", {"a.yaml": OLD["a.yaml"]})
    assert (folder / "c.yaml").read_text("utf-8") == "kind: Handwritten\n"
    assert (folder / "b.yaml").is_dir()


def test_an_index_that_is_no_file(folder: Path) -> None:
    (folder / INDEX).unlink()
    os.mkfifo(folder / INDEX)
    with pytest.raises(EmitError, match="is damaged; delete it"):
        write_folder(folder, "shop", NEW, force=True)


def test_files_of_another_project_are_strangers(folder: Path) -> None:
    with pytest.raises(EmitError, match="Kompyle did not write"):
        write_folder(folder, "blog", {"a.yaml": BLOG})
    write_folder(folder, "blog", {"z.yaml": BLOG})
    write_folder(folder, "shop", NEW)
    assert content(folder) == {**NEW, "notes.txt": "mine\n", "z.yaml": BLOG}


@pytest.mark.parametrize("call", ["rename", "open", "write", "mkdir"])
@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_whole(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    error: BaseException,
) -> None:
    before, index = content(folder), (folder / INDEX).read_text("utf-8")
    failing = failing_at(number, getattr(os, call), error)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, failing)
        try:
            write_folder(folder, "shop", NEW)
        except (EmitError, KeyboardInterrupt):
            assert (folder / INDEX).read_text("utf-8") == index
        else:
            before = {**NEW, "notes.txt": "mine\n"}
    assert content(folder) == before


def failing_at(
    number: int, real: Callable[..., object], error: BaseException
) -> Callable[..., object]:
    """Return a function that fails once, after *number* calls that go well."""
    left = [number]

    def call(*args: object, **options: object) -> object:
        left[0] -= 1
        if left[0] == -1:
            raise error
        return real(*args, **options)

    return call


@pytest.mark.parametrize(
    ("call", "number"), [("rename", 0), ("open", 1), ("write", 2), ("mkdir", 1)]
)
def test_a_failure_leaves_no_new_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    failing = failing_at(number, getattr(os, call), OSError(28, "No space left"))
    monkeypatch.setattr(os, call, failing)
    with pytest.raises(EmitError, match="no space left"):
        write_folder(tmp_path / "deep" / "k8s", "shop", NEW)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_whole(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = f"mount -t tmpfs -o size=64k none {disk}"
    script = (
        f"{mounting} && {sys.executable} -c '"
        "import sys; from pathlib import Path;"
        "from kompyle.emit.folder import INDEX, write_folder;"
        "from kompyle.errors import EmitError;"
        f'folder = Path("{disk}/k8s");'
        'name = "a.yaml";'
        'labels = "app.kubernetes.io/part-of: shop\\n";'
        'labels += "app.kubernetes.io/managed-by: kompyle\\n";'
        'write_folder(folder, "shop", {name: labels + "old"});'
        "\ntry:"
        '\n    write_folder(folder, "shop", {name: labels + "x" * 100000})'
        "\nexcept EmitError as error:"
        "\n    print(error)"
        "\nassert sorted(p.name for p in folder.iterdir()) == [INDEX, name]"
        "\nprint((folder / name).read_text())"
        "'"
    )
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no disk can be made here: {done.stderr.strip()}")
    assert "no space left on device; what was there before is untouched" in done.stdout
    assert done.stdout.endswith("kompyle\nold\n"), done.stderr


def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(EmitError, match="permission denied"):
        write_folder(folder, "shop", NEW)
    folder.chmod(stat.S_IRWXU)
    assert content(folder) == {**OLD, "notes.txt": "mine\n"}


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "k8s").write_text("mine\n", "utf-8")
    with pytest.raises(EmitError, match="not a directory"):
        write_folder(tmp_path / "k8s", "shop", NEW)
    assert (tmp_path / "k8s").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize("text", ["{", "[]", '{"projects": 1}', '{"projects": []}'])
def test_a_damaged_index(folder: Path, text: str) -> None:
    (folder / INDEX).write_text(text, "utf-8")
    with pytest.raises(EmitError, match="is damaged"):
        write_folder(folder, "shop", NEW)
    assert content(folder) == {**OLD, "notes.txt": "mine\n"}
    write_folder(folder, "shop", NEW, force=True)


def test_an_index_names_no_files_elsewhere(folder: Path) -> None:
    outside = folder.parent / "outside.txt"
    outside.write_text("mine\n", "utf-8")
    names = '["../outside.txt", ".kompyle", "..", "notes.txt/"]'
    (folder / INDEX).write_text(f'{{"projects": {{"shop": {names}}}}}', "utf-8")
    write_folder(folder, "shop", {"z.yaml": "new\n"})
    assert outside.read_text("utf-8") == "mine\n"
    assert content(folder) == {**OLD, "notes.txt": "mine\n", "z.yaml": "new\n"}
