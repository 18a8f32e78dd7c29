"""``kompyle exec``: run a command in the container of a service."""

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from kompyle.cli.options import Choice, Named, Where
from kompyle.cli.reaching import part, reach
from kompyle.errors import ClusterError, KompyleError, UsageError

if TYPE_CHECKING:
    from kompyle.cluster.app import Part
    from kompyle.cluster.deployed import Deployed
    from kompyle.cluster.exec import Container, Ends, Write

_PIPE = 141
"""The exit code of what wrote to a pipe that nobody reads."""


def exec(  # noqa: A001, PLR0917 - docker compose's word
    context: typer.Context,
    choice: Choice,
    where: Where,
    named: Named,
    service: Annotated[str, typer.Argument(help="Service.")],
    command: Annotated[list[str], typer.Argument(help="Command, with its options.")],
    no_tty: Annotated[
        bool, typer.Option("-T", "--no-tty", help="Use no terminal.")
    ] = False,
    interactive: Annotated[
        bool,
        typer.Option("-i/-I", "--interactive/--no-interactive", help="Pass input on."),
    ] = True,
    index: Annotated[
        int | None, typer.Option("--index", help="Which Pod, from 1; ps -q lists them.")
    ] = None,
    container: Annotated[
        str | None, typer.Option("-c", "--container", help="Another container of it.")
    ] = None,
) -> None:
    """Run a command in a container of a service; end with its exit code."""
    words = command[1:] if command[0] == "--" else command
    if not words:
        raise UsageError("there is no command to run")
    found = reach(context, choice, where, named)
    chosen = part(found, service)
    place = _container(found, chosen, container or chosen.container, index)
    from kompyle.cli.terminal import raw
    from kompyle.cluster.exec import run

    has_terminal = interactive and not no_tty and _is_terminal()
    ends = _ends(has_terminal=has_terminal, is_read=interactive)
    with raw(0) if has_terminal else nullcontext():
        try:
            code = run(found.place, place, words, ends)
        except BrokenPipeError:
            code = _PIPE
    raise typer.Exit(code)


def _container(
    found: "Deployed", part: "Part", name: str, index: int | None
) -> "Container":
    """Choose among the Pods of a service; by itself, one that runs."""
    from kompyle.cluster.containers import is_running
    from kompyle.cluster.exec import Container

    pods = found.pods_of(part)
    if index is not None:
        if not 1 <= index <= len(pods):
            fact = f"--index {index}: {part.service} has {len(pods)} Pods"
            raise UsageError(fact)
        pods = [pods[index - 1]]
    for pod in pods:
        if is_running(pod, name):
            return Container(pod["metadata"]["name"], name)
    raise _idle(found, part, name)


def _idle(found: "Deployed", part: "Part", name: str) -> KompyleError:
    """Say why nothing can be run: the container is not there, or does not run."""
    from kompyle.cluster.outcome import Code
    from kompyle.cluster.ps import standings

    known = found.containers(part)
    if known and name not in known:
        fact = f"{part.service} has no container {name!r}"
        return UsageError(f"{fact}; it has {', '.join(known)}")
    (told,) = standings(found, [part])
    reason = f" ({told.reason})" if told.reason else ""
    fact = f"{part.service} is {told.state}{reason}"
    if name != part.container:
        fact = f"the container {name!r} of {part.service} does not run"
    way_out = f"see `kompyle ps -a {part.service}`"
    return ClusterError(f"{fact}: nothing can be run in it; {way_out}", Code.FAILED)


def _is_terminal() -> bool:
    return bool(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty()


def _ends(*, has_terminal: bool, is_read: bool) -> "Ends":
    from kompyle.cli.terminal import size
    from kompyle.cluster.exec import Ends

    stdin = 0 if is_read and sys.stdin else None
    return Ends(_writing(1), _writing(2), stdin, size if has_terminal else None)


def _writing(file: int) -> "Write":
    def write(data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]

    return write
