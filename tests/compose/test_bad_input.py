"""Files that are broken, hostile or not files at all: diagnosed, never a crash."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compose.loading import Content, loaded, told, written

WEB = "services:\n  web:\n    image: i\n"
MEBIBYTE = 1024 * 1024
PATIENCE = 60
MEMORY = 2048 * MEBIBYTE

# Loads the project in its working directory; a limit turns a memory hog into an error.
PROGRAM = f"""
import os, resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from kompyle.compose.discovery import Request
from kompyle.compose.project import load
for found in load(Request(cwd=os.getcwd())).report.sorted()[:3]:
    print(found.position, found.code)
"""


def bounded(folder: Path) -> list[str]:
    """Load a project in a process of its own, which may neither hang nor swell."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def extending(name: str, base: str, file: str) -> str:
    return f"services:\n  {name}:\n    extends: {{service: {base}, file: {file}}}\n"


def services(body: str, count: int) -> str:
    return "services:\n" + "".join(
        f"  s{n}: {body.format(n=n, before=n - 1)}\n" for n in range(1, count)
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param("", "compose.yaml:1:1 invalid-compose", id="empty"),
        pytest.param("# only this\n", "compose.yaml:1:1 invalid-compose", id="comment"),
        pytest.param("- a\n", "compose.yaml:1:1 invalid-compose", id="list"),
        pytest.param("hello", "compose.yaml:1:1 invalid-compose", id="text"),
        pytest.param(
            WEB + "---\n", "compose.yaml:4:1 invalid-compose", id="blank-document"
        ),
        pytest.param(
            b"a: 1\nb: \x00\n", "compose.yaml:2:4 yaml-syntax", id="null-byte"
        ),
        pytest.param(
            b"\x7fELF\x02\x01\x01\x00\xff", "compose.yaml:1:9 unreadable-file", id="elf"
        ),
        pytest.param(
            WEB.encode() + b"    hostname: caf\xe9\n",
            "compose.yaml:4:18 unreadable-file",
            id="latin-1",
        ),
        pytest.param(
            b"\xff\xfea", "compose.yaml:1:1 unreadable-file", id="half-utf-16"
        ),
        pytest.param(
            b"#" * (16 * MEBIBYTE + 1),
            "compose.yaml:1:1 unreadable-file",
            id="larger-than-16-mib",
        ),
        pytest.param(
            WEB + "    image: j\n", "compose.yaml:4:5 duplicate-key", id="duplicate-key"
        ),
        pytest.param(
            WEB + "x-a: {b: 1, 'b': 2}\n",
            "compose.yaml:4:13 duplicate-key",
            id="duplicate-in-extension",
        ),
        pytest.param(
            "services:\n  web: *base\n", "compose.yaml:2:8 yaml-syntax", id="no-anchor"
        ),
        pytest.param(
            "x-a: &a [*a]\n", "compose.yaml:1:10 yaml-syntax", id="anchor-in-itself"
        ),
        pytest.param("a: [1\n", "compose.yaml:2:1 yaml-syntax", id="open-bracket"),
        pytest.param("a: 'b\n", "compose.yaml:2:1 yaml-syntax", id="open-quote"),
        pytest.param("a:\n\tb: 1\n", "compose.yaml:2:1 yaml-syntax", id="tab"),
        pytest.param("{a: 1}: 2\n", "compose.yaml:1:1 yaml-syntax", id="map-as-key"),
        pytest.param(
            "%YAML 1.2\n---\na: 1\n", "compose.yaml:1:1 yaml-syntax", id="yaml-1.2"
        ),
        pytest.param(
            "services:\n  a: {image: i, extends: a}\n",
            "compose.yaml:2:17 extends-cycle",
            id="extends-itself",
        ),
        pytest.param(
            {
                "compose.yaml": extending("a", "b", "b.yaml"),
                "b.yaml": extending("b", "a", "compose.yaml"),
            },
            "compose.yaml:3:5 extends-cycle",
            id="extends-in-a-circle",
        ),
        pytest.param(
            {
                "compose.yaml": "include: [b.yaml]\n",
                "b.yaml": "include:\n  - compose.yaml\n",
            },
            "b.yaml:2:5 include-cycle",
            id="include-in-a-circle",
        ),
        pytest.param(
            WEB + "    depends_on: [b]\n  b: {image: i, links: [web]}\n",
            "compose.yaml:5:25 dependency-cycle",
            id="dependencies-in-a-circle",
        ),
        pytest.param(
            WEB + "    env_file: gone.env\n",
            "compose.yaml:4:5 bad-env-file",
            id="missing-env-file",
        ),
        pytest.param(
            {"compose.yaml": WEB + "    env_file: folder\n", "folder/a": ""},
            "compose.yaml:4:5 bad-env-file",
            id="folder-as-env-file",
        ),
        pytest.param(
            {
                "compose.yaml": WEB + "    env_file: [{path: d, required: false}]\n",
                "d/a": "",
            },
            "compose.yaml:4:16 bad-env-file",
            id="folder-as-optional-env-file",
        ),
        pytest.param(
            "include:\n  - gone.yaml\n",
            "compose.yaml:2:5 unreadable-file",
            id="missing-include",
        ),
        pytest.param(
            WEB + "    extends: {file: gone.yaml, service: a}\n",
            "compose.yaml:4:15 unreadable-file",
            id="missing-extends",
        ),
        pytest.param(
            {"compose.yaml": WEB, ".env": "A=1\nB='\n"},
            ".env:2:1 bad-env-file",
            id="broken-dotenv",
        ),
        pytest.param(
            {"compose.yaml": WEB + "    env_file: a.env\n", "a.env": "A=1\nB=${\n"},
            "a.env:2:1 bad-env-file",
            id="broken-env-file",
        ),
        pytest.param(
            "include:\n  - https://github.com/a/b.git\n",
            "compose.yaml:2:5 remote-source",
            id="remote-include",
        ),
        pytest.param(
            "include:\n  - oci://example.org/a:1\n",
            "compose.yaml:2:5 remote-source",
            id="oci-include",
        ),
        pytest.param(
            WEB + "    extends: {file: 'git@github.com:a/b.git', service: a}\n",
            "compose.yaml:4:15 remote-source",
            id="remote-extends",
        ),
    ],
)
def test_one_fault_is_told_at_its_place(
    files: dict[str, Content] | Content, expected: str, tmp_path: Path
) -> None:
    assert told(loaded(tmp_path, files)) == [expected]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_fine(encoding: str, tmp_path: Path) -> None:
    project = loaded(tmp_path, (WEB + "    hostname: café\n").encode(encoding))
    assert told(project) == []
    assert project.model.maps("services")["web"].text("hostname") == "café"


