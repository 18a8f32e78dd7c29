"""``kompyle convert``: write Kubernetes manifests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kompyle.cli.options import Choice, Loudness, Output, Services, Shape
from kompyle.cli.selection import options, request
from kompyle.errors import EmitError, UsageError

if TYPE_CHECKING:
    from kompyle.console import Voice
    from kompyle.emit.target import Target
    from kompyle.pipeline import Result

_PRINTED = "-"
_NOTHING = "nothing is written"


def convert(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    shape: Shape,
    output: Output,
    loudness: Loudness,
    services: Services = None,
) -> None:
    """Translate a Compose project into Kubernetes manifests."""
    from kompyle import console, pipeline
    from kompyle.report import refusal

    voice = console.Voice(loudness.quiet, loudness.verbose, loudness.color.value)
    target = _checked(output)
    chosen = options(shape)
    project = pipeline.load(request(context, choice, services))
    if project.report.has_errors:
        with _reported(output.report, lambda: refusal(project)):
            console.conclude(project.name, _NOTHING, project.report, voice)
        raise typer.Exit(1)
    result = pipeline.convert(project, chosen)
    _write(result, target, output, voice)
    done = _NOTHING if result.has_errors else _done(result, target)
    console.conclude(project.name, done, result.diagnostics, voice)
    if result.has_errors:
        raise typer.Exit(1)


def _checked(output: Output) -> "Target":
    """Choose the target; refuse what does not go together before anything is done."""
    from kompyle.emit.place import check_report
    from kompyle.emit.target import target

    name = _PRINTED if output.stdout else output.out
    if output.report not in {None, _PRINTED} and Path(output.report).suffix != ".json":
        expected = "expected a name that ends in .json, or -"
        raise UsageError(f"--report {output.report}: {expected}")
    if output.report == _PRINTED == name:
        fact = "the manifests and the report would both go to standard output"
        raise UsageError(f"{fact}; name a file for one of them with -o or --report")
    if output.report not in {None, _PRINTED} and not output.force:
        check_report(Path(output.report))
    return target(name, output.format and output.format.value)


def _write(result: "Result", target: "Target", output: Output, voice: "Voice") -> None:
    """Write the manifests and the report, then list the files."""
    from kompyle import console
    from kompyle.emit.files import stream
    from kompyle.report import report

    objects = () if result.has_errors else result.manifests
    is_printed = str(target.path) == _PRINTED
    names = [] if is_printed else target.names(objects)
    with _reported(output.report, lambda: report(result, names)):
        if is_printed:
            console.show(stream(objects, target.format))
        elif not result.has_errors:
            target.write(objects, result.project.name, force=output.force)
    if output.report != _PRINTED and not voice.quiet:
        paths = dict.fromkeys(str(target.folder / name) for name in names)
        console.show("".join(f"{path}\n" for path in paths))


@contextmanager
def _reported(to: str | None, report: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """Write the report if what stands in between succeeds."""
    if not to:
        yield
        return
    from kompyle import console
    from kompyle.emit.files import json_text
    from kompyle.emit.place import replacing, unwritable

    text = json_text(report())
    if to == _PRINTED:
        yield
        console.show(text)
        return
    try:
        with replacing(Path(to), text):
            yield
    except OSError as error:
        raise EmitError(unwritable(Path(to), error)) from error


def _done(result: "Result", target: "Target") -> str:
    number = len(result.manifests)
    where = "" if str(target.path) == _PRINTED else f" in {target.path}"
    return f"{number} object{'' if number == 1 else 's'}{where}"
