"""Values know where they were written, whichever way they came into the model."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from kompyle.compose.source import leaves, position
from kompyle.keypath import parse
from tests.compose.loading import Content, loaded

BASE = """\
services:
  web:
    image: i
    ports: ["80:80"]
    environment: {A: one, B: two}
    labels:
      - a=1
    volumes:
      - ./a:/a
"""
OVER = """\
services:
  web:
    image: j

    ports:
      - "81:81"
    environment:
      - B=three
      - C=four
    command: [x]
"""
TWO = {"compose.yaml": BASE, "compose.override.yaml": OVER}
EXTENDING = {
    "compose.yaml": """\
services:
  web:
    extends: {file: base/b.yaml, service: app}
    hostname: h
""",
    "base/b.yaml": """\
services:
  app:
    image: i
    build: .
    env_file: b.env
    volumes: ["./d:/d"]
""",
    "base/b.env": "\nFROM_FILE=1\n",
}
INCLUDING = {
    "compose.yaml": "include:\n  - sub/c.yaml\nservices:\n  web:\n    hostname: h\n",
    "sub/c.yaml": BASE,
}
ALIASES = """\
x-env: &env
  A: one
  B: two
x-image: &image i
services:
  web:
    image: *image
    environment:
      <<: *env
      B: mine
    labels: {a: &name text, b: *name}
  db:
    image: d
    environment: *env
"""
SHORT = """\
services:
  web:
    build: ./app
    ports:
      - "3000-3001"
      - 8080:80/udp
    depends_on: [db]
    configs: [c]
    networks: [n]
    command: a b
    healthcheck:
      test: x
      interval: 1m
  db:
    image: d
networks: {n: {}}
configs: {c: {file: ./c}}
"""


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        pytest.param(TWO, "services.web.image", "compose.override.yaml:3:5", id="over"),
        pytest.param(TWO, "services.web.labels.a", "compose.yaml:7:9", id="kept"),
        pytest.param(
            TWO, "services.web.ports[0].target", "compose.yaml:4:13", id="first-item"
        ),
        pytest.param(
            TWO, "services.web.ports[1]", "compose.override.yaml:6:9", id="added-item"
        ),
        pytest.param(
            TWO, "services.web.environment.A", "compose.yaml:5:19", id="base-variable"
        ),
        pytest.param(
            TWO,
            "services.web.environment.B",
            "compose.override.yaml:8:9",
            id="replaced-variable",
        ),
        pytest.param(
            TWO, "services.web.command[0]", "compose.override.yaml:10:15", id="command"
        ),
        pytest.param(
            EXTENDING, "services.web.image", "base/b.yaml:3:5", id="extended-image"
        ),
        pytest.param(
            EXTENDING, "services.web.hostname", "compose.yaml:4:5", id="own-key"
        ),
        pytest.param(
            EXTENDING,
            "services.web.build.context",
            "base/b.yaml:4:5",
            id="extended-build",
        ),
        pytest.param(
            EXTENDING,
            "services.web.volumes[0].source",
            "base/b.yaml:6:15",
            id="extended-volume",
        ),
        pytest.param(
            EXTENDING,
            "services.web.environment.FROM_FILE",
            "base/b.yaml:5:5",
            id="variable-of-an-env-file",
        ),
        pytest.param(INCLUDING, "services.web.image", "sub/c.yaml:3:5", id="included"),
        pytest.param(
            INCLUDING, "services.web.hostname", "compose.yaml:5:5", id="over-included"
        ),
        pytest.param(ALIASES, "services.web.image", "compose.yaml:7:5", id="alias"),
        pytest.param(
            ALIASES, "services.web.environment.A", "compose.yaml:2:3", id="merge-key"
        ),
        pytest.param(
            ALIASES,
            "services.web.environment.B",
            "compose.yaml:10:7",
            id="over-merge-key",
        ),
        pytest.param(
            ALIASES, "services.web.labels.b", "compose.yaml:11:29", id="alias-in-flow"
        ),
        pytest.param(
            ALIASES, "services.db.environment", "compose.yaml:14:5", id="alias-of-map"
        ),
        pytest.param(
            SHORT, "services.web.build.context", "compose.yaml:3:5", id="short-build"
        ),
        pytest.param(
            SHORT, "services.web.ports[1].target", "compose.yaml:5:9", id="port-range"
        ),
        pytest.param(
            SHORT, "services.web.ports[2].protocol", "compose.yaml:6:9", id="short-port"
        ),
        pytest.param(
            SHORT,
            "services.web.depends_on.db.condition",
            "compose.yaml:7:18",
            id="short-dependency",
        ),
        pytest.param(
            SHORT, "services.web.configs[0].source", "compose.yaml:8:15", id="config"
        ),
        pytest.param(
            SHORT, "services.web.networks.n", "compose.yaml:9:16", id="network"
        ),
        pytest.param(
            SHORT, "services.web.command[1]", "compose.yaml:10:5", id="split-command"
        ),
        pytest.param(
            SHORT, "services.web.healthcheck.test[1]", "compose.yaml:12:7", id="test"
        ),
        pytest.param(SHORT, "configs.c.file", "compose.yaml:17:15", id="file"),
    ],
)
def test_position(
    files: Mapping[str, Content] | str, path: str, expected: str, tmp_path: Path
) -> None:
    project = loaded(tmp_path, files)
    assert not project.report.has_errors
    assert str(position(project.written, parse(path))) == expected


@pytest.mark.parametrize("files", [TWO, EXTENDING, INCLUDING, ALIASES, SHORT])
def test_every_leaf_was_written_somewhere(
    files: Mapping[str, Content] | str, tmp_path: Path
) -> None:
    project = loaded(tmp_path, files)
    found = [(path, node.position) for path, node in leaves(project.written)]
    lines = {
        str(file.relative_to(tmp_path)): file.read_text().splitlines()
        for file in tmp_path.rglob("*.yaml")
    }
    assert found
    assert [
        path
        for path, place in found
        if place.column > len(lines[place.file][place.line - 1])
    ] == []


def test_an_error_in_an_override_points_there(tmp_path: Path) -> None:
    files = {"compose.yaml": BASE, "compose.override.yaml": OVER.replace("[x]", "[1]")}
    (found,) = loaded(tmp_path, files).report
    assert str(found.position) == "compose.override.yaml:10:15"


def test_an_error_in_an_extended_file_points_there(tmp_path: Path) -> None:
    files = EXTENDING | {"base/b.yaml": "services:\n  app:\n    image: 3\n"}
    (found,) = loaded(tmp_path, files).report
    assert str(found.position) == "base/b.yaml:3:5"
