"""The projects that tests convert: fixture folders, and the corpus of real ones.

Run as a program it prints a digest of all that each gives, by name.
"""

import base64
import contextlib
import hashlib
import io
import json
import sys
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from kompyle import console
from kompyle.compose.discovery import Request
from kompyle.compose.project import Project
from kompyle.diagnostics import Diagnostic
from kompyle.emit.files import files
from kompyle.options import Options
from kompyle.pipeline import Result, convert, load
from tests.conftest import CASES, SHARED, folders

CORPUS = SHARED / "corpus"


@dataclass(frozen=True)
class Case:
    """A project, how to read it and how to convert it."""

    name: str
    request: Request
    options: Options

    @cached_property
    def project(self) -> Project:
        return load(self.request)

    @cached_property
    def result(self) -> Result | None:
        """The conversion; None when the project has errors."""
        has_errors = self.project.report.has_errors
        return None if has_errors else convert(self.project, self.options)

    @cached_property
    def accepted(self) -> Result | None:
        """The conversion; None when any error was found."""
        return None if self.result is None or self.result.has_errors else self.result

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.result.diagnostics if self.result else tuple(self.project.report)

    @property
    def manifests(self) -> list[dict[str, Any]]:
        return self.accepted.manifests if self.accepted else []

    @property
    def report(self) -> dict[str, Any]:
        assert self.result
        return self.result.report

    def output(self) -> dict[str, str]:
        """Return every file that is written, and what is said on standard error."""
        said = told(self.diagnostics)
        return files(self.manifests) | ({"diagnostics.txt": said} if said else {})

    def digest(self) -> str:
        report = self.report if self.result else {}
        text = json.dumps([self.output(), report])
        return hashlib.sha256(text.encode()).hexdigest()


def told(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Return what stands on standard error, nothing folded."""
    with contextlib.redirect_stderr(io.StringIO()) as stderr:
        console.tell(diagnostics, console.Voice(verbose=True, color="never"))
    return stderr.getvalue()


@cache
def fixture(folder: Path) -> Case:
    """Return a fixture; nothing but its own files tells it anything."""
    environment = _toml(folder / "env.toml")
    request = Request(cwd=str(folder), environment=environment)
    return Case(folder.name, request, Options(**_toml(folder / "options.toml")))


@cache
def corpus() -> dict[str, Case]:
    """Return the real projects by name; none when they are not there."""
    return {folder.name: _real(folder) for folder in folders(CORPUS)}


def source(case: Case) -> dict[str, Any]:
    """Return what is known about a real project."""
    text = (CORPUS / case.name / "SOURCE.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def secret_values(manifests: list[dict[str, Any]]) -> set[str]:
    """Return what Secrets hold, plain and encoded; what is not text only encoded."""
    encoded = {
        value
        for item in manifests
        if item["kind"] == "Secret"
        for value in item.get("data", {}).values()
    }
    decoded = {
        base64.b64decode(value).decode(errors="replace").strip() for value in encoded
    }
    return {value for value in encoded | decoded if value}


def _real(folder: Path) -> Case:
    told_of = json.loads((folder / "SOURCE.json").read_text("utf-8"))
    request = Request(
        cwd=str(folder),
        files=tuple(told_of["files"]),
        folder=told_of["project_dir"],
        profiles=tuple(told_of["profiles"]),
    )
    return Case(folder.name, request, Options())


def _toml(path: Path) -> dict[str, Any]:
    found = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in found.items()
    }


if __name__ == "__main__":
    wanted = {
        "fixtures": {folder.name: fixture(folder) for folder in CASES},
        "corpus": corpus(),
    }[sys.argv[1]]
    print(json.dumps({name: case.digest() for name, case in wanted.items()}))  # noqa: T201
