"""Choose the project: options before and after the command, and variables."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, write

ONE = "services: {one: {image: a}}\n"
TWO = "services: {two: {image: b}}\n"
PROFILES = "services: {always: {image: a}, odd: {image: b, profiles: [debug]}}\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    write(tmp_path / "compose.yaml", ONE)
    write(tmp_path / "two.yaml", TWO)
    write(tmp_path / "profiles.yaml", PROFILES)
    write(tmp_path / "sub" / "compose.yaml", "services: {sub: {image: c}}\n")


@pytest.mark.parametrize(
    ("args", "services"),
    [
        pytest.param("config", "one", id="found"),
        pytest.param("-f two.yaml config", "two", id="before"),
        pytest.param("config -f two.yaml", "two", id="after"),
        pytest.param("config --file=two.yaml", "two", id="long"),
        pytest.param("-f compose.yaml config -f two.yaml", "one two", id="both"),
        pytest.param("config -f compose.yaml -f two.yaml", "one two", id="several"),
        pytest.param("--project-directory sub config", "sub", id="directory"),
        pytest.param("-f profiles.yaml config", "always", id="no-profile"),
        pytest.param(
            "-f profiles.yaml --profile debug config", "always odd", id="profile"
        ),
        pytest.param(
            "-f profiles.yaml config --profile *", "always odd", id="all-profiles"
        ),
        pytest.param("-f profiles.yaml config odd", "odd", id="service-of-a-profile"),
    ],
)
def test_options_stand_before_and_after_the_command(
    run: Run, args: str, services: str
) -> None:
    done = run(*args.split(), "--services")
    assert (done.code, done.lines) == (0, services.split()), done.err


@pytest.mark.parametrize(
    ("variables", "services"),
    [
        pytest.param({"COMPOSE_FILE": "two.yaml"}, "two", id="file"),
        pytest.param({"COMPOSE_FILE": "compose.yaml:two.yaml"}, "one two", id="files"),
        pytest.param(
            {"COMPOSE_FILE": "compose.yaml;two.yaml", "COMPOSE_PATH_SEPARATOR": ";"},
            "one two",
            id="separator",
        ),
        pytest.param(
            {"COMPOSE_FILE": "profiles.yaml", "COMPOSE_PROFILES": "x,debug"},
            "always odd",
            id="profiles",
        ),
    ],
)
def test_variables_choose_the_files(
    run: Run, variables: dict[str, str], services: str
) -> None:
    done = run("config", "--services", env=variables)
    assert (done.code, done.lines) == (0, services.split()), done.err


def test_options_win_over_variables(run: Run) -> None:
    variables = {"COMPOSE_FILE": "two.yaml", "COMPOSE_PROJECT_NAME": "variable"}
    done = run("-f", "compose.yaml", "config", "--format=json", env=variables)
    assert done.data["name"] == "variable"
    assert list(done.data["services"]) == ["one"]
    done = run("-p", "option", "config", "--format=json", env=variables)
    assert done.data["name"] == "option"


def test_the_last_project_name_wins(run: Run) -> None:
    done = run("-p", "before", "config", "-p", "after", "--format=json")
    assert done.data["name"] == "after"


def test_project_is_read_from_standard_input(run: Run) -> None:
    done = run("-f", "-", "config", "--services", stdin=TWO.encode())
    assert done.lines == ["two"]
    done = run("convert", "-f", "-", "-o", "-", stdin=b"services: {a: {ports: [1]}}")
    assert done.code == 1
    assert done.err.startswith("<stdin>:1:")


def test_env_files_come_from_options_or_a_variable(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "v.yaml", "services: {a: {image: 'i:${TAG}'}}")
    write(tmp_path / ".env", "TAG=default")
    write(tmp_path / "a.env", "TAG=a")
    write(tmp_path / "b.env", "TAG=b")
    images = ("-f", "v.yaml", "config", "--images")
    listed = {"COMPOSE_ENV_FILES": "a.env,b.env"}
    assert run(*images).lines == ["i:default"]
    assert run(*images, "--env-file", "a.env").lines == ["i:a"]
    assert run("--env-file", "b.env", *images, "--env-file", "a.env").lines == ["i:a"]
    assert run(*images, env=listed).lines == ["i:b"]
    assert run(*images, env=listed | {"TAG": "shell"}).lines == ["i:shell"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param("convert --nonsense", "No such option: --nonsense", id="option"),
        pytest.param("covert", "No such command 'covert'", id="command"),
        pytest.param("-f", "'-f' requires an argument", id="no-value"),
        pytest.param("config --format toml", "'toml' is not one of", id="format"),
        pytest.param("convert --color rot", "'rot' is not one of", id="color"),
        pytest.param(
            "convert --image-pull-policy Maybe", "'Maybe' is not one of", id="policy"
        ),
        pytest.param("convert --volume-size big", "volume size 'big'", id="size"),
        pytest.param("convert -n Shop_1", "namespace 'Shop_1'", id="namespace"),
        pytest.param("convert --storage-class a/b", "class 'a/b'", id="class"),
        pytest.param("convert --create-namespace", "name is needed", id="nameless"),
        pytest.param(
            "convert --kubernetes-version 1.3", "expected 1.29 or newer", id="old"
        ),
        pytest.param(
            "convert --kubernetes-version 99.9", "expected 1.29 or newer", id="never"
        ),
        pytest.param("convert -o a.json --format yaml", "a.json says json", id="clash"),
        pytest.param("convert --report r.txt", "ends in .json", id="report"),
        pytest.param("convert --stdout --report -", "standard output", id="both"),
        pytest.param("config --hash one,tow", "no service 'tow'", id="hash"),
    ],
)
def test_wrong_usage_ends_with_2_and_writes_nothing(
    run: Run, tmp_path: Path, args: str, said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    done = run(*args.split())
    assert done.code == 2
    assert said in done.said[-1]
    assert not done.out
    assert sorted(tmp_path.iterdir()) == before


def test_empty_name_of_the_output_is_wrong_usage(run: Run) -> None:
    assert run("convert", "-o", "").code == 2


def test_unknown_service_is_an_error_of_the_project(run: Run) -> None:
    done = run("convert", "oen")
    assert done.code == 1
    assert "error[no-such-service]" in done.err
    assert "one" in done.said[1]


def test_help_and_version(run: Run) -> None:
    assert run("--version").out.startswith("kompyle ")
    assert run("--version").out == run("version").out
    for args in (["-h"], ["config", "--help"], ["convert", "-h"]):
        done = run(*args)
        assert (done.code, done.lines[0][:14]) == (0, "Usage: kompyle")
