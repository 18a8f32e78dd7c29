"""``kompyle convert``: where manifests go, and what standard output holds."""

import json
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import SHOP, Run, content, write

NAMES = [
    "data-persistentvolumeclaim.yaml",
    "db-service.yaml",
    "web-service.yaml",
    "db-deployment.yaml",
    "web-deployment.yaml",
]
KINDS = ["PersistentVolumeClaim", "Service", "Service", "Deployment", "Deployment"]
LOSS = "services: {a: {image: a, devices: ['/dev/x:/dev/x']}}\n"

pytestmark = pytest.mark.usefixtures("shop")


def kinds(text: str) -> list[str]:
    return [item["kind"] for item in yaml.safe_load_all(text)]


def test_a_folder_gets_a_file_for_each_object(run: Run, tmp_path: Path) -> None:
    done = run("convert")
    assert done.code == 0
    assert done.lines == [f"k8s/{name}" for name in NAMES]
    assert set(content(tmp_path / "k8s")) == {*NAMES, ".kompyle"}
    for name in NAMES:
        assert kinds((tmp_path / "k8s" / name).read_text("utf-8"))


def test_folders_on_the_way_are_made(run: Run, tmp_path: Path) -> None:
    assert run("convert", "-o", "deep/down").code == 0
    assert set(content(tmp_path / "deep" / "down")) == {*NAMES, ".kompyle"}


@pytest.mark.parametrize("name", ["all.yaml", "all.yml", "deep/all.yaml"])
def test_a_yaml_file_gets_all_objects(run: Run, tmp_path: Path, name: str) -> None:
    done = run("convert", "--out", name)
    assert done.lines == [name]
    assert kinds((tmp_path / name).read_text("utf-8")) == KINDS


def test_a_json_file_gets_a_list(run: Run, tmp_path: Path) -> None:
    assert run("convert", "-o", "all.json").lines == ["all.json"]
    found = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert found["kind"] == "List"
    assert [item["kind"] for item in found["items"]] == KINDS


def test_json_in_a_folder(run: Run, tmp_path: Path) -> None:
    done = run("convert", "--format", "json")
    assert done.lines[0] == "k8s/data-persistentvolumeclaim.json"
    assert json.loads((tmp_path / done.lines[0]).read_text("utf-8"))["kind"]


def test_standard_output_holds_manifests_alone(run: Run, tmp_path: Path) -> None:
    done = run("convert", "-o", "-")
    assert kinds(done.out) == KINDS
    assert run("convert", "--stdout").out == done.out
    assert run("convert", "--stdout", "-o", "ignored").out == done.out
    assert [path.name for path in tmp_path.iterdir()] == ["compose.yaml"]
    assert json.loads(run("convert", "--stdout", "--format=json").out)["items"]


