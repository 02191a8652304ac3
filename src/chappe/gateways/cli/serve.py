"""`chappe serve`: start, say where and how, run until told to stop."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from chappe.core.configuration import Configuration, load
from chappe.telemetry import configure

from .control import Control
from .ports import Application, Show

COLLECT_AFTER: Final = (20_000, 20, 50)  # containers made, and rounds, between collections


def settings(data: Path, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a data directory and set up logging by it."""
    config = load(data, environment, flags)
    configure(config.log_level, config.log_format)
    return config


def greeting(config: Configuration, data: Path, addresses: list[str], level: str) -> list[str]:
    """Return the dozen lines that tell a newcomer where everything is."""
    codes = "here, on this console" if config.codes_console else "nowhere visible"
    if config.codes_smtp is not None:
        codes = "by e-mail"
    elif config.codes_webhook:
        codes = "through your webhook"
    seal = {
        "L0": "L0, for development: the root key lies beside the data (`chappe init --seal`: L1)",
        "L1": "L1: the root key opens with your passphrase only",
    }[level]
    return [
        "Chappe is running.",
        f"  listens on     {', '.join(addresses)}",
        f"  data           {data}",
        f"  sealed         {seal}",
        f"  public key     {data / 'server.pub.pem'}",
        f"  login codes    {codes}; also `chappe codes --data {data}`",
        f"  sign-up        {config.sign_up}",
        f"  connect        chappe connect telethon --data {data}",
        "                 (or kurigram, mtcute, gramjs, tdlib, desktop)",
        f"  next           chappe status --data {data}; the manual is in docs/operating.md",
        "  stop           Ctrl-C; what was answered is on disk already",
        "A running server can read cloud chats, and so can root here; only secret chats are end-to-end.",
    ]


async def serve(
    application: Application, config: Configuration, data: Path, passphrase: str | None, show: Show
) -> None:
    """Run a server until SIGINT or SIGTERM."""
    running = await application.start(config, data, passphrase)
    control = Control(running, data)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
    try:
        addresses = await running.listen()
        await control.start()
        level = "L1" if application.is_sealed(data) else "L0"
        gc.collect()
        gc.freeze()  # what a start leaves stays for good: the collector need not look at it again
        gc.set_threshold(*COLLECT_AFTER)
        for line in greeting(running.config, data, addresses, level):
            show(line)
        await stopped.wait()
    finally:
        await control.stop()
        await running.stop()
