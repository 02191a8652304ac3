"""`chappe cases`: the moderators' desk on a terminal. A second signature is given on the page alone."""

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
    "cases": "list",
    "case-counts": "count",
    "case": "show",
    "case-open": "open",
    "case-claim": "claim",
    "case-release": "release",
    "case-note": "note",
    "case-close": "close",
    "case-preview": "preview",
    "case-decide": "decide",
    "decision": "decision",
    "case-withdraw": "withdraw",
    "case-reverse": "reverse",
    "raid-preview": "raid-preview",
    "raid-decide": "raid-decide",
    "raids": "raids",
    "raid": "raid",
    "raid-withdraw": "raid-withdraw",
    "raid-undo": "raid-undo",
    "reporter-mute": "mute",
    "reporters-muted": "muted",
    "reporter-unmute": "unmute",
}


def case_commands(commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> typer.Typer:
    """Return the commands of `chappe cases`."""
    app = typer.Typer(help="Cases of the moderators.", invoke_without_command=True)

    @app.callback(help=commands["cases"].summary)
    def listed(context: typer.Context, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        if context.invoked_subcommand is None:
            show(ask(data, "cases"), as_json=as_json, nothing=commands["cases"].empty)

    for name, called in NAMES.items():
        declared(app, commands[name], called)
    return app
