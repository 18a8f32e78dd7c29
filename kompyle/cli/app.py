"""The program: its commands, and the options that stand before them."""

import typer

from kompyle.cli.commands import Commands
from kompyle.cli.options import Choice
from kompyle.cli.spread import spread
from kompyle.cli.version import Version

app = typer.Typer(
    name="kompyle",
    cls=Commands,
    help="Run Compose projects on Kubernetes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
@spread
def project(context: typer.Context, choice: Choice, version: Version = False) -> None:  # noqa: ARG001 - its callback acts
    """Take what is said about the project before the command."""
    context.obj = choice
