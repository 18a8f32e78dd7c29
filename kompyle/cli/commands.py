"""The commands; each is imported when somebody asks for it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand

from kompyle.cli.quick import Command, Group
from kompyle.cli.spread import spread

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "config": {},
    "convert": {},
    "up": {},
    "down": {},
    "diff": {},
    "history": {},
    "rollback": {},
    "handover": {},
    "ps": {},
    "logs": {},
    "exec": {"allow_interspersed_args": False},
    "port-forward": {},
    "restart": {},
    "scale": {},
    "events": {},
    "version": {},
}
"""What is special about each command; it is a function in a module of its name."""


class Commands(Group):
    """All commands, of which one is needed; to make all takes as long as that one."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - Typer's private classes
        return list(SETTINGS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        # Where there is no such command, guesses are made among all.
        for name in [cmd_name] if cmd_name in SETTINGS else SETTINGS:
            if name not in self.commands:
                self.add_command(_command(name))
        return super().get_command(ctx, cmd_name)


def _command(name: str) -> TyperCommand:
    word = name.replace("-", "_")
    function = getattr(import_module(f"kompyle.cli.{word}"), word)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    settings = dict(SETTINGS[name])
    alone.command(name, cls=Command, context_settings=settings)(spread(function))
    found = typer.main.get_command(alone)
    assert isinstance(found, TyperCommand)
    return found
