"""How diagnostics read: their order, folding, colours, and the sum at the end."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kompyle import console
from kompyle.console import Voice
from kompyle.diagnostics import Diagnostic, Position, Severity
from tests.cli.conftest import Run, environment, write

LINE = re.compile(r"\S+:\d+:\d+: (error|warning|note)\[[a-z-]+\]: \S+: .+")
COLOR = "\x1b["
MANY = "".join(f"  s{n}: {{image: i, ports: ['{n}:80']}}\n" for n in range(1, 41))


def finding(severity: Severity, code: str, message: str, line: int = 1) -> Diagnostic:
    place = Position("compose.yaml", line, 1)
    return Diagnostic(severity, code, ("services", f"s{line}"), message, place)


def told(
    capsys: pytest.CaptureFixture[str], found: list[Diagnostic], **voice: bool
) -> list[str]:
    console.tell(found, Voice(color="never", **voice))
    return capsys.readouterr().err.splitlines()


def test_the_important_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        finding(Severity.NOTE, "n", "adapted", 1),
        finding(Severity.WARNING, "w", "lost", 2),
        finding(Severity.ERROR, "e", "late", 9),
        finding(Severity.ERROR, "e", "early", 3),
    ]
    assert told(capsys, found) == [
        "compose.yaml:3:1: error[e]: services.s3: early",
        "compose.yaml:9:1: error[e]: services.s9: late",
        "compose.yaml:2:1: warning[w]: services.s2: lost",
        "compose.yaml:1:1: note[n]: services.s1: adapted",
    ]


@pytest.mark.parametrize(
    ("severity", "count", "lines"),
    [
        (Severity.NOTE, 1, 1),
        (Severity.NOTE, 30, 1),
        (Severity.WARNING, 3, 3),
        (Severity.WARNING, 30, 1),
        (Severity.ERROR, 30, 30),
    ],
)
def test_what_says_the_same_becomes_one_line_with_a_count(
    capsys: pytest.CaptureFixture[str], severity: Severity, count: int, lines: int
) -> None:
    found = [finding(severity, "c", "same", line) for line in range(1, count + 1)]
    said = told(capsys, found)
    assert len(said) == lines
    assert said[0].startswith(f"compose.yaml:1:1: {severity}[c]: services.s1: same")
    assert ("and 29 more" in said[0]) == (lines == 1 < count)
    assert len(told(capsys, found, verbose=True)) == count


@pytest.mark.parametrize(
    ("severity", "most"), [(Severity.NOTE, 5), (Severity.WARNING, 10)]
)
def test_many_different_things_of_one_code_are_cut(
    capsys: pytest.CaptureFixture[str], severity: Severity, most: int
) -> None:
    found = [finding(severity, "c", f"{line}", line) for line in range(1, 31)]
    said = told(capsys, found)
    assert len(said) == most + 1
    assert said[-1] == f"{severity}[c]: {30 - most} more"
    assert len(told(capsys, found, verbose=True)) == 30


def test_quiet_tells_errors_alone(capsys: pytest.CaptureFixture[str]) -> None:
    found = [finding(severity, "c", "m") for severity in Severity]
    assert [line.split()[1] for line in told(capsys, found, quiet=True)] == [
        "error[c]:"
    ]


def test_a_line_is_a_line_and_moves_no_cursor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (said,) = told(capsys, [finding(Severity.ERROR, "c", "a\n\x1b[2Jb\udcff")])
    assert said.endswith(r"a\n\x1b[2Jb\udcff")


def test_every_line_has_its_place(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "compose.yaml", "services: {a: {imgae: a, ports: ['1:1']}}")
    for line in run("convert").said[:-1]:
        assert LINE.fullmatch(line) or line.startswith("    ")


@pytest.mark.usefixtures("shop")
def test_the_end_sums_up(run: Run, tmp_path: Path) -> None:
    assert run("convert").said[-1] == "shop: 5 objects in k8s; 1 note"
    assert run("convert", "--stdout").said[-1].startswith("shop: 5 objects; ")
    write(tmp_path / "one.yaml", "name: one\nservices: {a: {image: a, ports: [80]}}\n")
    said = run("-f", "one.yaml", "convert", "-o", "one.json").said
    assert said == ["one: 2 objects in one.json; nothing to note"]
    write(tmp_path / "many.yaml", f"name: many\nservices:\n{MANY}")
    said = run("-f", "many.yaml", "convert", "-o", "-").said
    assert said[-1] == "many: 80 objects; 40 notes (-v shows each)"
    assert len(said) == 2
    assert len(run("-f", "many.yaml", "convert", "-o", "-", "-v").said) == 41


def test_no_project_has_no_name_to_sum_up(run: Run) -> None:
    assert run("convert").said[-1] == "kompyle: nothing is written; 1 error"


def test_config_tells_everything(run: Run, tmp_path: Path) -> None:
    unset = "".join(f"  s{n}: {{image: i, hostname: '$V{n}'}}\n" for n in range(20))
    write(tmp_path / "compose.yaml", f"services:\n{unset}")
    told = run("config", "-q").said
    assert len([line for line in told if "warning[unset-variable]" in line]) == 20


@pytest.mark.usefixtures("shop")
def test_quiet_convert_is_silent(run: Run) -> None:
    done = run("convert", "-q")
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.usefixtures("shop")
def test_colors_are_chosen(run: Run) -> None:
    assert COLOR not in run("convert").err
    assert COLOR in run("convert", "--color", "always").err
    assert COLOR not in run("convert", "--color", "never").err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("variables", "options", "has_color"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": ""}, [], True),
        ({"TERM": "dumb"}, [], False),
        ({}, ["--color", "never"], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
    ],
)
def test_colors_are_for_terminals(
    tmp_path: Path, variables: dict[str, str], options: list[str], *, has_color: bool
) -> None:
    reader, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "kompyle", "convert", *options],
        cwd=tmp_path,
        env=environment(**{"TERM": "xterm"} | variables),
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        check=True,
    )
    os.close(terminal)
    seen = os.read(reader, 100_000).decode()
    os.close(reader)
    assert done.returncode == 0
    assert (COLOR in seen) is has_color
