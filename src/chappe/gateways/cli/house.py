"""The commands about house rules: who may do what, and where newcomers are let in."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from chappe.rpc import OperatorCommand

from .control import ask
from .declared import declared
from .options import HERE, Data, Json, Person
from .ports import OperatorError
from .roster import roster_commands
from .showing import show


def house_commands(
    app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]
) -> None:
    """Add the commands about house rules."""
    declared(app, commands["granted"])
    declared(app, commands["terms"])
    roster_commands(app, commands)
    _granting(app, commands)
    _placing(app, commands)


def _granting(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the command that lets somebody do more."""
    about_rights = {p.name: p.description for p in commands["grant"].parameters}["rights"]

    @app.command()
    def grant(
        user: Person,
        rights: Annotated[str, typer.Argument(help=about_rights)],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Let somebody do more than the setting `people_may` lets everybody."""
        show(ask(data, "grant", user=user, rights=rights), as_json=as_json, nothing="")


def _placing(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the command about places."""
    about = {p.name: p.description for p in commands["place"].parameters}

    @app.command()
    def places(
        data: Data = HERE,
        add: Annotated[str, typer.Option(help="Name one, or alter it. " + about["place"])] = "",
        link: Annotated[str, typer.Option(help=about["link"])] = "",
        everybody: Annotated[bool, typer.Option(help=about["everybody"])] = False,  # noqa: FBT002
        remove: Annotated[str, typer.Option(help="Let newcomers in there no more.")] = "",
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """List the groups and channels newcomers are let into; name one, or forget it."""
        if bool(add) != bool(link) or (add and remove):
            raise OperatorError(
                "Which place, and how does one come in? Say `--add NAME --link LINK`, or `--remove NAME`."
            )
        if add:
            answer = ask(data, "place", place=add, link=link, everybody=everybody)
            show(answer, as_json=as_json, nothing="")
        elif remove:
            answer = ask(data, "place-remove", place=remove)
            show(answer, as_json=as_json, nothing=commands["place-remove"].empty)
        else:
            show(ask(data, "places"), as_json=as_json, nothing=commands["places"].empty)
