"""The commands about staff: `chappe staff add`, `list`, `link`, `role`, … and `chappe audit`."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from chappe.rpc import OperatorCommand

from .control import ask
from .options import HERE, Data, Json
from .showing import show

Member = Annotated[str, typer.Argument(help="A name, a number or an alias of `chappe staff list`.")]


def staff_commands(
    app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]
) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Say who works at the operator's page, and as what.", no_args_is_help=True
    )
    app.add_typer(group, name="staff")
    about = {p.name: p.description for p in commands["staff-add"].parameters}
    roles = Annotated[
        list[str], typer.Option("--role", help=f"{about['roles']} Say it several times.")
    ]

    @group.command("list", help=commands["staff"].summary)
    def list_(data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "staff"), as_json=as_json, nothing=commands["staff"].empty)

    def add(name: str, role: Any = (), data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        answer = ask(data, "staff-add", name=name, roles=",".join(role))
        show(answer, as_json=as_json, nothing="")

    def change(staff: Member, role: Any = (), data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        answer = ask(data, "staff-role", staff=staff, roles=",".join(role))
        show(answer, as_json=as_json, nothing="")

    for function in (add, change):
        function.__annotations__["role"] = roles
    group.command("add", help=commands["staff-add"].summary)(add)
    group.command("role", help=commands["staff-role"].summary)(change)

    @group.command(help=commands["staff-link"].summary)
    def link(staff: Member, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "staff-link", staff=staff), as_json=as_json, nothing="")

    @group.command(help=commands["staff-remove"].summary)
    def remove(staff: Member, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "staff-remove", staff=staff), as_json=as_json, nothing="")

    whose = {p.name: p.description for p in commands["staff-account"].parameters}["user"]

    @group.command(help=commands["staff-account"].summary)
    def account(
        staff: Member,
        user: Annotated[str, typer.Argument(help=whose)] = "",
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        show(ask(data, "staff-account", staff=staff, user=user), as_json=as_json, nothing="")

    of = {p.name: p.description for p in commands["audit"].parameters}

    @app.command(help=commands["audit"].summary)
    def audit(
        user: Annotated[str, typer.Option(help=of["user"])] = "",
        before: Annotated[int, typer.Option(help=of["before"])] = 0,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        answer = ask(data, "audit", user=user, before=before)
        show(answer, as_json=as_json, nothing=commands["audit"].empty)
