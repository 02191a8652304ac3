"""The commands: what each takes, and how its answer is shown."""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import uvloop
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from rich.console import Console
from rich.progress import Progress

from chappe import __version__
from chappe.core.builds import manifest_of
from chappe.core.configuration import ConfigurationError
from chappe.crypto.rsa import fingerprint
from chappe.ports import EngineError, Fenced
from chappe.rpc import OperatorCommand

from . import passphrase
from .appeals import appeal_commands, notice_commands
from .backing_up import backup_commands
from .bots import bot_commands
from .cases import case_commands
from .connect import ABOUT, RECIPES, ConnectionDetails, recipe
from .control import ask
from .custodian import custodian_command
from .custodians import custodians_commands
from .declared import declared
from .house import house_commands
from .manual import PACKAGE, pages, read_page
from .moving import move_command
from .options import HERE, Data, Json, Person
from .orders import order_commands
from .ports import Application, OperatorError, explain
from .relay import relay_commands
from .repoint import repoint_commands
from .sealing import rotation_command, sealing_commands
from .serve import Asking, serve, settings
from .showing import show
from .signing_in import sign_in_commands
from .staff import staff_commands
from .unsealing import root_secret, unseal_command
from .upgrading import upgrade_command
from .witness import witness_commands

EXIT_REFUSED = 2
EXIT_FENCED = 3  # another server has the store: to start again would take it from that one


def _passphrase(application: Application, data: Path, descriptor: int | None) -> str | None:
    """Return the passphrase of a directory, or None where it needs none."""
    return passphrase.known(data, descriptor) if application.is_sealed(data) else None


def _serving(app: typer.Typer, application: Application) -> None:
    """Add the commands that open the data directory themselves."""

    @app.command("serve")
    def serve_command(
        data: Data = HERE,
        host: Annotated[str | None, typer.Option(help="Where to listen.")] = None,
        port: Annotated[int | None, typer.Option(help="Where to listen; 0 takes any.")] = None,
        also: Annotated[list[str] | None, typer.Option(help="Also listen on HOST:PORT.")] = None,
        metrics_port: Annotated[int | None, typer.Option(help="Serve /metrics here.")] = None,
        codes_file: Annotated[str | None, typer.Option(help="Append codes as JSON.")] = None,
        rate_scale: Annotated[float | None, typer.Option(help="Multiply every limit.")] = None,
        passphrase_fd: passphrase.Descriptor = None,
        reason: Annotated[str, typer.Option(help="At L2: why; custodians are shown it.")] = "",
        seen: Annotated[
            list[int] | None, typer.Option(help="At L2: a size of the log a custodian has seen.")
        ] = None,
        take_over: Annotated[  # noqa: FBT002  a flag
            bool,
            typer.Option("--take-over", help="Get the key from the server that runs, which ends."),
        ] = False,
        accept_older: Annotated[  # noqa: FBT002  a flag
            bool,
            typer.Option(
                "--accept-older",
                help="Go on with a store that was put back; the public log says so.",
            ),
        ] = False,
    ) -> None:
        """Start the server; everything it needs is made at the first start."""
        flags = {
            "host": host,
            "port": port,
            "also": tuple(also) if also else None,
            "metrics_port": metrics_port,
            "codes_file": codes_file,
            "rate_scale": rate_scale,
        }
        config = settings(data, os.environ, flags)
        secret = None if take_over else _passphrase(application, data, passphrase_fd)
        asking = Asking(reason, tuple(seen or ()), take_over)
        if accept_older:
            application.accept_older(data)
        uvloop.run(serve(application, config, data, secret, typer.echo, asking))


