"""A real server that custodians open: its public log has a witness, and three people have the tool."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from chappe.gateways.cli.control import ask
from tests.trust.custodians import NAMES, Ran, tool
from tests.trust.witness_process import WitnessProcess

from .server import RealServer

ORIGIN: Final = "chat.example.org/log"
WITNESS: Final = "witness.example/w1"
MAIN: Final = "w1"  # how the policy calls the witness's Ed25519 key
SETTINGS: Final = {"PUBLIC_LOG": ORIGIN, "LOG_WITNESSES": "witnesses.txt"}


@contextmanager
def witnessed_server(data: Path, **settings: str) -> Iterator[tuple[RealServer, WitnessProcess]]:
    """A running server whose log a witness in a process of its own watches; its policy lies in `policy`."""
    data.mkdir(mode=0o700, parents=True)
    witness = WitnessProcess(data.parent / "witness", WITNESS)
    (data / "witnesses.txt").write_text(witness.policy_lines() + f"quorum {MAIN}\n")
    server = RealServer(data, settings={**SETTINGS, **settings})
    try:
        server.start()
        policy = policy_of(server)
        (data / "policy").write_text(policy)
        witness.command("watch", policy.split()[1])
        with witness:
            yield server, witness
    finally:
        server.stop()


def policy_of(server: RealServer) -> str:
    """Return whom a server's log says to believe."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/log/policy.txt") as page:
        return str(page.read().decode())


class Quorum:
    """Three custodians, each with a folder of the tool."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cards: list[str] = []
        for name in NAMES:
            self.cards.append(self._done(tool(folder / name, "init", name)).out.strip())

    @staticmethod
    def _done(ran: Ran) -> Ran:
        if ran.code != 0:
            raise RuntimeError(ran.err)
        return ran

    def answer(
        self, name: str, request: str | bytes, command: str = "answer", *, log: str = ""
    ) -> Ran:
        """Have somebody's tool answer a request, with a yes where it asks for one; it may read a `log`."""
        file = self.folder / f"{name}.request"
        file.write_bytes(request if isinstance(request, bytes) else request.encode())
        return tool(self.folder / name, command, str(file), "--yes", "--log", log, now=None)

    def answers(self, request: str, *names: str) -> list[str]:
        """Return what some of them answer."""
        return [self._done(self.answer(name, request)).out for name in names]

    def raise_server(self, data: Path) -> None:
        """Raise a running server to L2: two of the three open it."""
        ask(data, "custodians-propose", needed=2, cards=self.cards)
        self.accept(data)
        request = ask(data, "custodians-activate", reason="the lab")["request"]
        said: list[dict[str, Any]] = ask(
            data, "custodians-answer", answers=self.answers(request, "Ada", "Hedy")
        )
        if "In force" not in said[-1]["says"]:
            raise RuntimeError(str(said))

    def accept(self, data: Path) -> None:
        """Each checks and keeps the share that the operator hands out."""
        for place, name in enumerate(NAMES, 1):
            file = data / "custody" / f"{place}-{name.lower()}.share"
            given = ("accept", str(file), "--policy", str(data / "policy"))
            self._done(tool(self.folder / name, *given, now=None))
