"""Rules about the code itself: what may import what, and how long things are."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kompyle"
MODULES = sorted(PACKAGE.rglob("*.py"))

COMMAND_LINE = {"pipeline", "cli", "console"}
FORBIDDEN = {
    "compose": {"mapping", "emit", "cluster"} | COMMAND_LINE,
    "mapping": {"emit", "cluster"} | COMMAND_LINE,
    "emit": {"compose", "cluster"} | COMMAND_LINE,
    "cluster": {"compose", "mapping", "emit"} | COMMAND_LINE,
}
HOMES = {
    "kubernetes": {"cluster"},
    "rich": {"cli", "console"},
    "typer": {"cli"},
}
LAZY = {"kubernetes", "rich", "typer", "jinja2"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager"}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300

# In pieces, so that this file does not hold what it forbids.
FOREIGN = re.compile(
    "|".join(
        [
            r"\bpypi\." + "org",
            "python" + "hosted",
            r"registry\.npmjs\." + "org",
            r"proxy\.golang\." + "org",
            r"(?<![\w.])/(?:root|work)" + "/",
            "/t" + "mp/vt",
        ]
    ).encode()
)

each_module = pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)


def layer(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def parse(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def imports(module: Path) -> Iterator[str]:
    """List what *module* imports, wherever it does so, by full name."""
    for node in ast.walk(parse(module)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(origin), names=names):
                yield from (f"{origin}.{alias.name}" for alias in names)
            case _:
                continue


@each_module
def test_layers(module: Path) -> None:
    ours = [name.split(".") for name in imports(module) if name.startswith("kompyle.")]
    assert not {name[1] for name in ours} & FORBIDDEN.get(layer(module), set())


@each_module
def test_libraries_stay_at_home(module: Path) -> None:
    used = {name.split(".")[0] for name in imports(module)}
    assert not [lib for lib in used & HOMES.keys() if layer(module) not in HOMES[lib]]


@each_module
def test_sizes(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    for node in ast.walk(parse(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, node.name


@each_module
def test_module_says_what_it_is(module: Path) -> None:
    assert ast.get_docstring(parse(module))


@each_module
def test_module_has_a_name_that_says_something(module: Path) -> None:
    assert not EMPTY_NAMES & set(module.relative_to(PACKAGE).with_suffix("").parts)


def test_import_is_light() -> None:
    code = "import json, sys, kompyle; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not LAZY & set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """List the files under version control."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: nobody knows which files are tracked")
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_registry_or_a_machine(tracked: list[Path]) -> None:
    found = {
        path.relative_to(ROOT).as_posix(): match.group().decode()
        for path in tracked
        if (match := FOREIGN.search(path.read_bytes()))
    }
    assert not found


def test_the_lock_holds_versions_and_hashes_only() -> None:
    lines = (ROOT / "requirements-dev.txt").read_text("utf-8").splitlines()
    line = re.compile(r"\s+(--hash=sha256:\w{64}( \\)?|# .*)|[\w.-]+==[\w.]+ \\|")
    assert not [text for text in lines if not line.fullmatch(text)]
