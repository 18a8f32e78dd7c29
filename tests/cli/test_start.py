"""Commands start fast, because they import only what they need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import environment

HEAVY = {"kubernetes", "rich", "jinja2", "pydantic", "jsonschema"}
MAPPING = {"kompyle.mapping", "kompyle.pipeline"}
PRINT = """
import json, os, sys
os._exit = lambda code: sys.stderr.write(json.dumps([code, *sys.modules]))
sys.argv[0] = "kompyle"
from kompyle.cli import main
main()
"""


def modules(folder: Path, *args: str) -> set[str]:
    """Return the modules that a command has loaded when it ends well."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT, *args],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    code, *found = json.loads(done.stderr)
    assert code == 0
    return set(found)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("args", "spared"),
    [
        ("--version", HEAVY | MAPPING | {"yaml", "kompyle.compose.project"}),
        ("--help", HEAVY | MAPPING | {"yaml", "kompyle.compose.project"}),
        ("config -q", HEAVY | MAPPING | {"kompyle.cli.up", "kompyle.cli.convert"}),
        ("config -q -p x -f compose.yaml", HEAVY | MAPPING),
        ("convert -q", HEAVY),
        ("convert -q -n shop --report r.json -o all.yaml", HEAVY),
    ],
)
def test_commands_load_what_they_need(
    tmp_path: Path, args: str, spared: set[str]
) -> None:
    assert not modules(tmp_path, *args.split()) & spared


def test_importing_the_library_loads_next_to_nothing() -> None:
    code = "import json, sys, kompyle; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    found = set(json.loads(done.stdout))
    assert not found & (HEAVY | MAPPING | {"typer", "yaml"})
