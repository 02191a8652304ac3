"""The stage: a sealed server with a public log and a witness, an unsealed one as control, people on both."""

import asyncio
import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chappe.gateways.cli.control import ask
from tests.contracts.post_office import PostOffice, post_office
from tests.journeys.server import RealServer, free_port

from .people import Person, new_phone
from .planting import World, plant
from .waiting import until

PASSPHRASE: Final = "correct horse battery staple"
SEALED: Final = "sealed"  # the folder of the sealed server
LOG_NAME: Final = "attacked.example/log"
WITNESS: Final = "witness.example/1"
STEPS: Final = 6  # entries of the public log: more than one, so that they can be moved


@dataclass
class Stage:
    """What attacks are played on."""

    folder: Path
    sealed: World
    unsealed: World
    emmy: Person  # of the sealed server: whom the operator may suspend and erase
    emmy_id: int
    lise: Person  # who shall get another's key
    marie: Person  # who shall come into a group
    witness: Path  # its folder
    policy: str  # of the log, as a stranger has it
    office: PostOffice  # where codes go that go by mail

    @property
    def server(self) -> RealServer:
        """The sealed server."""
        return self.sealed.server

    @property
    def log(self) -> Path:
        """The folder of its public log."""
        return self.server.data / "log" / LOG_NAME.replace("/", "_")

    def command(self, name: str, **given: Any) -> Any:
        """Give an operator command to the sealed server."""
        return ask(self.server.data, name, **given)


def _chappe(*words: str, typed: str = "") -> str:
    """Run the command line, as an operator does."""
    asked = [sys.executable, "-m", "chappe", *words]
    done = subprocess.run(asked, input=typed, text=True, capture_output=True, check=True)
    return done.stdout


def _prepared(folder: Path, office: PostOffice, more: str = "") -> Path:
    folder.mkdir(mode=0o700)
    settings = f'{more}\n[codes_smtp]\nhost = "127.0.0.1"\nport = {office.port}\n'
    (folder / "chappe.toml").write_text(settings)
    return folder


def _sealed_server(folder: Path, office: PostOffice, port: int) -> RealServer:
    """Return a server of level L1, not yet started, whose log has a witness on a port."""
    more = f'public_log = "{LOG_NAME}"\nlog_witnesses = "witnesses.txt"'
    data = _prepared(folder / SEALED, office, more)
    _chappe("init", "--seal", "--data", str(data), "--passphrase-fd", "0", typed=PASSPHRASE)
    made = _chappe("witness", "init", WITNESS, "--folder", str(folder / "witness"))
    key = made.splitlines()[0].split()[-1]
    line = f"witness w1 {key} http://127.0.0.1:{port}/\nquorum w1\n"
    (data / "witnesses.txt").write_text(line)
    return RealServer(data, passphrase=PASSPHRASE)


async def _policy_of(server: RealServer) -> str:
    """Return the policy of a server's log."""

    def read() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/log/policy.txt") as page:
            return str(page.read().decode())

    return await asyncio.to_thread(read)


@contextmanager
def _witness(folder: Path, policy: str, port: int) -> Iterator[None]:
    """Run a witness that watches the log of a policy."""
    _chappe("witness", "watch", policy.split()[1], "--folder", str(folder))
    words = ("witness", "serve", "--folder", str(folder), "--port", str(port))
    running = subprocess.Popen(
        [sys.executable, "-m", "chappe", *words], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        running.stdout.readline()  # it says when it listens
        yield
    finally:
        running.terminate()
        running.communicate(timeout=10)


async def _fill_log(stage: Stage) -> None:
    """Let the operator do things that are in the public log, and wait until the witness saw them."""
    for days in range(1, STEPS + 1):
        stage.command("suspend", user=stage.emmy_id, reason="spam", days=days)
    stage.command("suspend-end", user=stage.emmy_id)

    def seen() -> bool:
        return int(stage.command("status")["log_served"]) > STEPS

    await until(seen, "the public log was not served")


@asynccontextmanager
async def set_stage(folder: Path) -> AsyncIterator[Stage]:
    """Set it, and clear it away."""
    async with AsyncExitStack() as ending:
        office = await ending.enter_async_context(post_office())
        (folder / "tmp").mkdir()
        os.environ["TMPDIR"] = str(folder / "tmp")  # of the servers: what they leave there is read
        port = free_port()
        sealed = await asyncio.to_thread(_sealed_server, folder, office, port)
        control = RealServer(
            _prepared(folder / "unsealed", office),
            module="tests.attack.unsealed",
            settings={"CODE_ALONE": "false"},  # what codes do is no matter of sealing
        )
        for server in (sealed, control):
            ending.callback(server.stop)
        await asyncio.gather(*(asyncio.to_thread(one.start) for one in (sealed, control)))
        policy = await _policy_of(sealed)
        ending.enter_context(_witness(folder / "witness", policy, port))
        worlds = [await plant(sealed, office), await plant(control, office)]
        for world in worlds:
            ending.push_async_callback(world.leave)
        emmy, lise, marie = [
            await Person(sealed, new_phone()).sign_up(name) for name in ("Emmy", "Lise", "Marie")
        ]
        for one in (emmy, lise, marie):
            ending.push_async_callback(one.leave)
        stage = Stage(
            folder=folder,
            sealed=worlds[0],
            unsealed=worlds[1],
            emmy=emmy,
            emmy_id=(await emmy.client.get_me()).id,
            lise=lise,
            marie=marie,
            witness=folder / "witness",
            policy=policy,
            office=office,
        )
        await _fill_log(stage)
        yield stage
