"""Read Markdown documents: their sections, fenced blocks, links; run what they show.

In a section the blocks are followed in order, in a folder of its own: a block whose
info string names a file writes it, or is compared with it if it is there by now; a
console block that begins with ``$ kompyle`` is run. Without a file to begin with, the
folder is a copy of examples/shop. ``…`` stands for any text of a line, or, alone,
for any lines.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(
    r"^```(?P<info>[^`\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if "COMPOSE" not in name},
    "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
    "COLUMNS": "80",
}


@dataclass(frozen=True)
class Block:
    """A fenced block; its info string is a language and perhaps a file's name."""

    language: str
    file: str
    text: str

    @property
    def fenced(self) -> str:
        return f"```{self.language} {self.file}".rstrip() + f"\n{self.text}```"

    @property
    def is_session(self) -> bool:
        return self.language == "console" and self.text.startswith("$ kompyle")

    @property
    def is_python(self) -> bool:
        return self.language in ("python", "pycon") and not self.file


@dataclass(frozen=True)
class Section:
    document: Path
    title: str
    text: str

    @property
    def blocks(self) -> list[Block]:
        return [_block(found) for found in _FENCE.finditer(self.text)]

    @property
    def runs(self) -> bool:
        return any(block.is_session or block.is_python for block in self.blocks)


def documents() -> list[Path]:
    tops = [ROOT / name for name in ("README.md", "CHANGELOG.md")]
    return [
        *tops,
        *sorted(ROOT.glob("docs/**/*.md")),
        *sorted(ROOT.glob("[bs]*/README.md")),
    ]


def sections(document: Path) -> list[Section]:
    text = document.read_text("utf-8")
    bare = _FENCE.sub(lambda found: re.sub("(?m)^#", "-", found[0]), text)
    starts = list(_HEADING.finditer(bare))
    ends = [*(start.start() for start in starts[1:]), len(text)]
    return [
        Section(document, start["title"], text[start.end() : end])
        for start, end in zip(starts, ends, strict=False)
    ]


def links(document: Path) -> list[str]:
    text = _FENCE.sub("", document.read_text("utf-8"))
    return [found["target"] for found in _LINK.finditer(text)]


def anchors(document: Path) -> set[str]:
    """Name the headings as links do: ``## Exit codes`` is ``#exit-codes``."""
    titles = (section.title.lower() for section in sections(document))
    return {re.sub(r"[^\w -]", "", title).strip().replace(" ", "-") for title in titles}


def followed(section: Section, folder: Path) -> Iterator[tuple[Block, Block]]:
    """Do what a section shows; yield each block with what there is in truth."""
    blocks = section.blocks
    if not any(block.file for block in blocks[: _first_run(blocks)]):
        shutil.copytree(ROOT / "examples" / "shop", folder, dirs_exist_ok=True)
    names: dict[str, Any] = {}
    for block in blocks:
        path = folder / block.file
        if block.file and path.exists():
            yield block, replace(block, text=path.read_text("utf-8"))
        elif block.file:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.is_session:
            yield block, replace(block, text=_session(block.text, folder))
        elif block.is_python:
            yield block, replace(block, text=_python(block.text, folder, names))


def agrees(shown: str, actual: str) -> bool:
    lines = [
        "(?:.*\n)*?" if line == "…\n" else ".*".join(map(re.escape, line.split("…")))
        for line in shown.splitlines(keepends=True)
    ]
    return bool(re.fullmatch("".join(lines), actual))


def _block(found: re.Match[str]) -> Block:
    language, _, file = found["info"].partition(" ")
    return Block(language, file, found["text"])


def _first_run(blocks: list[Block]) -> int:
    runs = [block.is_session or block.is_python for block in blocks]
    return runs.index(True) if True in runs else len(blocks)


def _session(text: str, folder: Path) -> str:
    """Run the commands of a session; show them and what they print."""
    shown = []
    for command in re.findall(r"^\$ (.+)$", text, re.MULTILINE):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        shown.append(f"$ {command}\n{done.stdout}")
    return "".join(shown)


def _python(text: str, folder: Path, names: dict[str, Any]) -> str:
    """Run a snippet, which has to be in the folder; return it, with what it prints."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        if not text.startswith(">>>"):
            exec(compile(text, "snippet", "exec"), names)  # noqa: S102 - our own words
            return text
        return _dialogue(text, names)
    finally:
        os.chdir(before)


def _dialogue(text: str, names: dict[str, Any]) -> str:
    test = doctest.DocTestParser().get_doctest(text, {}, "snippet", None, 0)
    test.globs = names
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False)
    return "".join(said) or text
