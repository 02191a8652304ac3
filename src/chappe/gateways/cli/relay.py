"""`chappe relay`: passes bytes on to one server, without any data of it."""

import asyncio
import contextlib
import signal
from typing import Annotated, Final

import typer
import uvloop

from chappe.core.configuration import ConfigurationError, host_and_port
from chappe.core.system import SystemClock
from chappe.gateways.relaying import ByteRelay

from .ports import OperatorError, Show, refusal
from .serve import harden

LISTENING_MAX: Final = 16  # addresses a relay listens on


def relay_commands(app: typer.Typer) -> None:
    """Add the command that runs a relay."""

    @app.command()
    def relay(
        to: Annotated[
            str, typer.Option(help="HOST:PORT of the one server.", envvar="CHAPPE_RELAY_TO")
        ],
        listen: Annotated[
            list[str],
            typer.Option(help="HOST:PORT to listen on; repeated.", envvar="CHAPPE_RELAY_LISTEN"),
        ],
        announce: Annotated[  # noqa: FBT002  a flag
            bool,
            typer.Option(
                help="Tell the server whom each connection is from, by the PROXY protocol.",
                envvar="CHAPPE_RELAY_ANNOUNCE",
            ),
        ] = False,
    ) -> None:
        """Pass bytes on to one server, for people who cannot reach it themselves."""
        uvloop.run(run(to, listen, typer.echo, announce=announce))


async def run(to: str, listen: list[str], show: Show, *, announce: bool) -> None:
    """Run a relay until SIGINT or SIGTERM.

    Raises:
        OperatorError: an address is none, or cannot be listened on.
    """
    harden()
    if not 0 < len(listen) <= LISTENING_MAX:
        raise OperatorError(f"Name an address to listen on, {LISTENING_MAX} at most.")
    try:
        host, port = host_and_port(to)
        places = [host_and_port(one) for one in listen]
    except ConfigurationError as error:
        raise OperatorError(str(error)) from None
    running = ByteRelay(SystemClock(), host, port, announce=announce)
    try:
        addresses = []
        for own, own_port in places:
            try:
                found = await running.listen(own, own_port)
            except OSError as error:
                raise OperatorError(refusal(own, own_port, error) or str(error)) from None
            addresses.append(f"[{own}]:{found}" if ":" in own else f"{own}:{found}")
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        show("The relay is running.")
        show(f"  listens on     {', '.join(addresses)}")
        show(f"  passes on to   {to}")
        show("It sees who is connected and how much they send, and nothing of what.")
        await stopped.wait()
    finally:
        await running.stop()
