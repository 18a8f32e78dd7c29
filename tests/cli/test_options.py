"""The options of all commands: none is there twice, and each says what it does."""

from collections import Counter
from typing import Any

import pytest
import typer

from kompyle.cli.app import app

_TOP: Any = typer.main.get_command(app)
_COMMANDS = {name: _TOP.get_command(None, name) for name in _TOP.list_commands(None)}


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_no_option_means_two_things(name: str) -> None:
    found = Counter(
        option
        for param in _COMMANDS[name].params
        for option in (*param.opts, *param.secondary_opts)
        if option.startswith("-")
    )
    assert not [option for option, times in found.items() if times > 1]


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_option_is_explained(name: str) -> None:
    command = _COMMANDS[name]
    assert command.help
    assert all(getattr(param, "help", "") for param in command.params)
