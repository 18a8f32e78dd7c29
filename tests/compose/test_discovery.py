"""Which files, variables and profiles a request stands for."""

from pathlib import Path
from typing import Any

import pytest

from kompyle.compose.discovery import Origin, Request, origin
from kompyle.compose.files import Files
from kompyle.diagnostics import Report
from tests.compose.loading import written

EMPTY = "services: {}\n"


def found(cwd: Path, report: Report | None = None, **options: Any) -> Origin:  # noqa: ANN401
    request = Request(str(cwd), **options)
    result = origin(request, Files(str(cwd)), Report() if report is None else report)
    assert result
    return result


def names(result: Origin, folder: Path) -> list[str]:
    return [path.removeprefix(f"{folder}/") for path in result.files]


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["docker-compose.yaml", "compose.yml"], ["compose.yml"]),
        (["docker-compose.yaml", "docker-compose.yml"], ["docker-compose.yml"]),
        (
            ["docker-compose.yml", "compose.override.yaml"],
            ["docker-compose.yml", "compose.override.yaml"],
        ),
        (
            ["compose.yaml", "compose.override.yaml", "compose.override.yml"],
            ["compose.yaml", "compose.override.yml"],
        ),
    ],
)
def test_names(present: list[str], expected: list[str], tmp_path: Path) -> None:
    written(tmp_path, dict.fromkeys(present, EMPTY))
    assert names(found(tmp_path), tmp_path) == expected


def test_several_candidates_are_told(tmp_path: Path) -> None:
    written(tmp_path, {"compose.yaml": EMPTY, "compose.yml": EMPTY})
    report = Report()
    found(tmp_path, report)
    assert [each.code for each in report] == ["ambiguous-file"]


def test_the_folders_above_are_searched(tmp_path: Path) -> None:
    written(tmp_path, {"compose.yaml": EMPTY, ".env": "A=above\nB=above"})
    written(tmp_path / "a/b", {".env": "A=here"})
    result = found(tmp_path / "a/b")
    assert result.folder == str(tmp_path)
    assert (result.environment["A"], result.environment["B"]) == ("here", "above")


def test_named_files_switch_overrides_off(tmp_path: Path) -> None:
    written(tmp_path, {"d/a.yaml": EMPTY, "d/compose.override.yaml": EMPTY})
    result = found(tmp_path, files=("d/a.yaml",))
    assert names(result, tmp_path) == ["d/a.yaml"]
    assert result.folder == str(tmp_path / "d")


@pytest.mark.parametrize(
    "environment",
    [
        {"COMPOSE_FILE": "a.yaml:b.yaml"},
        {"COMPOSE_FILE": "a.yaml;b.yaml", "COMPOSE_PATH_SEPARATOR": ";"},
    ],
)
def test_files_of_the_environment(environment: dict[str, str], tmp_path: Path) -> None:
    result = found(tmp_path, environment=environment)
    assert names(result, tmp_path) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "dotenv", id="dotenv"),
        pytest.param({"environment": {"A": ""}}, "", id="empty-variable-wins"),
        pytest.param({"env_files": ("1.env", "2.env")}, "two", id="last-file-wins"),
        pytest.param(
            {"environment": {"COMPOSE_ENV_FILES": "2.env,1.env"}}, "one", id="listed"
        ),
        pytest.param(
            {"environment": {"COMPOSE_DISABLE_ENV_FILE": "1"}}, None, id="disabled"
        ),
    ],
)
def test_env_files(
    options: dict[str, Any], expected: str | None, tmp_path: Path
) -> None:
    files = {".env": "A=dotenv", "1.env": "A=one", "2.env": "A=two"}
    written(tmp_path, files | {"compose.yaml": EMPTY})
    assert found(tmp_path, **options).environment.get("A") == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("",)),
        ({"environment": {"COMPOSE_PROFILES": "a, b"}}, ("a", "b")),
        ({"environment": {"COMPOSE_PROFILES": "a"}, "profiles": ("c",)}, ("c",)),
    ],
)
def test_profiles(
    options: dict[str, Any], expected: tuple[str, ...], tmp_path: Path
) -> None:
    written(tmp_path, EMPTY)
    assert found(tmp_path, **options).profiles == expected


def test_standard_input_has_the_working_folder(tmp_path: Path) -> None:
    assert found(tmp_path, files=("-",)).folder == str(tmp_path)
