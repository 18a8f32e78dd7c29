"""Run the command line in this process, which is fast, or in one of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from kompyle import cli

Environment = dict[str, str]


def environment(**more: str) -> Environment:
    """Return that of this process without what would choose another project."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COMPOSE_")}
    return {k: v for k, v in kept.items() if k != "NO_COLOR"} | more


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def said(self) -> list[str]:
        return self.err.splitlines()

    @property
    def data(self) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self.out)


Run = Callable[..., Done]
Stream = int | IO[bytes]


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Run:
    """Run a command in the folder of the test, within this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # Typer changes it

    def call(*args: str, stdin: bytes = b"", env: Environment | None = None) -> Done:
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", environment(**env or {}))
            patch.setattr(sys, "argv", ["kompyle", *args])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            code = cli._run()
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return call


@pytest.fixture
def spawn(tmp_path: Path) -> Run:
    """Run a command in the folder of the test, in a process of its own."""

    def call(
        *args: str, env: Environment | None = None, stdout: Stream = subprocess.PIPE
    ) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "kompyle", *args],
            cwd=tmp_path,
            env=environment(**env or {}),
            timeout=60,
            check=False,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )
        out, err = done.stdout or b"", done.stderr or b""
        return Done(done.returncode, out.decode(), err.decode())

    return call


SHOP = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on: [db]
  db:
    image: postgres
    volumes: [data:/var/lib/postgresql/data]
volumes:
  data:
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Write a project of two services that is called ``shop``."""
    return write(tmp_path / "compose.yaml", f"name: shop\n{SHOP}")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its name."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
