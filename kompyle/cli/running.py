"""The options of commands for what runs already."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from kompyle.cli.options import Choice, Timeout, Yes, flag

Running = Annotated[
    list[str] | None,
    typer.Argument(help="Services to take; none is all."),
]


class Listed(StrEnum):
    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LongChoice(Choice):
    """The same for commands whose own ``-f`` is to follow, as docker compose has it."""

    file: Annotated[
        list[str] | None, flag("--file", help="Compose file; - is stdin.")
    ] = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Which lines of logs, and how they look."""

    tail: Annotated[
        str, flag("--tail", help="So many lines of each container, or all.")
    ] = "all"
    since: Annotated[
        str | None, flag("--since", help="A time, or how long ago, as 10m.")
    ] = None
    timestamps: Annotated[
        bool,
        flag("-t", "--timestamps", help="Show when each line was printed."),
    ] = False
    no_color: Annotated[bool, flag("--no-color", help="No colours.")] = False
    no_log_prefix: Annotated[
        bool, flag("--no-log-prefix", help="No names of services.")
    ] = False
    previous: Annotated[
        bool, flag("--previous", help="Of the run before the last restart.")
    ] = False


@dataclass(frozen=True, slots=True)
class Settling:
    """How commands wait that change what runs already."""

    wait: Annotated[
        bool, flag("--wait/--no-wait", help="Wait until everything works.")
    ] = True
    timeout: Timeout = "10m"
    yes: Yes = False
