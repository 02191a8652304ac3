"""The commands about the sign-in of an organisation."""

from collections.abc import Mapping
from typing import Any

import typer

from chappe.rpc import OperatorCommand

from .control import ask
from .declared import declared
from .options import HERE, Data, Json, Person
from .showing import show


def sign_in_commands(
    app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]
) -> None:
    """Add the commands about the sign-in of an organisation."""
    sign_in = typer.Typer(
        help="The sign-in of an organisation: who comes by it, and whether it works."
    )
    app.add_typer(sign_in, name="sign-in")
    declared(sign_in, commands["sign-in-check"], "check")
    declared(sign_in, commands["sign-ins"], "list")
    parting = commands["sign-in-unlink"]

    @sign_in.command(help=parting.summary)
    def unlink(
        user: Person,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        show(ask(data, parting.name, user=user), as_json=as_json, nothing=parting.empty)
