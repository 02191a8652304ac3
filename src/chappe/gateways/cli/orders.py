"""`chappe orders`: orders of authorities, step by step. What custodians are asked and answer are files."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from chappe.rpc import OperatorCommand

from .control import ask
from .options import HERE, Data, Json
from .ports import OperatorError
from .showing import show

Number = Annotated[int, typer.Argument(help="The number of the order.")]
File = Annotated[Path, typer.Argument(help="A file; it is read or written here.")]
Seen = Annotated[list[str] | None, typer.Option(help="The size of the log a custodian has seen.")]
Answer = Annotated[Path | None, typer.Argument(help="A file; none: it is pasted.")]
ANSWER_BYTES_MAX: Final = 65_536  # bytes of a custodian's answer that are read
KEY_BYTES_MAX: Final = 65_536  # bytes of an authority's key that are read
LATE: Final = "LATE"


def order_commands(commands: dict[str, OperatorCommand[Any, ..., Any]]) -> typer.Typer:
    """Return the commands of `chappe orders`."""
    app = typer.Typer(help="Orders of authorities.", invoke_without_command=True)
    _listing(app, commands)
    _one(app, commands)
    _entering(app, commands)
    _releasing(app, commands)
    _stating(app, commands)
    return app


def _listing(app: typer.Typer, commands: dict[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the command that lists orders; it is the one that is meant where none is named."""

    @app.callback(help=commands["orders"].summary)
    def listed(context: typer.Context, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        if context.invoked_subcommand is None:
            _show(ask(data, "orders"), as_json=as_json, nothing=commands["orders"].empty)

    @app.command("list", help=commands["orders"].summary)
    def list_(data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        _show(ask(data, "orders"), as_json=as_json, nothing=commands["orders"].empty)


def _show(found: list[dict[str, Any]], *, as_json: bool, nothing: str) -> None:
    """Print orders, and in red those that are late."""
    show(found, as_json=as_json, nothing=nothing)
    late = [one for one in found if str(one["clock"]).startswith(LATE)]
    if late and not as_json:
        numbers = ", ".join(f"{one['number']} ({one['clock']})" for one in late)
        Console(stderr=True, highlight=False).print(f"Too late: order {numbers}.", style="bold red")


def _one(app: typer.Typer, commands: dict[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands about one order that give nothing: what it is, what it lacks, what it prompted."""

    @app.command("show", help=commands["order"].summary)
    def show_(order: Number, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        _show_whole(ask(data, "order", order=order), as_json=as_json)

    of = {p.name: p.description for p in commands["order-check"].parameters}

    @app.command(help=commands["order-check"].summary)
    def check(
        order: Number,
        met: Annotated[list[str] | None, typer.Option(help=of["met"])] = None,
        lacking: Annotated[list[str] | None, typer.Option(help=of["lacking"])] = None,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        found = ask(data, "order-check", order=order, met=met or [], lacking=lacking or [])
        show(found["checks"], as_json=as_json, nothing="Of what is no order nothing is asked.")

    which = {p.name: p.description for p in commands["order-letter"].parameters}["letter_of"]

    @app.command(help=commands["order-letter"].summary)
    def letter(
        order: Number,
        which: Annotated[str, typer.Argument(help=which)] = "",
        data: Data = HERE,
    ) -> None:
        typer.echo(ask(data, "order-letter", order=order, letter_of=which)["letter"])

    until = {p.name: p.description for p in commands["order-gag"].parameters}["until"]

    @app.command(help=commands["order-gag"].summary)
    def gag(
        order: Number,
        until: Annotated[str, typer.Argument(help=until)],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        _show_whole(ask(data, "order-gag", order=order, until=until), as_json=as_json)

    acts = {p.name: p.description for p in commands["order-acted"].parameters}["acts"]

    @app.command(help=commands["order-acted"].summary)
    def acted(
        order: Number,
        act: Annotated[list[str], typer.Argument(help=acts)],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        _show_whole(ask(data, "order-acted", order=order, acts=act), as_json=as_json)


TABLES: Final = ("entries", "checks", "package", "custodians")  # of an order


def _show_whole(found: dict[str, Any], *, as_json: bool) -> None:
    """Print an order, with its steps, its points, what is in its package, and its custodians."""
    if as_json:
        show(found, as_json=True, nothing="")
        return
    plain = {name: value for name, value in found.items() if name not in TABLES}
    show(plain, as_json=False, nothing="")
    for name in TABLES:
        if found[name]:
            typer.echo("")
            show(found[name], as_json=False, nothing="")


def _entering(app: typer.Typer, commands: dict[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands by which an order comes in, and is decided without anything being given."""
    of = {p.name: p.description for p in commands["order-receive"].parameters}

    @app.command(help=commands["order-receive"].summary)
    def receive(
        channel: Annotated[str, typer.Argument(help=of["channel"])],
        country: Annotated[str, typer.Argument(help=of["country"])],
        basis: Annotated[str, typer.Argument(help=of["basis"])],
        data_class: Annotated[list[str] | None, typer.Option("--class", help=of["classes"])] = None,
        account: Annotated[list[str] | None, typer.Option(help=of["accounts"])] = None,
        since: Annotated[str, typer.Option(help=of["since"])] = "",
        until: Annotated[str, typer.Option(help=of["until"])] = "",
        due: Annotated[str, typer.Option(help=of["due"])] = "",
        hide_until: Annotated[str, typer.Option(help=of["hide_until"])] = "",
        reference: Annotated[str, typer.Option(help=of["reference"])] = "",
        emergency: Annotated[bool, typer.Option("--emergency", help=of["emergency"])] = False,  # noqa: FBT002  a flag
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        given = {
            "channel": channel,
            "country": country,
            "basis": basis,
            "classes": data_class or [],
            "accounts": account or [],
            "since": since,
            "until": until,
            "due": due,
            "hide_until": hide_until,
            "reference": reference,
            "emergency": emergency,
        }
        show(ask(data, "order-receive", **given), as_json=as_json, nothing="")

    outcome = {p.name: p.description for p in commands["order-decide"].parameters}["outcome"]

    @app.command(help=commands["order-decide"].summary)
    def decide(
        order: Number,
        outcome: Annotated[str, typer.Argument(help=outcome)],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        answer = ask(data, "order-decide", order=order, outcome=outcome)
        show(answer, as_json=as_json, nothing="")

    days = {p.name: p.description for p in commands["order-preserve"].parameters}["days"]

    @app.command(help=commands["order-preserve"].summary)
    def preserve(
        order: Number,
        days: Annotated[int, typer.Option(help=days)] = 60,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        answer = ask(data, "order-preserve", order=order, days=days)
        show(answer, as_json=as_json, nothing="")

    ended = {p.name: p.description for p in commands["order-close"].parameters}["ended"]

    @app.command(help=commands["order-close"].summary)
    def close(
        order: Number,
        ended: Annotated[str, typer.Argument(help=ended)],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        show(ask(data, "order-close", order=order, ended=ended), as_json=as_json, nothing="")


def _releasing(app: typer.Typer, commands: dict[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands of a release."""

    @app.command(help=commands["order-seal"].summary)
    def seal(
        order: Number,
        key: Annotated[Path, typer.Argument(help="The file of the authority's public key.")],
        preserved: Annotated[
            int, typer.Option(help="Take what was preserved by the order of this number.")
        ] = 0,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        authority = _read(key, KEY_BYTES_MAX)
        answer = ask(data, "order-seal", order=order, authority=authority, preserved=preserved)
        show(answer, as_json=as_json, nothing="")

    @app.command(help=commands["order-request"].summary)
    def request(
        order: Number,
        file: File,
        seen: Seen = None,
        data: Data = HERE,
    ) -> None:
        _write(file, ask(data, "order-request", order=order, seen=seen or []))

    @app.command(help=commands["order-answer"].summary)
    def answer(
        order: Number,
        file: Answer = None,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        said = ask(data, "order-answer", order=order, answer=_answer(file))
        show(said, as_json=as_json, nothing="")

    @app.command(help=commands["order-release"].summary)
    def release(order: Number, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "order-release", order=order), as_json=as_json, nothing="")

    @app.command(help=commands["order-deliver"].summary)
    def deliver(order: Number, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002  a flag
        show(ask(data, "order-deliver", order=order), as_json=as_json, nothing="")


def _stating(app: typer.Typer, commands: dict[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands of the custodians' weekly statements."""

    @app.command("ask-statements", help=commands["statement-request"].summary)
    def ask_statements(
        file: File,
        seen: Seen = None,
        data: Data = HERE,
    ) -> None:
        _write(file, ask(data, "statement-request", seen=seen or []))

    @app.command("take-statement", help=commands["statement-answer"].summary)
    def take_statement(
        file: Answer = None,
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002  a flag
    ) -> None:
        show(ask(data, "statement-answer", answer=_answer(file)), as_json=as_json, nothing="")


def _answer(file: Path | None) -> str:
    return (
        _read(file, ANSWER_BYTES_MAX) if file is not None else sys.stdin.readline(ANSWER_BYTES_MAX)
    )


def _read(file: Path, most: int) -> str:
    """Return the text of a file.

    Raises:
        OperatorError: it cannot be read.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(most)
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file} cannot be read: {error}.") from None


def _write(file: Path, made: dict[str, Any]) -> None:
    file.write_text(made["request"], "utf-8")
    typer.echo(f"{file} is for the custodians' tool. Fingerprint: {made['fingerprint']}")
