"""The command that looks, before an upgrade, whether it can go on."""

from typing import Annotated

import typer

from .options import HERE, Data, Json
from .ports import Application, OperatorError
from .showing import show

EXIT_WRONG = 1


def upgrade_command(app: typer.Typer, application: Application) -> None:
    """Add the command."""

    @app.command()
    def upgrade(
        data: Data = HERE,
        check: Annotated[  # noqa: FBT002  a flag
            bool, typer.Option("--check", help="Look whether this version can open the data.")
        ] = False,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Look whether this version of Chappe can take over a data directory; nothing is changed."""
        if not check:
            raise OperatorError(
                "Nothing is upgraded by a command: say --check, and see `chappe manual upgrading`."
            )
        wrong, notes = application.look_before_upgrade(data)
        if as_json:
            show({"wrong": wrong, "notes": notes}, as_json=True, nothing="")
        else:
            for line in (*wrong, *([] if wrong else ["This version can open the data."]), *notes):
                typer.echo(line)
        if wrong:
            raise typer.Exit(EXIT_WRONG)
