"""Folders in memory that have a name, and those that have none."""

from pathlib import Path

from kompyle.pipeline import convert
from tests.compose.loading import loaded

NAMELESS = """\
services:
  a: &service {image: i, volumes: [{type: tmpfs, source: nobody, target: /a}]}
  b: *service
"""


def test_a_source_is_no_name_of_a_volume(tmp_path: Path) -> None:
    result = convert(loaded(tmp_path, NAMELESS))
    assert not result.has_errors
