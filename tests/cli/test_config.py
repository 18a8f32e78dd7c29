"""``kompyle config``: the model and its parts, as docker compose prints them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kompyle.compose.discovery import Request
from kompyle.compose.output import canonical
from kompyle.compose.project import load
from tests.cli.conftest import Run, write

PROJECT = """
name: app
services:
  web:
    image: nginx:${TAG:-latest}
    command: echo $$HOME
    depends_on: [api]
    env_file: [web.env]
    volumes: ["./data:/data"]
    models: [llm]
  api:
    build: .
    networks: [back]
    volumes: ["store:/store"]
  job:
    image: job:${JOB_TAG:?say which}
    profiles: [jobs]
networks: {back: {}, spare: {}}
volumes: {store: {}, spare: {}}
models: {llm: {model: ai/llm}}
"""
JOB = {"JOB_TAG": "1"}


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> None:
    write(tmp_path / "compose.yaml", PROJECT)
    write(tmp_path / "web.env", "LEVEL=info\n")


def model(folder: Path) -> dict[str, Any]:
    request = Request(cwd=str(folder), environment=JOB)
    return canonical(load(request))


def test_yaml_and_json_are_the_canonical_model(run: Run, tmp_path: Path) -> None:
    expected = model(tmp_path)
    assert expected["models"] == {"llm": {"model": "ai/llm"}}
    assert yaml.safe_load(run("config", env=JOB).out) == expected
    assert run("config", "--format", "json", env=JOB).data == expected
    assert run("config", "--format", "yaml", env=JOB).out.startswith("name: app\n")


def test_output_is_read_as_the_same_model(run: Run) -> None:
    first = run("config", "-o", "deep/resolved.yaml", env=JOB)
    assert (first.code, first.out) == (0, "")
    again = run("-f", "deep/resolved.yaml", "config")
    assert again.out == run("config", env=JOB).out


def test_quiet_prints_no_model(run: Run) -> None:
    done = run("config", "-q", env=JOB)
    assert (done.code, done.out, done.err) == (0, "", "")
    done = run("config", "-q")
    assert (done.code, done.out) == (1, "")
    assert "error[missing-variable]" in done.err
    assert "say which" in done.err


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        ("--services", "api web"),
        ("--volumes", "store"),
        ("--networks", "back default"),
        ("--profiles", "jobs"),
        ("--images", "app-api nginx:latest"),
        ("--all-resources --volumes", "spare store"),
        ("--profile jobs --services", "api job web"),
        ("--services job", "job"),
        ("--services web", "api web"),
        ("--services api", "api"),
        ("--volumes --profiles", "store jobs"),
    ],
)
def test_lists(run: Run, args: str, lines: str) -> None:
    assert run("config", *args.split(), env=JOB).lines == lines.split()


def test_environment_is_what_files_are_read_with(run: Run, tmp_path: Path) -> None:
    write(tmp_path / ".env", "FROM_FILE=1\n")
    lines = run("config", "--environment", env=JOB).lines
    assert {"FROM_FILE=1", "JOB_TAG=1", "COMPOSE_PROJECT_NAME=app"} <= set(lines)
    assert lines == sorted(lines, key=lambda line: line.partition("=")[0])


def test_variables_are_a_table(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "more.yaml", "services: {web: {hostname: '${HOST:+named}'}}\n")
    done = run("-f", "compose.yaml", "-f", "more.yaml", "config", "--variables")
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        "NAME                REQUIRED            DEFAULT VALUE       ALTERNATE VALUE",
        "HOST                false                                   named",
        "JOB_TAG             true",
        "TAG                 false               latest",
    ]
    found = run("config", "--variables", "--format", "json").data
    assert found["JOB_TAG"] == {
        "name": "JOB_TAG",
        "required": True,
        "default": "",
        "alternate": "",
    }


def test_variables_of_included_files_count(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "sub" / "part.yaml", "services: {x: {image: 'x:${PART}'}}\n")
    write(tmp_path / "main.yaml", "include: [sub/part.yaml]\n")
    lines = run("-f", "main.yaml", "config", "--variables").lines
    assert [line.split()[0] for line in lines[1:]] == ["PART"]


def test_hashes_change_with_what_containers_are_made_of(
    run: Run, tmp_path: Path
) -> None:
    before = run("config", "--hash", "*", env=JOB).lines
    assert [line.split()[0] for line in before] == ["api", "web"]
    assert run("config", "--hash", "web", env=JOB).lines == before[1:]
    assert run("config", "--hash", "web,api", env=JOB).lines == before[::-1]
    write(tmp_path / "more.yaml", "services: {web: {scale: 3}, api: {user: me}}\n")
    both = ("-f", "compose.yaml", "-f", "more.yaml")
    after = run(*both, "config", "--hash", "*", env=JOB).lines
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_variables_can_stay_as_they_are(run: Run) -> None:
    done = run("config", "--no-interpolate")
    assert done.code == 0, done.err
    services = yaml.safe_load(done.out)["services"]
    assert services["web"]["image"] == "nginx:${TAG:-latest}"
    assert services["web"]["command"] == "echo $$HOME"
    assert services["web"]["env_file"]


def test_dollar_signs_are_doubled_otherwise(run: Run) -> None:
    services = yaml.safe_load(run("config", env=JOB).out)["services"]
    assert services["web"]["command"] == ["echo", "$$HOME"]


def test_defaults_can_be_left_out(run: Run) -> None:
    data = run("config", "--no-normalize", "--format=json", env=JOB).data
    assert "networks" not in data["services"]["web"]
    assert data["volumes"] == {"store": {}}


def test_paths_can_stay_relative(run: Run, tmp_path: Path) -> None:
    options = ("config", "--format=json")
    data = run(*options, env=JOB).data
    assert data["services"]["web"]["volumes"][0]["source"] == f"{tmp_path}/data"
    data = run(*options, "--no-path-resolution", env=JOB).data
    assert data["services"]["web"]["volumes"][0]["source"] == "./data"
    assert data["services"]["web"]["environment"] == {"LEVEL": "info"}


def test_references_can_be_left_unchecked(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "bad.yaml", "services: {a: {image: a, networks: [nowhere]}}\n")
    done = run("-f", "bad.yaml", "config")
    assert done.code == 1
    assert "nowhere" in done.err
    assert run("-f", "bad.yaml", "config", "--no-consistency").code == 0


def test_env_files_can_stay_unread(run: Run, tmp_path: Path) -> None:
    (tmp_path / "web.env").unlink()
    assert run("config", env=JOB).code == 1
    data = run("config", "--no-env-resolution", "--format=json", env=JOB).data
    path = f"{tmp_path}/web.env"
    assert data["services"]["web"]["env_file"] == [{"path": path}]


def test_an_unreadable_place_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place in ("folder", "compose.yaml/x", "/proc/nothing/x"):
        done = run("config", "-o", place, env=JOB)
        assert (done.code, len(done.said)) == (1, 1)
        assert done.err.startswith(f"kompyle: cannot write to {place}: ")
    assert (tmp_path / "compose.yaml").read_text("utf-8") == PROJECT


def test_a_folder_is_no_file_to_write(run: Run, tmp_path: Path) -> None:
    done = run("config", "-o", "new/", env=JOB)
    assert (done.code, (tmp_path / "new").exists()) == (1, False)
    assert "new/ is a folder; expected the name of a file" in done.err


def test_a_device_is_written_to_and_stays_one(run: Run) -> None:
    assert run("config", "-o", "/dev/null", env=JOB).code == 0
    assert Path("/dev/null").is_char_device()


def test_output_is_utf8_whatever_the_locale_says(spawn: Run, tmp_path: Path) -> None:
    write(tmp_path / "compose.yaml", "services: {a: {image: a, hostname: grün}}\n")
    for locale in ({"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "LC_ALL": "C"}):
        done = spawn("config", "--format=json", env=locale)
        assert json.loads(done.out)["services"]["a"]["hostname"] == "grün"
