"""The commands about the server's own bots: `chappe bot create`, `list`, `revoke`, `delete`."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from chappe.rpc import OperatorCommand

from .control import ask
from .options import HERE, Data, Json
from .showing import show

Username = Annotated[str, typer.Argument(help="Its username, as `@news_bot`.")]


def bot_commands(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the group."""
    group = typer.Typer(help="Make bots of the server's own.", no_args_is_help=True)
    app.add_typer(group, name="bot")

    @group.command(help=commands["bot-create"].summary)
    def create(
        username: Username,
        name: Annotated[str, typer.Option(help="What it is called.")],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        show(ask(data, "bot-create", name=name, username=username), as_json=as_json, nothing="")

    @group.command("list", help=commands["bots"].summary)
    def list_(data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "bots"), as_json=as_json, nothing=commands["bots"].empty)

    @group.command(help=commands["bot-revoke"].summary)
    def revoke(bot: Username, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "bot-revoke", bot=bot), as_json=as_json, nothing="")

    @group.command(help=commands["bot-delete"].summary)
    def delete(bot: Username, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "bot-delete", bot=bot), as_json=as_json, nothing="")
