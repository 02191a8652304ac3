"""The commands that decide how data are sealed: `init`, `seal` (L0 to L1), `passphrase`."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from . import passphrase
from .control import NoServerError, ask
from .options import HERE, Data, Json
from .ports import Application
from .showing import show
from .unsealing import root_secret

NewDescriptor = Annotated[
    int | None,
    typer.Option("--new-passphrase-fd", help="Read the new passphrase from this file descriptor."),
]


RENEW: Final = (
    "Who had the old one and keys.db has the keys of then: the server makes others in the background,"
    " see chappe status."
)


def sealing_commands(app: typer.Typer, application: Application) -> None:
    """Add the commands."""

    @app.command()
    def init(
        data: Data = HERE,
        seal: Annotated[bool, typer.Option(help="Put the data under a passphrase (L1).")] = False,  # noqa: FBT002
        passphrase_fd: passphrase.Descriptor = None,
    ) -> None:
        """Make a data directory, sealed under a passphrase with --seal."""
        code = application.create(data, passphrase.new(passphrase_fd) if seal else None)
        if code:
            _tell_recovery(data, code)
        typer.echo(f"Made {data}. Next: chappe serve --data {data}")

    @app.command()
    def seal(data: Data = HERE, passphrase_fd: passphrase.Descriptor = None) -> None:
        """Put data that lie open (L0) under a passphrase (L1); a running server goes on."""
        new = passphrase.new(passphrase_fd)
        try:
            code = ask(data, "seal", passphrase=new)["recovery_code"]
        except NoServerError:
            code = asyncio.run(application.reseal(data, None, new))
        _tell_recovery(data, code)
        typer.echo("Sealed: from now on every start asks for the passphrase.")
        typer.echo(RENEW)
        typer.echo(
            "A root.key you kept apart opens backups from before until you make the next one."
        )

    @app.command("passphrase")
    def change(
        data: Data = HERE,
        passphrase_fd: passphrase.Descriptor = None,
        new_passphrase_fd: NewDescriptor = None,
    ) -> None:
        """Change the passphrase of sealed data (L1), and the recovery code with it."""
        old = passphrase.known(data, passphrase_fd)
        new = passphrase.new(new_passphrase_fd)
        try:
            code = ask(data, "passphrase", old=old, passphrase=new)["recovery_code"]
        except NoServerError:
            code = asyncio.run(application.reseal(data, old, new))
        _tell_recovery(data, code)
        typer.echo(RENEW)
        typer.echo(
            "Changed. Backups from before open by what they were made with until you make the next one."
        )


def rotation_command(
    app: typer.Typer, application: Application, summary: str, describes: Iterable[str]
) -> None:
    """Add the command that begins an epoch of keys, beside the running server or without one.

    `summary` and `describes` are what the server's own command, and its parameters, say of themselves.
    """
    at_speed_says, owners_says = describes

    @app.command(help=summary)
    def rotate(
        data: Data = HERE,
        at_speed: Annotated[bool, typer.Option(help=at_speed_says)] = False,  # noqa: FBT002
        owners: Annotated[bool, typer.Option(help=owners_says)] = False,  # noqa: FBT002
        as_json: Json = False,  # noqa: FBT002
        passphrase_fd: passphrase.Descriptor = None,
    ) -> None:
        try:
            said = ask(data, "rotate", at_speed=at_speed, owners=owners)
        except NoServerError:
            if owners or not application.is_created(data):
                raise
            why = "chappe rotate, of a stopped server"
            secret = root_secret(application, data, passphrase_fd, why)
            said = {"wrapped_again": asyncio.run(application.rotate(data, secret))}
        show(said, as_json=as_json, nothing="")


def _tell_recovery(data: Path, code: str) -> None:
    """Print the recovery sheet, once."""
    typer.echo("RECOVERY SHEET: print this, keep it in a safe place, delete it here.")
    typer.echo(f"  data directory  {data.resolve()}")
    typer.echo(f"  recovery code   {code}")
    typer.echo("It opens the data without the passphrase. Whoever has it and the disk has all.")
