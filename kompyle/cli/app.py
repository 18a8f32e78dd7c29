"""The commands, and the options that stand before them."""

from typing import Annotated

import typer

from kompyle.cli.config import config
from kompyle.cli.convert import convert
from kompyle.cli.diff import diff
from kompyle.cli.down import down
from kompyle.cli.events import events
from kompyle.cli.exec import exec as execute
from kompyle.cli.handover import handover
from kompyle.cli.history import history
from kompyle.cli.logs import logs
from kompyle.cli.options import Choice
from kompyle.cli.port_forward import port_forward
from kompyle.cli.ps import ps
from kompyle.cli.quick import Command, Group
from kompyle.cli.restart import restart
from kompyle.cli.rollback import rollback
from kompyle.cli.scale import scale
from kompyle.cli.spread import spread
from kompyle.cli.up import up

app = typer.Typer(
    name="kompyle",
    cls=Group,
    help="Run Compose projects on Kubernetes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    from kompyle.version import installed_version

    if value:
        typer.echo(f"kompyle {installed_version()}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
]


@app.callback()
@spread
def project(context: typer.Context, choice: Choice, version: Version = False) -> None:  # noqa: ARG001 - its callback acts
    """Take what is said about the project before the command."""
    context.obj = choice


@app.command("version", cls=Command)
def version() -> None:
    """Print the version."""
    _show_version(value=True)


app.command("config", cls=Command)(spread(config))
app.command("convert", cls=Command)(spread(convert))
app.command("up", cls=Command)(spread(up))
app.command("down", cls=Command)(spread(down))
app.command("diff", cls=Command)(spread(diff))
app.command("history", cls=Command)(spread(history))
app.command("rollback", cls=Command)(spread(rollback))
app.command("handover", cls=Command)(spread(handover))
app.command("ps", cls=Command)(spread(ps))
app.command("logs", cls=Command)(spread(logs))
app.command("exec", cls=Command, context_settings={"allow_interspersed_args": False})(
    spread(execute)
)
app.command("port-forward", cls=Command)(spread(port_forward))
app.command("restart", cls=Command)(spread(restart))
app.command("scale", cls=Command)(spread(scale))
app.command("events", cls=Command)(spread(events))
