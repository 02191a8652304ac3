"""`chappe custodians`: give the root key to several people (L2), change them, rehearse."""

from pathlib import Path
from typing import Annotated, Any

import typer

from . import passphrase
from .control import ask
from .options import HERE, Data, Json
from .ports import OperatorError
from .showing import show
from .unsealing import read_answers, tell_taken

Reason = Annotated[str, typer.Option(help="Why; custodians are shown it.")]
Seen = Annotated[
    list[int] | None, typer.Option(help="A size of the log that a custodian has seen; repeated.")
]
Output = Annotated[Path, typer.Option(help="Where the request is written.")]
REQUEST = Path("request.json")


def custodians_commands() -> typer.Typer:
    """Return the commands."""
    app = typer.Typer(help="Who holds shares of the root key (L2).", no_args_is_help=True)
    _listing(app)
    _asking(app)
    _ending(app)
    return app


def _listing(app: typer.Typer) -> None:
    """Add the commands that list, propose and take answers."""

    @app.command("list")
    def list_(data: Data = HERE, as_json: Json = False) -> None:  # noqa: FBT002
        """List who holds shares, and when they last showed that they have them."""
        nothing = "Nobody holds a share of the root key: the server is not at L2."
        show(ask(data, "custodians"), as_json=as_json, nothing=nothing)

    @app.command()
    def rota(
        data: Data = HERE,
        weeks: Annotated[int, typer.Option(help="How many weeks, from this one.")] = 13,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Plan who is to be within reach in which week, and when all rehearse."""
        show(ask(data, "custodians-rota", weeks=weeks), as_json=as_json, nothing="")

    @app.command()
    def propose(
        needed: Annotated[int, typer.Argument(help="How many of them open the server.")],
        cards: Annotated[list[Path], typer.Argument(help="Files with cards, one a line.")],
        data: Data = HERE,
        reason: Reason = "",
        seen: Seen = None,
        output: Output = REQUEST,
    ) -> None:
        """Divide a new root key among custodians. At L2 those of today are asked first."""
        lines = [line for file in cards for line in _lines(file)]
        given = {"needed": needed, "cards": lines, "reason": reason, "seen": seen or []}
        _tell(ask(data, "custodians-propose", **given), output)

    @app.command()
    def answer(
        files: Annotated[list[Path], typer.Argument(help="Files with what custodians answered.")],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Take what custodians answered to a request of the running server."""
        tell_taken(ask(data, "custodians-answer", answers=read_answers(files)), as_json=as_json)


def _asking(app: typer.Typer) -> None:
    """Add the commands that make requests."""

    @app.command()
    def activate(
        data: Data = HERE, reason: Reason = "", seen: Seen = None, output: Output = REQUEST
    ) -> None:
        """Ask those who were proposed for their shares: with enough, the server is theirs to open."""
        _tell(ask(data, "custodians-activate", reason=reason, seen=seen or []), output)

    @app.command()
    def rehearse(
        data: Data = HERE, reason: Reason = "", seen: Seen = None, output: Output = REQUEST
    ) -> None:
        """Ask the custodians to show that their shares are at hand."""
        _tell(ask(data, "custodians-rehearse", reason=reason, seen=seen or []), output)


def _ending(app: typer.Typer) -> None:
    """Add the command that gives the server back to one person."""

    @app.command()
    def end(
        data: Data = HERE,
        reason: Reason = "",
        seen: Seen = None,
        output: Output = REQUEST,
        passphrase_fd: passphrase.Descriptor = None,
    ) -> None:
        """Ask the custodians to be none any more: then a new passphrase opens the server (L1)."""
        given = {"passphrase": passphrase.new(passphrase_fd), "reason": reason, "seen": seen or []}
        _tell(ask(data, "custodians-end", **given), output)


def _tell(found: dict[str, Any], output: Path) -> None:
    """Write the request, if there is one, and say what comes next."""
    if "request" not in found:
        show(found, as_json=False, nothing="")
        return
    output.write_text(found["request"], "ascii")
    typer.echo(f"Asked: {found['needed']} of {found['custodians']}. The request is in {output}.")
    typer.echo(f"Fingerprint, to read out to each custodian who calls: {found['fingerprint']}")
    typer.echo("Give its answers by: chappe custodians answer FILE…")


def _lines(file: Path) -> list[str]:
    """Return the cards of a file.

    Raises:
        OperatorError: it is no text.
    """
    try:
        return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise OperatorError(f"{file} holds no cards: look what it is.") from None
