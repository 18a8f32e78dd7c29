"""How diagnostics look on a terminal, and what is said at the end."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import typer

from kompyle.diagnostics import Diagnostic, Severity
from kompyle.pipeline import Result

_COLORS = {
    Severity.ERROR: typer.colors.RED,
    Severity.WARNING: typer.colors.YELLOW,
    Severity.NOTE: typer.colors.CYAN,
}
_FEW = 3
"""So many findings of one code are told one by one; more are folded."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How much is said, and whether in colours (auto, always, never)."""

    quiet: bool = False
    verbose: bool = False
    color: str = "auto"

    @property
    def is_colored(self) -> bool:
        if self.color != "auto":
            return self.color == "always"
        return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def tell(diagnostics: Iterable[Diagnostic], voice: Voice | None = None) -> None:
    """Print findings to standard error in the order of the files' lines."""
    voice = voice or Voice()
    by_code: dict[str, list[Diagnostic]] = defaultdict(list)
    for found in _sorted(diagnostics):
        if not voice.quiet or found.severity is Severity.ERROR:
            key = f"{found.code}/{found.message}"
            by_code[key if found.severity is Severity.NOTE else found.code].append(
                found
            )
    for group in _in_order(by_code):
        _tell_group(group, voice)


def conclude(result: Result, target: str, voice: Voice) -> None:
    """Say in one line what was made."""
    if voice.quiet:
        return
    counts = [
        _count(result.diagnostics, severity, word)
        for severity, word in ((Severity.WARNING, "warning"), (Severity.NOTE, "note"))
    ]
    where = "" if target == "-" else f" in {target}"
    said = ", ".join([f"{len(result.manifests)} objects{where}", *counts])
    typer.echo(f"{result.project.name}: {said}", err=True)


def _count(found: Iterable[Diagnostic], severity: Severity, word: str) -> str:
    number = sum(item.severity is severity for item in found)
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def _sorted(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    listed = list(diagnostics)
    files = dict.fromkeys(item.position.file for item in listed if item.position)
    ranks = {name: rank for rank, name in enumerate(files)}

    def rank(found: Diagnostic) -> tuple[int, int, int]:
        place = found.position
        return (ranks[place.file], place.line, place.column) if place else (-1, 0, 0)

    return sorted(listed, key=rank)


def _in_order(by_code: dict[str, list[Diagnostic]]) -> list[list[Diagnostic]]:
    """Errors first, then warnings, then notes."""
    order = list(Severity)
    return sorted(by_code.values(), key=lambda group: order.index(group[0].severity))


def _tell_group(group: list[Diagnostic], voice: Voice) -> None:
    is_folded = (
        len(group) > _FEW
        and not voice.verbose
        and group[0].severity is not Severity.ERROR
    )
    shown = group[:1] if is_folded else group
    for found in shown:
        _tell(found, voice)
    if is_folded:
        more = f"    and {len(group) - 1} more like it; -v shows them"
        typer.echo(more, err=True)


def _tell(found: Diagnostic, voice: Voice) -> None:
    text = str(found)
    if voice.is_colored:
        word = f"{found.severity}[{found.code}]"
        styled = typer.style(word, fg=_COLORS[found.severity], bold=True)
        text = text.replace(word, styled, 1)
    typer.echo(text, err=True, color=voice.is_colored or None)
    if found.help:
        typer.echo(f"    {found.help}", err=True)
