"""The recorded answers of the reference to whole projects, a test per group."""

import importlib.util
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kompyle.compose.discovery import Request
from kompyle.compose.output import canonical
from kompyle.compose.project import load
from kompyle.diagnostics import Severity
from tests.conftest import SHARED

FOLDER = SHARED / "conformance"
SUITES = (
    "01-authored",
    "02-key-type-matrix",
    "03-composego-loader",
    "04-composego-merge",
)

# The reference prints the name `x-networks` in a list of networks as "#extensions",
# an artefact of its own types; we print what the user wrote.
DEVIATIONS = {
    "03-composego-loader": {
        "composego/TestXService#1",
        "composego/TestXService#1 (test options)",
    }
}

Row = dict[str, Any]


@cache
def harness() -> ModuleType:
    """Load the runner that comes with the recorded answers."""
    spec = importlib.util.spec_from_file_location("recorded", FOLDER / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def groups() -> list[Any]:
    """List the rows of each suite by group."""
    if not FOLDER.is_dir():
        skip = pytest.mark.skip(reason=f"no {FOLDER}; KOMPYLE_SHARED names its parent")
        return [pytest.param("none", [], marks=skip)]
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for suite in SUITES:
        with (FOLDER / f"{suite}.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                found[suite, row["group"]].append(row)
    return [
        pytest.param(suite, rows, id=f"{suite}-{group}")
        for (suite, group), rows in found.items()
    ]


def request_for(given: Row, cwd: Path, environment: dict[str, str]) -> Request:
    return Request(
        cwd=str(cwd),
        files=tuple(given.get("configs", ())),
        name=given.get("project_name"),
        folder=given.get("project_dir"),
        profiles=tuple(given.get("profiles", ())),
        env_files=tuple(given.get("env_files", ())),
        environment=environment,
        services=tuple(given.get("services", ())),
        all_resources=bool(given.get("all_resources")),
        interpolates=not given.get("no_interpolate"),
        resolves_paths=not given.get("no_path_resolution"),
        resolves_environment=not given.get("no_env_resolution"),
        checks=not given.get("no_consistency"),
    )


def answer(row: Row, root: Path) -> Row | None:
    """Return the canonical model, None for a refusal."""
    given = row["input"]
    folder, environment = harness().prepare(root, given)
    project = load(request_for(given, folder / given.get("cwd", ""), environment))
    if project.report.has_errors:
        for found in project.report.of(Severity.ERROR):
            assert found.message
        return None
    model = canonical(project, normalize=not given.get("no_normalize"))
    return harness().subst(model, root)  # type: ignore[no-any-return]


def is_as_recorded(row: Row, root: Path) -> bool:
    expected, found = row["expect"], answer(row, root)
    if not expected["ok"] or found is None:
        return bool(expected["ok"]) == (found is not None)
    return bool(harness().same(expected["model"], found))


@pytest.mark.parametrize(("suite", "rows"), groups())
def test_answers_are_those_of_the_reference(
    suite: str, rows: list[Row], tmp_path: Path
) -> None:
    stable = [row for row in rows if row.get("unstable") != "model"]
    if len(stable) < len(rows):
        print(f"{suite}: {len(rows) - len(stable)} unstable rows are skipped")  # noqa: T201
    wrong = {
        row["id"]
        for number, row in enumerate(stable)
        if not is_as_recorded(row, tmp_path / str(number))
    }
    assert wrong == DEVIATIONS.get(suite, set())
