"""The documents tell the truth: links, options, codes, tables, quotes and examples."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main

from kompyle.cli.app import app
from kompyle.mapping import account
from tests.markdown import (
    ROOT,
    Section,
    agrees,
    anchors,
    documents,
    followed,
    links,
    sections,
)

USAGE = ROOT / "docs" / "usage.md"
DIAGNOSTICS = ROOT / "docs" / "diagnostics.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DOCUMENTS = documents()
RUNNING = [found for path in DOCUMENTS for found in sections(path) if found.runs]
QUOTED = {"kompyle/pipeline.py:convert", "kompyle/compose/loader.py:_laid_over"}
ADDERS = ("error", "warning", "note")
"""Methods whose first argument is the code of a diagnostic."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_resolve(document: Path) -> None:
    for link in links(document):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = document.parent / parts.path if parts.path else document
        assert target.exists(), link
        assert not parts.fragment or parts.fragment in anchors(target), link


@pytest.mark.parametrize(
    "section", RUNNING, ids=lambda found: f"{name(found.document)}-{found.title}"
)
def test_what_is_shown_happens(
    section: Section, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    text = section.text
    for shown, actual in followed(section, folder):
        if not agrees(shown.text, actual.text):
            text = text.replace(shown.fenced, actual.fenced, 1)
    if request.config.getoption("update") and text != section.text:
        whole = section.document.read_text("utf-8")
        section.document.write_text(whole.replace(section.text, text, 1), "utf-8")
    else:
        assert text == section.text


def test_readme_shows_a_conversion() -> None:
    blocks = [block for found in sections(ROOT / "README.md") for block in found.blocks]
    assert "compose.yaml" in [block.file for block in blocks]
    assert [block for block in blocks if block.file.startswith("k8s/")]
    assert [block for block in blocks if block.is_session]


def test_quotes_equal_the_source(request: pytest.FixtureRequest) -> None:
    text = ARCHITECTURE.read_text("utf-8")
    quotes = [block for found in sections(ARCHITECTURE) for block in found.blocks]
    quotes = [quote for quote in quotes if ":" in quote.file]
    actual = text
    for quote in quotes:
        real = replace(quote, text=source(quote.file))
        actual = actual.replace(quote.fenced, real.fenced)
    if request.config.getoption("update"):
        ARCHITECTURE.write_text(actual, "utf-8")
    else:
        assert text == actual
    assert {quote.file for quote in quotes} >= QUOTED


def source(place: str) -> str:
    """Return the text of a function or class: ``kompyle/pipeline.py:convert``."""
    file, _, wanted = place.partition(":")
    text = (ROOT / file).read_text("utf-8")
    (node,) = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == wanted
    ]
    decorators = [item.lineno for item in node.decorator_list]
    start = min([node.lineno, *decorators]) - 1
    return "".join(text.splitlines(keepends=True)[start : node.end_lineno])


def test_generated_documents_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def commands() -> dict[str, Any]:
    top: Any = typer.main.get_command(app)
    return {"kompyle": top} | {
        f"kompyle {key}": top.get_command(None, key) for key in top.list_commands(None)
    }


@pytest.mark.parametrize("command", commands())
def test_usage_has_every_option(command: str) -> None:
    shared = described("Choosing the project") if " " in command else ""
    told = described(command) + shared
    assert not [option for option in options(command) if f"`{option}`" not in told]


def test_usage_invents_no_option() -> None:
    known = {option for command in commands() for option in options(command)}
    words = USAGE.read_text("utf-8").replace("`", " ").replace("=", " ").split()
    assert {word.strip(".,;:()") for word in words if word.startswith("--")} <= known


def options(command: str) -> list[str]:
    params = commands()[command].params
    every = (opt for param in params for opt in (*param.opts, *param.secondary_opts))
    return [*(opt for opt in every if opt.startswith("-")), "--help"]


def described(title: str) -> str:
    return "".join(
        section.text
        for section in sections(USAGE)
        if section.title.strip("`") in (title, f"{title}: options")
    )


def test_every_code_has_its_section_and_an_example() -> None:
    described_codes = {
        section.title.strip("`"): section.text
        for section in sections(DIAGNOSTICS)
        if section.title.startswith("`")
    }
    assert sorted(described_codes) == sorted(codes())
    assert not [
        code for code, text in described_codes.items() if f"[{code}]" not in text
    ]


def codes() -> set[str]:
    """Collect the codes of all diagnostics from the source."""
    found = set(account._CODES.values()) | set(account._SEVERITIES)
    for module in (ROOT / "kompyle").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found.update(text for place in _places(node) for text in _texts(place))
    return found


def _places(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments that hold a code."""
    match call.func:
        case ast.Attribute(attr=method) if method in ADDERS:
            yield from call.args[:1]
        case ast.Name(id="Diagnostic"):
            yield from call.args[1:2]
        case ast.Name(id="Outcome"):
            yield from call.args[4:5]
            yield from (word.value for word in call.keywords if word.arg == "code")
        case _:
            return


def _texts(place: ast.expr) -> Iterator[str]:
    for node in ast.walk(place):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_changelog_says_first_what_changes_in_the_output() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    unreleased = text.split("\n## Unreleased\n")[1].split("\n## ")[0]
    assert unreleased.split("### ")[1].startswith("Output\n")


def test_environment_variables_are_described() -> None:
    words = {"COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR", "COMPOSE_PROJECT_NAME"}
    words |= {"COMPOSE_PROFILES", "COMPOSE_ENV_FILES", "COMPOSE_DISABLE_ENV_FILE"}
    text = USAGE.read_text("utf-8")
    assert not [word for word in words | {"NO_COLOR"} if word not in text]
