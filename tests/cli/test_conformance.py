"""The recorded harness against the real command line, on a sample of every suite."""

import json
import shlex
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import environment
from tests.conformance.test_recorded import DEVIATIONS, FOLDER, SUITES, harness

SAMPLE = 10
"""Rows of each suite, spread over it; all of them take minutes, as processes."""

Row = dict[str, Any]


def sample() -> list[Any]:
    if not FOLDER.is_dir():
        skip = pytest.mark.skip(reason=f"no {FOLDER}; KOMPYLE_SHARED names its parent")
        return [pytest.param({}, marks=skip)]
    return [pytest.param(row, id=row["id"]) for suite in SUITES for row in rows(suite)]


def rows(suite: str) -> list[Row]:
    """Take stable rows from all over a suite."""
    lines = (FOLDER / f"{suite}.jsonl").read_text("utf-8").strip().split("\n")
    found = [
        row
        for row in map(json.loads, lines)
        if row.get("unstable") != "model" and row["id"] not in DEVIATIONS.get(suite, ())
    ]
    return list(islice(found, len(found) // SAMPLE // 2, None, len(found) // SAMPLE))


@pytest.mark.parametrize("row", sample())
def test_the_command_line_answers_as_recorded(row: Row, tmp_path: Path) -> None:
    given, expected = row["input"], row["expect"]
    folder, variables = harness().prepare(tmp_path / "root", given)
    command = f"{shlex.quote(sys.executable)} -m kompyle"
    done = subprocess.run(
        harness().argv(command, given),
        cwd=folder / given.get("cwd", ""),
        env=environment(**{"HOME": "", "PATH": ""} | variables),
        capture_output=True,
        check=False,
    )
    assert (done.returncode == 0) is expected["ok"], done.stderr.decode()
    assert b"Traceback" not in done.stderr
    model = harness().yaml.load(done.stdout, Loader=harness().L)
    found = harness().subst(model, tmp_path / "root")
    assert not expected["ok"] or harness().same(expected["model"], found)