def test_same_input_same_bytes(run: Run, tmp_path: Path) -> None:
    run("convert", "-o", "one")
    run("convert", "-o", "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_namespace(run: Run) -> None:
    printed = run("convert", "--stdout", "-n", "staging", "--create-namespace").out
    found = list(yaml.safe_load_all(printed))
    assert found[0]["kind"] == "Namespace"
    assert {item["metadata"].get("namespace") for item in found[1:]} == {"staging"}
    printed = run("convert", "--stdout").out
    assert "namespace" not in printed


def test_project_wide_choices(run: Run) -> None:
    options = "--volume-size 5Gi --storage-class fast --image-pull-policy Never"
    printed = run("convert", "--stdout", *options.split()).out
    claim, *_, web = yaml.safe_load_all(printed)
    assert claim["spec"]["resources"]["requests"]["storage"] == "5Gi"
    assert claim["spec"]["storageClassName"] == "fast"
    container = web["spec"]["template"]["spec"]["containers"][0]
    assert container["imagePullPolicy"] == "Never"


def test_services_are_taken_with_what_they_need(run: Run) -> None:
    assert kinds(run("convert", "--stdout", "db").out) == KINDS[::2][:2] + KINDS[3:4]
    assert kinds(run("convert", "--stdout", "web").out) == KINDS


def test_strict_writes_nothing_when_anything_is_lost(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "loss.yaml", LOSS)
    done = run("-f", "loss.yaml", "convert", "--strict")
    assert (done.code, done.out) == (1, "")
    assert "error[unsupported-key]: services.a.devices" in done.err
    assert "nothing is written; 1 error" in done.said[-1]
    assert not (tmp_path / "k8s").exists()
    assert run("-f", "loss.yaml", "convert").code == 0
    assert run("convert", "--strict").code == 0


def test_errors_write_nothing(run: Run, tmp_path: Path) -> None:
    run("convert")
    before = content(tmp_path)
    write(tmp_path / "bad.yaml", "services: {a: {imgae: a}}\n")
    done = run("-f", "bad.yaml", "-p", "shop", "convert")
    assert (done.code, done.out) == (1, "")
    (tmp_path / "bad.yaml").unlink()
    assert content(tmp_path) == before


def test_own_files_are_replaced_and_stale_ones_removed(
    run: Run, tmp_path: Path
) -> None:
    run("convert")
    write(tmp_path / "k8s" / "README.md", "mine")
    done = run("convert", "db")
    assert len(done.lines) == 3
    names = {"README.md", ".kompyle", *NAMES} - {n for n in NAMES if "web" in n}
    assert set(content(tmp_path / "k8s")) == names


def test_an_unchanged_run_leaves_the_folder_untouched(run: Run, tmp_path: Path) -> None:
    run("convert")
    run("convert", "-o", "all.yaml")
    places = [tmp_path / "k8s", *(tmp_path / "k8s").iterdir(), tmp_path / "all.yaml"]
    before = [(path.stat().st_mtime_ns, path.stat().st_ino) for path in places]
    assert run("convert").lines == [f"k8s/{name}" for name in NAMES]
    run("convert", "-o", "all.yaml")
    after = [(path.stat().st_mtime_ns, path.stat().st_ino) for path in places]
    assert before == after


@pytest.mark.parametrize("target", ["k8s", "k8s/web-service.yaml"])
def test_strangers_are_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, target: str
) -> None:
    write(tmp_path / "k8s" / "web-service.yaml", "kind: Mine\n")
    before = content(tmp_path)
    done = run("convert", "-o", target)
    assert (done.code, done.out, len(done.said)) == (1, "", 1)
    assert done.err.startswith("kompyle: cannot replace k8s/web-service.yaml, which")
    assert content(tmp_path) == before
    assert run("convert", "-o", target, "--force").code == 0
    assert content(tmp_path) != before


def test_files_are_known_without_their_index(run: Run, tmp_path: Path) -> None:
    run("convert")
    (tmp_path / "k8s" / ".kompyle").unlink()
    assert run("convert").code == 0
    assert run("convert", "-p", "other").code == 1


def test_two_projects_share_a_folder(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "blog.yaml", "name: blog\nservices: {blog: {image: blog}}\n")
    run("convert")
    assert run("-f", "blog.yaml", "convert").code == 0
    assert run("convert").code == 0
    names = set(content(tmp_path / "k8s"))
    assert names > {*NAMES, ".kompyle", "blog-deployment.yaml"}


def test_a_file_of_another_project_is_not_replaced(run: Run, tmp_path: Path) -> None:
    run("convert")
    before = content(tmp_path / "k8s")
    write(tmp_path / "other.yaml", f"name: other\n{SHOP}")
    done = run("-f", "other.yaml", "convert")
    assert done.code == 1
    assert content(tmp_path / "k8s") == before
    done = run("-f", "other.yaml", "convert", "-o", "k8s", "--force")
    assert done.code == 0
    assert run("convert").code == 1


def test_a_link_to_a_file_is_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "all.yaml").symlink_to("elsewhere/all.yaml")
    assert run("convert", "-o", "all.yaml").code == 0
    assert (tmp_path / "all.yaml").is_symlink()
    assert kinds((tmp_path / "elsewhere" / "all.yaml").read_text("utf-8")) == KINDS
