"""`chappe appeals` and `chappe notices`: what people say against decisions, and of what is illegal."""

from collections.abc import Mapping
from typing import Any, Final

import typer

from chappe.rpc import OperatorCommand

from .control import ask
from .declared import declared
from .options import HERE, Data, Json
from .showing import show

# what each is called here, by the name of the command
NAMES: Final = {
    "appeals": "list",
    "appeal": "show",
    "appeal-ask": "ask",
    "appeal-decide": "decide",
}


def appeal_commands(commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> typer.Typer:
    """Return the commands of `chappe appeals`."""
    app = typer.Typer(help="Appeals against decisions.", invoke_without_command=True)

    @app.callback(help=commands["appeals"].summary)
    def listed(context: typer.Context, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        if context.invoked_subcommand is None:
            show(ask(data, "appeals"), as_json=as_json, nothing=commands["appeals"].empty)

    for name, called in NAMES.items():
        declared(app, commands[name], called)
    return app


def notice_commands(commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> typer.Typer:
    """Return the commands of `chappe notices`."""
    app = typer.Typer(help="Notices of illegal content.", invoke_without_command=True)

    @app.callback(help=commands["notices"].summary)
    def listed(context: typer.Context, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        if context.invoked_subcommand is None:
            show(ask(data, "notices"), as_json=as_json, nothing=commands["notices"].empty)

    declared(app, commands["notices"], "list")
    declared(app, commands["notice"], "show")
    declared(app, commands["flaggers"], "flaggers")
    return app