@pytest.mark.parametrize(
    "source", ["https://example.org/c.yaml", "oci://example.org/a", "git@example.org:a"]
)
def test_remote_files_are_refused(source: str, tmp_path: Path) -> None:
    project = loaded(tmp_path, {}, files=(source,))
    assert told(project) == ["- remote-source"]


def test_a_project_directory_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    content = "services: {a: {image: a}}"
    for folder in ("nowhere", "file"):
        project = loaded(tmp_path, content, folder=folder)
        assert told(project) == ["- missing-folder"]
        assert not project.report.has_errors


def test_a_named_file_that_does_not_exist(tmp_path: Path) -> None:
    project = loaded(tmp_path, {}, files=("gone.yaml",))
    assert told(project) == ["gone.yaml:1:1 unreadable-file"]


def folder(path: Path) -> None:
    path.mkdir()


def broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [folder, broken_link, link_to_itself, pipe, zeros])
def test_what_is_no_file_is_told(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kompyle.compose.files.PATIENCE", 0.1)
    make(tmp_path / "c.yaml")
    project = loaded(tmp_path, {}, files=("c.yaml",))
    assert told(project) == ["c.yaml:1:1 unreadable-file"]


@pytest.mark.parametrize("make", [folder, broken_link, link_to_itself, pipe, zeros])
def test_no_env_file_either(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kompyle.compose.files.PATIENCE", 0.1)
    make(tmp_path / "e.env")
    project = loaded(tmp_path, WEB + "    env_file: e.env\n")
    assert told(project) == ["compose.yaml:4:5 bad-env-file"]


def test_a_pipe_with_a_writer_is_read(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, WEB.encode())
    os.close(writer)
    project = loaded(tmp_path, {}, files=(f"/dev/fd/{reader}",))
    os.close(reader)
    assert told(project) == []


def test_null_device_is_an_empty_env_file(tmp_path: Path) -> None:
    assert told(loaded(tmp_path, WEB + "    env_file: /dev/null\n")) == []


LAUGHS = "x-0: &l0 [lol]\n" + "".join(
    f"x-{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
TOWER = "x-0: &t0 1\n" + "".join(
    f"x-{n}: &t{n} {'[' * 100}*t{n - 1}{']' * 100}\n" for n in range(1, 40)
)
INCLUDES: dict[str, Content] = {
    "compose.yaml": "include: [f0.yaml]\n",
    **{f"f{n}.yaml": f"include: [f{n + 1}.yaml, f{n + 1}.yaml]\n" for n in range(25)},
    "f25.yaml": WEB,
}
NESTED: dict[str, Content] = {
    "compose.yaml": "include: [f0.yaml]\n",
    **{f"f{n}.yaml": f"include: [f{n + 1}.yaml]\n" for n in range(300)},
    "f300.yaml": WEB,
}
DEEPEST: dict[str, Content] = {
    "compose.yaml": "include: [f0.yaml]\n",
    **{f"f{n}.yaml": f"include: [f{n + 1}.yaml]\n" for n in range(28)},
    "f28.yaml": f"{WEB}    x-a: {'[' * 117}{']' * 117}\n",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(LAUGHS, ["compose.yaml:6:26 yaml-syntax"], id="billion-laughs"),
        pytest.param(TOWER, ["compose.yaml:3:110 yaml-syntax"], id="alias-tower"),
        pytest.param(
            "".join(" " * n + "a:\n" for n in range(4000)),
            ["compose.yaml:120:120 yaml-syntax"],
            id="nested-maps",
        ),
        pytest.param(
            "x-a: " + "[" * 10000 + "]" * 10000,
            ["compose.yaml:1:125 yaml-syntax"],
            id="nested-lists",
        ),
        pytest.param(
            "x-a: " + "{a: " * 10000,
            ["compose.yaml:1:479 yaml-syntax"],
            id="nested-flow-maps",
        ),
        pytest.param(
            "---\n" * 100000, ["compose.yaml:1001:1 yaml-syntax"], id="documents"
        ),
        pytest.param(
            INCLUDES, ["f24.yaml:1:21 include-cycle"], id="includes-that-double"
        ),
        pytest.param(NESTED, ["f29.yaml:1:11 include-cycle"], id="includes-nested"),
        pytest.param(DEEPEST, [], id="as-deep-as-can-be"),
        pytest.param(
            services("{{image: i, depends_on: [s{before}]}}", 10000).replace(
                "s0", "s1"
            ),
            ["compose.yaml:2:31 dependency-cycle"],
            id="dependencies-in-a-row",
        ),
        pytest.param(
            services("{{extends: s{before}}}", 3000).replace("[s0]", "{image: i}"),
            ["compose.yaml:2:8 undefined-reference"],
            id="extends-in-a-row",
        ),
        pytest.param(
            WEB
            + "    ports:\n"
            + "".join(f"      - {n}-65535\n" for n in range(1, 999)),
            ["compose.yaml:4:5 wrong-form"],
            id="port-ranges",
        ),
        pytest.param(
            WEB + "".join(f"    k{n}: 1\n" for n in range(8000)),
            ["compose.yaml:4:5 invalid-compose"],
            id="unknown-keys",
        ),
        pytest.param(
            WEB + f"    command: [{', '.join(['1'] * 3000)}]\n",
            ["compose.yaml:4:15 invalid-compose"],
            id="wrong-items",
        ),
        pytest.param(
            services("{{image: i, depends_on: [sarvice{n}]}}", 2000),
            ["compose.yaml:2:31 undefined-reference"],
            id="misspelt-names",
        ),
        pytest.param(
            WEB + "".join(f"    x-{'k' * 1024}{n}: 1\n" for n in range(5000)),
            [],
            id="long-keys",
        ),
        pytest.param(
            WEB + f"    x-a: '{'${A:-' * 100000}{'}' * 100000}'\n",
            [],
            id="nested-defaults",
        ),
        pytest.param(
            WEB + f"    x-a: '{'${A:-{}' * 100000}'\n",
            ["compose.yaml:4:5 bad-template"],
            id="open-defaults",
        ),
        pytest.param(
            WEB + f"    {'image' * 20000}: 1\n    {'imag' * 25000}: 1\n",
            ["compose.yaml:4:5 invalid-compose"],
            id="endless-names",
        ),
    ],
)
def test_no_input_takes_for_ever(
    files: dict[str, Content] | Content, expected: list[str], tmp_path: Path
) -> None:
    assert bounded(written(tmp_path, files))[:1] == expected


def test_a_number_without_end_is_read(tmp_path: Path) -> None:
    assert told(loaded(tmp_path, f"{WEB}    x-a: {'1' * 5000}\n")) == []
