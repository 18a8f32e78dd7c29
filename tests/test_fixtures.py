"""Every fixture: what it gives, and what must hold of whatever is given.

``--update`` rewrites the ``expected`` folders; read the difference as a user would.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from kompyle.keypath import render
from tests.accounting import elsewhere, told_secrets, wrong_fields, wrong_leaves
from tests.cases import Case, fixture
from tests.conftest import CASES, ROOT
from tests.faults import exposed, faults
from tests.removal import compose_files, effect, in_folder, is_meant, paths, without


def test_output_is_as_expected(case: Path, request: pytest.FixtureRequest) -> None:
    found, expected = fixture(case).output(), case / "expected"
    if request.config.getoption("update"):
        shutil.rmtree(expected, ignore_errors=True)
        expected.mkdir()
        for name, text in found.items():
            (expected / name).write_text(text, "utf-8")
    written = {path.name: path.read_text("utf-8") for path in expected.iterdir()}
    assert found == written


def test_manifests_are_sound(case: Path) -> None:
    found = fixture(case)
    assert not list(faults(found.manifests, elsewhere(found)))
    assert not exposed(found)


def test_case_says_what_it_is_for(case: Path) -> None:
    first = (case / "compose.yaml").read_text("utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith(".")


def test_every_key_has_an_effect(case: Path, tmp_path: Path) -> None:
    if fixture(case).accepted is None:
        return  # what is refused has to say why, and that is all
    folder = tmp_path / case.name
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected"))
    whole = in_folder(fixture(case), folder)
    idle = []
    for name, data in compose_files(folder).items():
        text = (folder / name).read_text("utf-8")
        for path in paths(data):
            (folder / name).write_text(json.dumps(without(data, path)), "utf-8")
            fewer = in_folder(whole, folder)
            has_effect = effect(fewer, path) != effect(whole, path)
            if not has_effect and is_meant(whole, fewer, path):
                idle.append(f"{name}: {render(path)}")
        (folder / name).write_text(text, "utf-8")
    assert not idle


def test_output_is_the_same_in_every_folder(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "secrets" / case.name
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected"))
    assert in_folder(fixture(case), folder).output() == fixture(case).output()


@cache
def digests(seed: str) -> dict[str, str]:
    """Convert all cases in another process, whose sets and hashes differ."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cases", "fixtures"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_same_input_same_bytes() -> None:
    here = {case.name: fixture(case).digest() for case in CASES}
    assert digests("1") == here
    assert digests("2") == here


def converted(case: Path) -> Case:
    found = fixture(case)
    if found.result is None:
        pytest.skip("a project that cannot be read has no report")
    return found


def test_report_has_every_leaf_once(case: Path) -> None:
    assert not list(wrong_leaves(converted(case)))


def test_report_names_fields_that_exist(case: Path) -> None:
    assert not list(wrong_fields(converted(case)))


def test_report_is_as_published(case: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "report.json").read_text("utf-8"))
    jsonschema.validate(converted(case).report, schema)


def test_secrets_are_not_told(case: Path) -> None:
    assert not list(told_secrets(converted(case)))
