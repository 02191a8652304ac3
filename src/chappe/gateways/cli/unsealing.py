"""A start that waits for custodians (L2): the status page, `chappe unseal`, and what the terminal shows."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from chappe.core.configuration import Configuration, load
from chappe.gateways.web.sealed_page import SealedPage
from chappe.rpc import Giver
from chappe.telemetry import logger
from chappe.trust.sealing import RootInHand, RootSecret

from . import passphrase
from .control import Control, ask, refuse_second
from .options import HERE, Data, Json
from .ports import Application, OperatorError, SealedStart, Show
from .showing import show

ANSWERS_MAX: Final = 16  # answers of one command
ANSWER_BYTES_MAX: Final = 4_096  # bytes of a file with an answer


class SealedControl:
    """What the control socket of a sealed server takes: answers, and how many are missing."""

    def __init__(self, start: SealedStart) -> None:
        self._start = start

    async def command(self, name: str, given: Mapping[str, Any], giver: Giver) -> Any:
        """See `ports.Commanded`."""
        facts = self._start.facts()
        if name == "unseal":
            answers = given.get("answers")
            if not isinstance(answers, list) or len(answers) > ANSWERS_MAX:
                raise ValueError(f"`unseal` needs `answers`: give {ANSWERS_MAX} texts at most.")
            return [self._taken(str(one)) for one in answers]
        if name == "status":
            return {
                "sealed": "L2: waits for its custodians",
                "reason": facts.reason,
                "needed": facts.needed,
                "answered": ", ".join(facts.answered) or "nobody yet",
                "fingerprint": facts.fingerprint,
            }
        raise ValueError(
            "The server is sealed: it waits for its custodians, and takes `chappe unseal` alone."
        )

    def _taken(self, text: str) -> dict[str, Any]:
        try:
            return {"taken": True, "says": self._start.take(text)}
        except ValueError as error:
            return {"taken": False, "says": str(error)}


async def opened_by_custodians(
    start: SealedStart, config: Configuration, data: Path, tell: Show
) -> RootInHand | None:
    """Serve the status page until enough custodians have answered; return the root key, or None: stopped.

    Raises:
        OSError: an address to listen on is taken.
    """
    page = SealedPage(start, _report)
    control = Control(SealedControl(start), data)
    async with contextlib.AsyncExitStack() as parts:
        parts.push_async_callback(page.stop)
        port = await page.listen(config.host, config.port)
        parts.push_async_callback(control.stop)
        await control.start()
        request = data / "custody" / "request.json"
        request.parent.mkdir(mode=0o700, exist_ok=True)
        request.write_bytes(start.facts().request)
        for line in sealed_greeting(start, f"http://{config.host}:{port}/", request, data):
            tell(line)
        stopped = _stopping(parts)
        await asyncio.wait((start.opened, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not start.opened.done():
        return None
    tell("Enough custodians have answered: the server opens.")
    return start.opened.result()


def asked_of_custodians(
    application: Application, data: Path, reason: str, table: bytes = b""
) -> RootInHand:
    """Return the root key of data that no server runs on, once enough custodians have given their shares.

    Until then the same page is served as at a start, at the server's address.

    Raises:
        OperatorError: a server runs there, custodians cannot be asked, or nobody waited for them.
    """
    refuse_second(data)
    config = load(data, os.environ, {})

    async def asked() -> RootInHand | None:
        start = application.sealed_start(config, data, reason, (), table)
        return await opened_by_custodians(
            start, config, data, lambda said: typer.echo(said, err=True)
        )

    root = asyncio.run(asked())
    if root is None:
        raise OperatorError("Too few custodians have answered: nothing was done.")
    return root


def root_secret(
    application: Application, data: Path, descriptor: int | None, reason: str
) -> RootSecret:
    """Return what opens a directory that no server runs on: of custodians, a passphrase, or nothing."""
    if application.level(data) == "L2":
        return asked_of_custodians(application, data, reason)
    return passphrase.known(data, descriptor) if application.is_sealed(data) else None


def _report(where: str, error: BaseException) -> None:
    logger().error("bug", kind=where, state=type(error).__name__)


def _stopping(parts: contextlib.AsyncExitStack) -> asyncio.Future[None]:
    """Return a future that is done when the server is told to stop. A hang-up does not end a sealed one."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    for number, act in (
        (signal.SIGINT, stop),
        (signal.SIGTERM, stop),
        (signal.SIGHUP, lambda: None),
    ):
        loop.add_signal_handler(number, act)
        parts.callback(loop.remove_signal_handler, number)
    return stopped


def sealed_greeting(start: SealedStart, address: str, request: Path, data: Path) -> list[str]:
    """Return the lines that tell an operator what a sealed server waits for."""
    facts = start.facts()
    return [
        "Chappe is SEALED: it waits for its custodians.",
        f"  needed         {facts.needed} of {', '.join(facts.custodians)}",
        f"  why            {facts.reason or 'no reason is given: `--reason` tells them one'}",
        f"  fingerprint    {facts.fingerprint}",
        "                 (read it out to each custodian who calls; they compare it)",
        f"  page           {address}",
        f"  request        {request}",
        f"  answers        on the page, or `chappe unseal FILE… --data {data}`",
        "  stop           Ctrl-C; it is sealed anyway",
    ]


def unseal_command(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def unseal(
        files: Annotated[list[Path], typer.Argument(help="Files with what custodians answered.")],
        data: Data = HERE,
        as_json: Json = False,  # noqa: FBT002
    ) -> None:
        """Give a sealed server what its custodians answered, in files."""
        tell_taken(ask(data, "unseal", answers=read_answers(files)), as_json=as_json)


def tell_taken(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Say what became of each answer; end with exit code 1 if one was refused."""
    if as_json:
        show(rows, as_json=True, nothing="")
    for row in () if as_json else rows:
        typer.echo(row["says"] if row["taken"] else f"REFUSED: {row['says']}")
    if not all(row["taken"] for row in rows):
        raise typer.Exit(1)


def read_answers(files: list[Path]) -> list[str]:
    """Return the answers of files.

    Raises:
        OperatorError: one is too long, or no text.
    """
    found = []
    for file in files:
        content = file.read_bytes()
        if len(content) > ANSWER_BYTES_MAX or not content.isascii():
            raise OperatorError(f"{file} holds no answer of a custodian: look what it is.")
        found.append(content.decode("ascii"))
    return found
