"""``kompyle diff``: what ``up`` would change; exit code 3 when there is something."""

from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Choice, Loudness, Services, Shape, Where
from kompyle.cli.selection import converted

if TYPE_CHECKING:
    from kompyle.cluster.diff import Differences
    from kompyle.console import Voice

_COLORS = {"+": 32, "-": 31, "@": 36}


def diff(  # noqa: PLR0917 - groups of options
    context: typer.Context,
    choice: Choice,
    shape: Shape,
    where: Where,
    loudness: Loudness,
    services: Services = None,
    prune: Annotated[
        bool, typer.Option("--prune/--no-prune", help="Show what would be deleted.")
    ] = True,
    show_drift: Annotated[
        bool, typer.Option("--show-drift", help="List fields that others have set.")
    ] = False,
) -> None:
    """Show what up would change in the cluster."""
    from kompyle import console
    from kompyle.cli.target import target
    from kompyle.cluster.choices import Choices
    from kompyle.cluster.diff import differences
    from kompyle.cluster.outcome import Code
    from kompyle.cluster.target import connect
    from kompyle.deployable import app_for

    result = converted(context, choice, shape, loudness, services)
    place = connect(target(where, shape.namespace))
    app = app_for(result, place.namespace)
    found = differences(place, app, Choices(prunes=prune))
    voice = console.Voice(loudness.quiet, loudness.verbose, loudness.color.value)
    _tell(found, voice)
    if show_drift:
        console.show("".join(f"{line}\n" for line in found.drift))
    if found.problems:
        raise typer.Exit(Code.REFUSED)
    raise typer.Exit(Code.DONE if found.is_empty else Code.CHANGES)


def _tell(found: "Differences", voice: "Voice") -> None:
    from kompyle import console
    from kompyle.cli import narration

    for text in () if voice.quiet else found.warnings:
        narration.say(f"{text}\n")
    for problem in found.problems:
        narration.say(narration.complaint(problem, voice) + "\n")
    lines = found.text.splitlines()
    if not voice.quiet:
        console.show("".join(f"{_painted(line, voice)}\n" for line in lines))


def _painted(line: str, voice: "Voice") -> str:
    color = _COLORS.get(line[:1])
    return f"\x1b[{color}m{line}\x1b[0m" if voice.is_colored_out and color else line
