"""The library as its users hold it: no printing, no environment, any thread."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

import kompyle
from tests.cli.conftest import SHOP, content, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "shop" / "compose.yaml", SHOP)


@pytest.fixture(autouse=True)
def _is_silent(capfd: pytest.CaptureFixture[str]) -> object:
    yield
    assert capfd.readouterr() == ("", "")


def test_load_convert_write(file: Path, tmp_path: Path) -> None:
    project = kompyle.load([file], env={})
    result = kompyle.convert(project, kompyle.Options(namespace="staging"))
    assert project.name == "shop"
    assert [item["kind"] for item in result.manifests][-1] == "Deployment"
    assert {m["metadata"]["namespace"] for m in result.manifests} == {"staging"}
    assert result.report["project"] == "shop"
    result.raise_for_errors()
    names = result.write(tmp_path / "k8s")
    assert names[-1] == "web-deployment.yaml"
    assert set(content(tmp_path / "k8s")) == {*names, ".kompyle"}


def test_write_to_a_file(file: Path, tmp_path: Path) -> None:
    result = kompyle.convert(kompyle.load([file], env={}))
    assert result.write(tmp_path / "all.yaml") == ["all.yaml"]
    found = list(yaml.safe_load_all((tmp_path / "all.yaml").read_text("utf-8")))
    assert found == result.manifests
    with pytest.raises(kompyle.UsageError, match=r"all\.json says json"):
        result.write(tmp_path / "all.json", format="yaml")


def test_strangers_are_refused(file: Path, tmp_path: Path) -> None:
    result = kompyle.convert(kompyle.load([file], env={}))
    write(tmp_path / "k8s" / "web-service.yaml", "mine")
    with pytest.raises(kompyle.EmitError, match="did not write"):
        result.write(tmp_path / "k8s")
    assert result.write(tmp_path / "k8s", force=True)


def test_errors_carry_the_report(tmp_path: Path) -> None:
    bad = write(tmp_path / "bad.yaml", "services: {a: {imgae: x}, b: {imgae: y}}\n")
    with pytest.raises(kompyle.ComposeError) as caught:
        kompyle.load([bad], env={})
    report = caught.value.report
    assert len([x for x in report if x.severity is kompyle.Severity.ERROR]) == 2
    assert str(caught.value).endswith("(and 1 more)")
    assert isinstance(caught.value, kompyle.KompyleError)


def test_loss_under_strict_is_raised_and_not_written(tmp_path: Path) -> None:
    text = "services: {a: {image: a, devices: ['/dev/x:/dev/x']}}\n"
    project = kompyle.load(write(tmp_path / "compose.yaml", text), env={})
    kompyle.convert(project).raise_for_errors()
    result = kompyle.convert(project, kompyle.Options(strict=True))
    assert result.has_errors
    for raising in (result.raise_for_errors, lambda: result.write(tmp_path / "k8s")):
        with pytest.raises(kompyle.ComposeError, match="devices"):
            raising()
    assert not (tmp_path / "k8s").exists()


@pytest.mark.parametrize(
    "choices",
    [
        {"volume_size": "much"},
        {"namespace": "A"},
        {"controller": "cron"},
        {"storage_class": "-"},
        {"image_pull_policy": "always"},
        {"create_namespace": True},
    ],
    ids=str,
)
def test_choices_that_do_not_exist(choices: dict[str, object]) -> None:
    with pytest.raises(kompyle.UsageError):
        kompyle.Options(**choices)  # type: ignore[arg-type]


def test_the_environment_is_what_is_given(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, "services: {a: {image: 'i:${TAG:-none}'}}\n")
    monkeypatch.setenv("TAG", "process")
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "process")

    def seen(env: dict[str, str] | None) -> tuple[str, str]:
        project = kompyle.load([file], env=env)
        return project.name, str(project.model.maps("services")["a"].text("image"))

    assert seen({}) == ("shop", "i:none")
    assert seen({"TAG": "given"}) == ("shop", "i:given")
    assert seen(None) == ("process", "i:process")


def test_the_environment_is_not_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Untouchable(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            raise AssertionError(name)

        get = __contains__ = __iter__ = __getitem__  # type: ignore[assignment]

    kompyle.convert(kompyle.load([file], env={}))  # imports are done by now
    monkeypatch.setattr(os, "environ", Untouchable())
    kompyle.convert(kompyle.load([file], env={})).report  # noqa: B018


def test_one_file_needs_no_list(file: Path) -> None:
    assert kompyle.load(file, env={}).files == kompyle.load(str(file), env={}).files


def test_choices_of_the_project(file: Path) -> None:
    write(file.parent / "more.yaml", "services: {db: {profiles: [x]}, c: {image: c}}")
    files = [file, file.parent / "more.yaml"]
    write(file.parent / "a.env", "COMPOSE_PROJECT_NAME=from-file")
    project = kompyle.load(
        files,
        profiles=["x"],
        env={},
        env_files=[file.parent / "a.env"],
        folder=file.parent,
    )
    assert project.name == "from-file"
    assert set(project.model.map("services")) == {"web", "db", "c"}
    project = kompyle.load(files, env={}, services=["c"], profiles=["x"])
    assert set(project.model.map("services")) == {"c"}


def test_threads_do_not_disturb_each_other(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(16)]
    for name in names:
        write(tmp_path / name / "compose.yaml", SHOP.replace("web:", f"{name}:"))

    def converted(name: str, out: str) -> tuple[object, ...]:
        project = kompyle.load([tmp_path / name / "compose.yaml"], env={})
        result = kompyle.convert(project)
        result.write(tmp_path / out / name)
        return result.manifests, result.report, content(tmp_path / out / name)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda name: converted(name, "together"), names))
    assert together == [converted(name, "alone") for name in names]


def test_what_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        kompyle.nonsense  # noqa: B018
    assert set(dir(kompyle)) >= set(kompyle.__all__)


@pytest.mark.parametrize("version", [(1, 2), (1,), "1.31", (2, 0)])
def test_versions_of_servers_that_cannot_be(version: object) -> None:
    with pytest.raises(kompyle.UsageError, match="expected"):
        kompyle.Options(kubernetes=version)  # type: ignore[arg-type]


def test_one_service_may_stand_by_itself(shop: Path) -> None:
    project = kompyle.load([shop], services="db", env={})
    assert list(project.model.map("services")) == ["db"]


def test_variables_are_texts(shop: Path) -> None:
    with pytest.raises(kompyle.UsageError, match="the variable A: expected a text"):
        kompyle.load([shop], env={"A": 1})  # type: ignore[dict-item]
