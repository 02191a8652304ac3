"""`chappe serve`: start, say where and how, run until told to stop."""

import asyncio
import contextlib
import gc
import os
import resource
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from chappe.core.configuration import LOOPBACK, Configuration, ConfigurationError, load
from chappe.core.levels import code_is_enough
from chappe.ports import Fenced
from chappe.telemetry import configure
from chappe.trust.sealing import RootSecret

from .control import Control, refuse_second
from .memory import give_back, reuse
from .ports import Application, Running, Show
from .taking_over import key_of_running
from .unsealing import opened_by_custodians


class Asking(NamedTuple):
    """Who is asked for the root key at a start, and how: custodians (L2), or the server that runs."""

    reason: str = ""
    seen: tuple[int, ...] = ()  # sizes of the public log that they say they have seen
    take_over: bool = False  # the server that runs is asked for its key, and nobody else


ASKING: Final = Asking()
COLLECT_AFTER: Final = (20_000, 20, 50)  # containers made, and rounds, between collections


def settings(data: Path, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a data directory and set up logging by it."""
    config = load(data, environment, flags)
    configure(config.log_level, config.log_format)
    return config


def program(started_as: str, found: str | None, here: Path) -> str:
    """Return how a newcomer starts this program again: by its name where a shell finds it, else by its path.

    `started_as` is its path, `found` the path behind its name, `here` the folder the shell is in.
    """
    path = Path(started_as)
    if path.stem != "chappe" or (found is not None and Path(found).resolve() == path.resolve()):
        return "chappe"
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def greeting(
    config: Configuration,
    data: Path,
    addresses: list[str],
    level: str,
    name: str = "chappe",
    *,
    new: bool = False,
    first_link: str = "",
    kept_for: str = "",
) -> list[str]:
    """Return the dozen lines that tell a newcomer where everything is.

    `data` is the whole path of the data directory, `new` whether it was made just now, and `name` starts
    this program. By the `first_link` the first person joins, if nobody is here yet. `kept_for` says how long
    messages are kept where that is not for ever.
    """
    is_enough = code_is_enough(config.code_alone, level)
    codes = "here, on this console" if config.codes_console else "not shown here"
    if config.codes_console and not is_enough:
        codes += ", of who has no account yet"
    if config.codes_smtp is not None and config.codes_smtp.recipient:
        codes = "by e-mail"
    elif config.codes_webhook:
        codes = "through your webhook"
    if config.codes_smtp is not None and not config.codes_smtp.recipient:
        codes += "; by e-mail for who gives an address"
    if is_enough:
        codes += f"; also `{name} codes --data {data}`"
    listens = ", ".join(addresses)
    if config.host not in LOOPBACK and config.public_host in LOOPBACK:
        listens += f"; but clients are told {config.public_host}: set public_host"
    if config.tls_port and config.public_port == config.tls_port != config.port:
        listens += (
            f"; but apps are told {config.public_port}, where TLS is spoken: leave out public_port"
        )
    notes = []
    if first_link:
        notes.append("(the first person joins there: one person, within a quarter of an hour)")
    if config.host not in LOOPBACK and not config.public_url:
        notes.append("(on this machine only: for browsers elsewhere set public_url)")
    seal = {
        "L0": f"L0, for development: the root key lies beside the data (`{name} init --seal`: L1)",
        "L1": "L1: the root key opens with your passphrase only",
        "L2": "L2: the root key is with its custodians, and here in memory only",
    }[level]
    return [
        "Chappe is running.",
        *([f"  NEW            made a NEW server in {data}, with a key of its own"] if new else []),
        f"  open           {first_link or config.web_address + '/'}",
        *(f"                 {line}" for line in notes),
        f"  listens on     {listens}",
        f"  data           {data}",
        f"  sealed         {seal}",
        f"  public key     {data / 'server.pub.pem'}",
        f"  login codes    {codes}",
        f"  sign-up        {config.sign_up}",
        *([f"  messages       {kept_for}"] if kept_for else []),
        f"  connect        {name} connect telethon --data {data}",
        f"                 (`{name} connect` lists the other libraries and apps)",
        f"  next           {name} status --data {data}; `{name} manual operating` is the manual",
        "  stop           Ctrl-C; what was answered is on disk already",
        "A running server can read cloud chats, and so can root here; only secret chats are end-to-end.",
    ]


def harden() -> None:
    """Keep what this process writes, and what is in its memory, from everybody else."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # keys are in memory


async def serve(
    application: Application,
    config: Configuration,
    data: Path,
    secret: RootSecret,
    show: Show,
    asking: Asking = ASKING,
) -> None:
    """Run a server until SIGINT or SIGTERM; at SIGHUP it reads again what may change meanwhile.

    At L2 it is sealed until custodians have answered, who are asked as `asking` says.

    Raises:
        Fenced: another server has taken over its store.
    """
    harden()
    if asking.take_over:
        build = await asyncio.to_thread(application.build)
        secret = await asyncio.to_thread(key_of_running, data, build)
    refuse_second(data)
    new = not application.is_created(data)
    if config.codes_console is None:  # a service's log is read by more people than its terminal
        config = msgspec.structs.replace(config, codes_console=sys.stdout.isatty())
    if application.level(data) == "L2" and not asking.take_over:
        waiting = application.sealed_start(config, data, asking.reason, asking.seen)
        secret = await opened_by_custodians(waiting, config, data, show)
        if secret is None:
            return
    async with contextlib.AsyncExitStack() as parts:
        running = await application.start(config, data, secret)
        parts.push_async_callback(running.stop)
        control = Control(running, data)
        parts.push_async_callback(control.stop)
        parts.callback(asyncio.create_task(give_back()).cancel)
        stopped = stopping(running, data, show)
        addresses = await running.listen()
        await control.start()
        level = application.level(data)
        gc.collect()
        gc.freeze()  # what a start leaves stays for good: the collector need not look at it again
        gc.set_threshold(*COLLECT_AFTER)
        reuse()
        name = program(sys.argv[0], shutil.which("chappe"), Path.cwd())
        whole = Path.cwd() / data
        # whoever reads a log would come before the first person does
        link = await running.first_link() if sys.stdout.isatty() else ""
        for line in greeting(
            running.config,
            whole,
            addresses,
            level,
            name,
            new=new,
            first_link=link,
            kept_for=running.kept_for(),
        ):
            show(line)
        parts.callback(asyncio.create_task(load_rest(running)).cancel)
        await stopped


async def load_rest(running: Running) -> None:
    """Load what was put off until the port is open."""
    await running.load_rest()
    gc.freeze()  # as above


def stopping(running: Running, data: Path, show: Show) -> asyncio.Future[None]:
    """Return a future that is done when the server must stop, as `serve` says; set up the signals."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    def fenced(sentence: str) -> None:
        if not stopped.done():
            stopped.set_exception(Fenced(sentence))

    def renew() -> None:
        try:
            running.renew(load(data, os.environ, {}))
        except ConfigurationError as error:
            show(f"SIGHUP: {error} What was in use before stays so.")
        else:
            show("SIGHUP: further addresses were read again, and the certificate, if there is one.")

    running.when_fenced(fenced)
    running.when_passed(stop)
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop)
    if (
        running.config.tls_port or not sys.stdout.isatty()
    ):  # else a terminal is closed: that ends it
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(signal.SIGHUP, renew)
    return stopped
