"""Services that borrow each other's volumes, in ways that no fixture can have."""

from pathlib import Path

from kompyle.compose.discovery import Request
from kompyle.pipeline import convert, load
from tests.soundness import pods


def test_circle_of_borrowers_has_an_end(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        """\
services:
  one:
    image: example/one:1
    container_name: first
    volumes: ["/one"]
    volumes_from: ["container:second"]
  two:
    image: example/two:1
    container_name: second
    volumes: ["/two"]
    volumes_from: ["container:first", "container:second"]
""",
        "utf-8",
    )
    found = convert(load(Request(cwd=str(tmp_path))))
    mounted = {
        entry["mountPath"]
        for pod in pods(found.manifests)
        for entry in pod.spec["containers"][0]["volumeMounts"]
    }
    assert mounted == {"/one", "/two"}
    assert ("services", "two", "volumes_from", 1) in {o.path for o in found.outcomes}
