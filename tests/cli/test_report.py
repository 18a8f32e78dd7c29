"""The report file: its schema, its places, and when it is written."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kompyle import datafiles
from tests.cli.conftest import Run, content, write

Report = dict[str, Any]
SCHEMA = json.loads(datafiles.read("schemas", "report.json"))
BROKEN = "services:\n  a:\n    imgae: a\n  b:\n    image: b\n    prots: []\n"

pytestmark = pytest.mark.usefixtures("shop")


def checked(text: str) -> Report:
    """Return a report that is as schemas/report.json says."""
    found = json.loads(text)
    validator = jsonschema.Draft202012Validator
    validator.check_schema(SCHEMA)
    validator(SCHEMA).validate(found)
    assert isinstance(found, dict)
    return found


def places(report: Report) -> list[str | None]:
    return [item["file"] for item in report["objects"]]


@pytest.mark.parametrize(
    ("options", "file"),
    [
        pytest.param("-o k8s", "web-deployment.yaml", id="folder"),
        pytest.param("-o k8s --format json", "web-deployment.json", id="json"),
        pytest.param("-o deep/all.yaml", "all.yaml", id="file"),
        pytest.param("--stdout", None, id="printed"),
    ],
)
def test_objects_name_their_real_files(
    run: Run, tmp_path: Path, options: str, file: str | None
) -> None:
    done = run("convert", *options.split(), "--report", "made/report.json")
    assert done.code == 0
    report = checked((tmp_path / "made" / "report.json").read_text("utf-8"))
    assert places(report)[-1] == file
    assert report["objects"][-1]["sources"] == ["services.web"]
    assert (report["project"], report["files"]) == ("shop", ["compose.yaml"])


def test_a_printed_report_stands_alone(run: Run, tmp_path: Path) -> None:
    done = run("convert", "--report", "-")
    report = checked(done.out)
    assert places(report) == [
        name for name in places(report) if (tmp_path / "k8s" / str(name)).is_file()
    ]


def test_a_file_that_is_no_report_stays(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "package.json", '{"name": "mine"}')
    before = content(tmp_path)
    done = run("convert", "--report", "package.json")
    assert (done.code, content(tmp_path)) == (1, before)
    assert "package.json, which is no report" in done.err
    assert run("convert", "--report", "package.json", "--force").code == 0
    checked((tmp_path / "package.json").read_text("utf-8"))


def test_a_report_is_replaced(run: Run, tmp_path: Path) -> None:
    for options in ([], ["--strict"]):
        assert run("convert", *options, "--report", "report.json").code == 0
    checked((tmp_path / "report.json").read_text("utf-8"))


def test_every_file_that_is_read_is_listed(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", "services: {b: {image: b}}")
    write(tmp_path / "more" / "x.yaml", "services: {c: {image: c}}")
    extends = "services: {a: {extends: {file: base.yaml, service: b}}}"
    write(tmp_path / "top.yaml", f"include: [more/x.yaml]\n{extends}")
    report = checked(run("-f", "top.yaml", "convert", "--report", "-").out)
    assert report["files"] == ["top.yaml", "more/x.yaml", "base.yaml"]


def test_filled_in_secrets_are_not_in_a_report(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "s.yaml", "services: {a: {image: a, user: '${DB_PASSWORD}'}}")
    secret = {"DB_PASSWORD": "hunter22"}
    done = run("-f", "s.yaml", "convert", "--report", "r.json", env=secret)
    assert "'***'" in done.err
    assert "hunter22" not in done.err + (tmp_path / "r.json").read_text("utf-8")


def test_the_listed_files_are_not_the_report(run: Run) -> None:
    done = run("convert", "--report", "report.json")
    assert all(line.startswith("k8s/") for line in done.lines)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        pytest.param(BROKEN, 2, id="unknown-keys"),
        pytest.param("services: [", 1, id="syntax"),
        pytest.param("", 1, id="empty"),
        pytest.param(None, 1, id="missing"),
    ],
)
def test_a_project_with_errors_is_reported_too(
    run: Run, tmp_path: Path, text: str | None, errors: int
) -> None:
    if text is not None:
        write(tmp_path / "bad.yaml", text)
    done = run("-f", "bad.yaml", "convert", "--report", "-")
    report = checked(done.out)
    assert done.code == 1
    assert report["summary"]["errors"] == errors == len(report["diagnostics"])
    assert (report["keys"], report["objects"]) == ([], [])
    assert report["diagnostics"][0]["file"] == "bad.yaml"
    assert not (tmp_path / "k8s").exists()


def test_no_project_at_all_is_reported_without_a_place(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "compose.yaml").unlink()
    report = checked(run("convert", "--report", "-").out)
    (found,) = report["diagnostics"]
    assert (found["code"], found["file"], found["line"]) == (
        "no-compose-file",
        None,
        None,
    )


def test_loss_under_strict_is_reported(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "loss.yaml", "services: {a: {image: a, devices: ['/dev/x']}}")
    done = run("-f", "loss.yaml", "convert", "--strict", "--report", "r.json")
    report = checked((tmp_path / "r.json").read_text("utf-8"))
    assert done.code == 1
    assert report["summary"]["lost"]
    assert report["summary"]["errors"] == 1
    assert set(places(report)) == {None}


def test_diagnostics_are_in_the_order_of_the_lines(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path / "many.yaml",
        "services:\n"
        "  a: {image: a, user: '${A}',\n    ports: ['1:1'],\n    devices: [/dev/x]}\n"
        "  b: {image: b, user: '${B}',\n    ports: ['2:2'],\n    devices: [/dev/x]}\n",
    )
    report = checked(run("-f", "many.yaml", "convert", "--report", "-").out)
    lines = [found["line"] for found in report["diagnostics"]]
    assert len(lines) > 4
    assert lines == sorted(lines)


@pytest.mark.parametrize("place", ["/proc/none/r.json", "compose.yaml/r.json"])
def test_without_the_report_nothing_is_written(
    run: Run, tmp_path: Path, place: str
) -> None:
    before = content(tmp_path)
    done = run("convert", "--report", place)
    assert (done.code, len(done.said)) == (1, 1)
    assert done.err.startswith(f"kompyle: cannot write to {place}: ")
    assert content(tmp_path) == before


def test_without_the_manifests_there_is_no_report(run: Run, tmp_path: Path) -> None:
    before = content(tmp_path)
    assert run("convert", "-o", "/proc/none", "--report", "new/r.json").code == 1
    assert content(tmp_path) == before
    assert not (tmp_path / "new").exists()
