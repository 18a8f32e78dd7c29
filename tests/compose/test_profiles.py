"""Which services take part, by profile, name and dependency."""

from pathlib import Path
from typing import Any

import pytest

from tests.compose.loading import loaded, told

PROJECT = """\
services:
  always: {image: i}
  tool: {image: i, profiles: [debug, test], depends_on: [always]}
  other: {image: i, profiles: [ops], networks: [spare]}
  needy: {image: i, profiles: [needy], depends_on: [other]}
  maybe:
    image: i
    depends_on: {other: {condition: service_started, required: false}}
networks: {spare: {}}
"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, ["always", "maybe"], id="none"),
        pytest.param({"profiles": ("test",)}, ["always", "tool", "maybe"], id="one"),
        pytest.param(
            {"profiles": ("*",)},
            ["always", "tool", "other", "needy", "maybe"],
            id="all",
        ),
        pytest.param({"services": ("tool",)}, ["always", "tool"], id="named"),
        pytest.param({"services": ("maybe",)}, ["maybe"], id="optional-dependency"),
    ],
)
def test_services(options: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    project = loaded(tmp_path, PROJECT, **options)
    assert told(project) == []
    assert list(project.model.map("services")) == expected
    assert list(project.written.map("services")) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"profiles": ("needy",)}, ["compose.yaml:5:53 undefined-reference"]),
        ({"services": ("needy",)}, ["compose.yaml:5:53 undefined-reference"]),
        ({"services": ("tol",)}, ["compose.yaml:1:1 no-such-service"]),
    ],
)
def test_what_cannot_be_taken(
    options: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    assert told(loaded(tmp_path, PROJECT, **options)) == expected


def test_unused_networks_are_left_out(tmp_path: Path) -> None:
    assert "spare" not in loaded(tmp_path, PROJECT).model.map("networks")
    everything = loaded(tmp_path, PROJECT, all_resources=True)
    assert "spare" in everything.model.map("networks")