def _mending(app: typer.Typer, application: Application) -> None:
    """Add the commands that look after a directory no server runs on."""

    @app.command()
    def check(
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002
        passphrase_fd: passphrase.Descriptor = None,
    ) -> None:
        """Open every sealed value of a stopped server's store and compare what belongs together."""
        secret = root_secret(application, data, passphrase_fd, "chappe check, of a stopped server")
        tell: Callable[[str], None] = (lambda _: None) if as_json else typer.echo
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("opening every value", total=None)
            wrong = asyncio.run(
                application.check(
                    data,
                    secret,
                    tell,
                    lambda done, of: bar.update(task, completed=done, total=of),
                )
            )
        show([{"wrong": w} for w in wrong], as_json=as_json, nothing="All is well.")
        if wrong:
            raise typer.Exit(1)


PROPOSED: Final = (
    "Nothing is done yet. Decision {decision} is proposed in case {case}: it is done once a moderator has"
    " signed it whom you did not let in."
)


def _asking(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands that ask a running server how it is and what it keeps."""
    for name in ("status", "codes", "users", "files", "reports", "retention"):
        declared(app, commands[name])

    for name in ("people", "arrivals"):
        declared(app, commands[name])

    @app.command(help=commands["person"].summary)
    def person(user: Person, data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002
        show(ask(data, "person", user=user), as_json=as_json, nothing="")


def _mailing(app: typer.Typer) -> None:
    """Add the commands about mail."""
    mail = typer.Typer(help="What has to do with mail.", no_args_is_help=True)
    app.add_typer(mail, name="mail")

    @mail.command()
    def test(
        address: Annotated[str, typer.Argument(help="Whom it is sent to: an address you read.")],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Send one mail, and say what the mail server made of it."""
        show(ask(data, "test_mail", to=address), as_json=as_json, nothing="")


def _admitting(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands that let people in, and out."""
    declared(app, commands["invite"])

    @app.command()
    def invites(
        data: Data = HERE,
        revoke: Annotated[
            str, typer.Option(help="Withdraw the invite of this id, or to this number.")
        ] = "",
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """List invites that are open, or withdraw one."""
        if revoke:
            answer = ask(data, "revoke", invite=revoke)
            show(answer, as_json=as_json, nothing=commands["revoke"].empty)
        else:
            show(ask(data, "invites"), as_json=as_json, nothing=commands["invites"].empty)

    @app.command()
    def sessions(
        user: Person,
        data: Data = HERE,
        end: Annotated[str, typer.Option(help="End the session of this hash, or `all`.")] = "",
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """List somebody's sessions, or end them."""
        if end:
            if end != "all" and not end.isdigit():
                raise OperatorError(
                    f"{end} is no session: see `chappe sessions {user}`, or say `all`."
                )
            wanted = None if end == "all" else int(end)
            answer = {"ended": ask(data, "end", user=user, hash=wanted)}
            show(answer, as_json=as_json, nothing="")
        else:
            show(
                ask(data, "sessions", user=user),
                as_json=as_json,
                nothing=commands["sessions"].empty,
            )


def _erasing(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the command that deletes accounts."""
    said = {p.name: p.description for p in commands["erase"].parameters}

    @app.command()
    def erase(
        user: Person,
        data: Data = HERE,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002
        own_request: Annotated[  # noqa: FBT002
            bool, typer.Option("--own-request", help=said["own_request"])
        ] = False,
        reason: Annotated[str, typer.Option(help=said["reason"])] = "",
        category: Annotated[str, typer.Option(help=said["category"])] = "",
    ) -> None:
        """Delete an account and destroy its key; nothing of it can be read again."""
        if not yes:
            typer.confirm(f"Delete account {user} for ever?", abort=True)
        given: dict[str, Any] = {"own_request": True} if own_request else {}
        given |= {"reason": reason} if reason else {}
        given |= {"category": category} if category else {}
        answer = ask(data, "erase", user=user, **given)
        if answer["state"] == "erased":
            typer.echo(f"Account {user} is deleted.")
        else:
            typer.echo(PROPOSED.format(**answer))


def _letting_back(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the command that helps people who are locked out."""

    @app.command()
    def reentry(
        user: Annotated[str, typer.Argument(help="An account's id, or @username.")] = "",
        data: Data = HERE,
        cancel: Annotated[bool, typer.Option(help="Withdraw their link.")] = False,  # noqa: FBT002
        lost: Annotated[  # noqa: FBT002  a flag
            bool, typer.Option(help="Make a link for everybody who has no other way in.")
        ] = False,
        after: Annotated[int, typer.Option(help="With --lost: begin behind this id.")] = -1,
        log: Annotated[bool, typer.Option(help="List what became of links.")] = False,  # noqa: FBT002
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Make a link by which somebody who lost every device comes back in, after a wait."""
        if [bool(user), lost, log].count(True) != 1 or (cancel and not user):
            raise OperatorError(
                "For whom is the re-entry link? Name one account, or say `--lost`, or `--log`."
            )
        given: dict[str, Any] = {"user": user} if user else {"after": after} if lost else {}
        if log:
            show(
                ask(data, "ledger", about="reentry"),
                as_json=as_json,
                nothing="No re-entry link was ever made.",
            )
            return
        name = "reentry" + ("-cancel" if cancel else "-lost" if lost else "")
        show(ask(data, name, **given), as_json=as_json, nothing=commands[name].empty)


def _ruling(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands that bound accounts, and say what was done."""
    declared(app, commands["suspended"])
    declared(app, commands["ledger"])
    about = {p.name: p.description for p in commands["suspend"].parameters}

    @app.command()
    def suspend(
        user: Person,
        data: Data = HERE,
        reason: Annotated[str, typer.Option(help=about["reason"])] = "",
        days: Annotated[int, typer.Option(help=about["days"])] = 0,
        note: Annotated[str, typer.Option(help=about["note"])] = "",
        category: Annotated[str, typer.Option(help=about["category"])] = "",
        end: Annotated[bool, typer.Option(help="End it now.")] = False,  # noqa: FBT002
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Suspend an account for some days: it reads, and acts towards nobody but you."""
        if end:
            answer, nothing = ask(data, "suspend-end", user=user), commands["suspend-end"].empty
            show({"ended": True} if answer else None, as_json=as_json, nothing=nothing)
            return
        if not reason or not days:
            raise OperatorError(
                f"Why is {user} suspended, and for how long? Say `--reason` and `--days`. {about['reason']}"
            )
        given = {"category": category} if category else {}
        answer = ask(data, "suspend", user=user, reason=reason, days=days, note=note, **given)
        if not as_json and answer.get("state") == "proposed":
            typer.echo(PROPOSED.format(**answer))
        else:
            show(answer, as_json=as_json, nothing="")


def _hiding(app: typer.Typer, commands: Mapping[str, OperatorCommand[Any, ..., Any]]) -> None:
    """Add the commands about links by which apps come through networks that block the server."""
    for name in ("proxy-link", "proxy-links", "revoke-proxy-link"):
        declared(app, commands[name])


def _place(data: Path) -> ConnectionDetails:
    """Return where clients reach the server of a data directory, and by which key."""
    path = data / "server.pub.pem"
    try:
        pem = path.read_text()
    except OSError:
        raise OperatorError(
            f"{data} has no server yet: run `chappe serve --data {data}`."
        ) from None
    config = settings(data, os.environ, {})
    host, port = config.public_host, config.public_port or config.port
    web = config.web_address
    try:
        host, _, number = ask(data, "status")["listens"].rpartition(":")
        host = config.public_host if host in ("0.0.0.0", "::", "127.0.0.1") else host  # noqa: S104
        port = config.public_port or int(number)
        web = config.public_url or f"http://localhost:{number}"
    except OperatorError:
        pass  # not running: what is configured will do
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise OperatorError(f"{path} is not an RSA key: delete it and start the server again.")
    numbers = key.public_numbers()
    return ConnectionDetails(
        host,
        port,
        pem,
        path.resolve(),
        numbers.n,
        numbers.e,
        fingerprint(numbers.n, numbers.e),
        web,
    )


def _telling(app: typer.Typer) -> None:
    """Add the commands that only tell."""

    @app.command()
    def connect(
        library: Annotated[str, typer.Argument(help="Whose recipe; none: list them.")] = "",
        data: Data = HERE,
    ) -> None:
        """Print how a client library or app is pointed at this server; without a name, for which."""
        if not library:
            for name, what in ABOUT.items():
                typer.echo(f"{name:<10} {what}")
            typer.echo(f"Next: chappe connect telethon --data {data}, say.")
        elif library.lower() not in RECIPES:
            raise OperatorError(f"There is no recipe for it; there are {', '.join(RECIPES)}.")
        else:
            typer.echo(recipe(library.lower(), _place(data)))

    @app.command("build-manifest")
    def build_manifest() -> None:
        """Print what this program consists of: the SHA-256 of each of its files."""
        typer.echo(manifest_of(PACKAGE), nl=False)

    @app.command()
    def manual(
        page: Annotated[str, typer.Argument(help="Which page; none: list them.")] = "",
    ) -> None:
        """Print a page of the manual, or list its pages."""
        if page:
            typer.echo(read_page(page), nl=False)
        else:
            for name, title in pages().items():
                typer.echo(f"{name:<14} {title}")


def _version(asked: bool) -> None:  # noqa: FBT001  as typer calls it
    """Print which Chappe this is, and end."""
    if asked:
        _tell_version()
        raise typer.Exit


def _tell_version() -> None:
    """Print which Chappe this is."""
    typer.echo(f"chappe {__version__}")


def build(application: Application) -> typer.Typer:
    """Return the command line of a program."""
    app = typer.Typer(
        help="Chappe, a Telegram of one's own.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )

    @app.callback()
    def program(
        version: Annotated[  # noqa: FBT002  a flag
            bool,
            typer.Option("--version", help="Print the version.", is_eager=True, callback=_version),
        ] = False,
    ) -> None:
        pass

    _serving(app, application)
    sealing_commands(app, application)
    _mending(app, application)
    move_command(app, application)
    backup_commands(app, application)
    upgrade_command(app, application)
    commands = {command.name: command for command in application.commands()}
    _asking(app, commands)
    rotate = commands["rotate"]
    describes = [one.description for one in rotate.parameters]
    rotation_command(app, application, rotate.summary, describes)
    _mailing(app)
    _admitting(app, commands)
    _erasing(app, commands)
    _letting_back(app, commands)
    _ruling(app, commands)
    house_commands(app, commands)
    sign_in_commands(app, commands)
    _hiding(app, commands)
    relay_commands(app)
    staff_commands(app, commands)
    bot_commands(app, commands)
    _telling(app)
    app.command("version")(_tell_version)
    repoint_commands(app, _place)
    app.add_typer(witness_commands(), name="witness")
    app.add_typer(custodians_commands(), name="custodians")
    unseal_command(app)
    app.add_typer(order_commands(commands), name="orders")
    app.add_typer(case_commands(commands), name="cases")
    app.add_typer(appeal_commands(commands), name="appeals")
    app.add_typer(notice_commands(commands), name="notices")
    custodian_command(app)
    return app


def main(application: Application) -> None:
    """Run the command line; what an operator can mend is said in one sentence, with exit code 2."""
    try:
        build(application)()
    except Fenced as error:
        typer.echo(f"chappe: {error}", err=True)
        raise SystemExit(EXIT_FENCED) from None
    except (OperatorError, ConfigurationError, EngineError) as error:
        typer.echo(f"chappe: {error}", err=True)
    except OSError as error:
        typer.echo(f"chappe: {explain(error)}", err=True)
    else:
        return
    raise SystemExit(EXIT_REFUSED)
