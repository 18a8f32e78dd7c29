"""The same project gives the same objects, whatever folder it lies in."""

from pathlib import Path

from kompyle.compose.discovery import Request
from kompyle.pipeline import Result, convert, load

_FILES = {
    "common.env": "LEVEL=1\n",
    "nginx.conf": "events {}\n",
    "project/pages/index.html": "<p>hello</p>\n",
    "project/compose.yaml": """\
name: shop
services:
  web:
    image: example/web:1
    build: .
    env_file: ../common.env
    volumes:
      - ../nginx.conf:/etc/nginx/nginx.conf:ro
      - ../state:/var/lib/state
      - ./pages:/usr/share/pages:ro
      - ${PWD}:/app
  worker:
    image: example/worker:1
    volumes:
      - ${PWD}/uploads:/uploads
    depends_on:
      web:
        condition: service_started
        restart: true
""",
}


def _converted(folder: Path) -> Result:
    for name, text in _FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    project = str(folder / "project")
    return convert(load(Request(cwd=project, environment={"PWD": project})))


def test_output_is_the_same_in_every_folder(tmp_path: Path) -> None:
    here = _converted(tmp_path / "here")
    there = _converted(tmp_path / "secrets" / "of" / "mine")
    assert here.manifests == there.manifests


def test_names_tell_nothing_of_the_folder(tmp_path: Path) -> None:
    found = _converted(tmp_path).manifests
    names = {(item["kind"], item["metadata"]["name"]) for item in found}
    assert {
        ("ConfigMap", "common-env"),
        ("ConfigMap", "nginx-conf"),
        ("ConfigMap", "pages"),
        ("PersistentVolumeClaim", "uploads"),
        ("PersistentVolumeClaim", "state"),
    } <= names
