"""The first person's link, as a started server tells it: to a terminal, and to nobody else."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.client import Client, Place, Refused, read_modulus

from chappe.tl import api

LAST = "A running server"
WAIT_S = 60.0


class Started:
    """A server in a process of its own, and what it said until it was running."""

    def __init__(self, data: Path, *, terminal: bool, **environment: str) -> None:
        ours, theirs = os.openpty() if terminal else os.pipe()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CHAPPE_")}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "chappe", "serve", "--data", str(data), "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=subprocess.STDOUT,
            env={**kept, **environment},
        )
        os.close(theirs)
        self.data = data
        self._said = os.fdopen(ours, encoding="utf-8", newline=None)
        late = threading.Timer(WAIT_S, self._child.kill)
        late.start()
        lines: list[str] = []
        with contextlib.suppress(OSError):  # a terminal whose program has ended
            for line in self._said:
                lines.append(line)
                if line.startswith(LAST):
                    break
        late.cancel()
        self.greeting = "".join(lines)
        assert LAST in self.greeting, self.greeting

    @property
    def token(self) -> str:
        """The token of the first person's link; nothing if none was told."""
        found = re.search(r"http://localhost:\d+/#join=([a-z2-7]{32})\s", self.greeting)
        return found[1] if found else ""

    async def client(self) -> Client:
        """Return a connection on which nobody is logged in."""
        port = re.search(r"listens on +127\.0\.0\.1:(\d+)", self.greeting)
        assert port
        return await Client.connect(Place("127.0.0.1", int(port[1]), read_modulus(self.data)), None)

    async def join(self, client: Client, token: str) -> None:
        """Join by a link."""
        asked = {"phone_number": f"join:{token}", "api_id": 1, "api_hash": "x"}
        sent = await client.call(api.AuthSendCode(**asked, settings=api.CodeSettings()))
        await client.call(
            api.AuthSignUp(
                phone_number=f"join:{token}",
                phone_code_hash=sent.phone_code_hash,
                first_name="Ada",
                last_name="",
            )
        )

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(WAIT_S)
        finally:
            self._child.kill()
            self._said.close()


@contextlib.contextmanager
def started(data: Path, *, terminal: bool = True, **environment: str) -> Iterator[Started]:
    """Start a server, and stop it."""
    server = Started(data, terminal=terminal, **environment)
    try:
        yield server
    finally:
        server.stop()


async def test_the_first_person_joins_by_the_link_on_the_terminal(tmp_path: Path) -> None:
    """Once; and at the next start, with somebody there, no link is told, and that one is none any more."""
    with started(tmp_path / "data") as server:
        token = server.token
        assert token
        await server.join(await server.client(), token)
        with pytest.raises(Refused, match="JOIN_LINK_USED"):
            await server.join(await server.client(), token)
    with started(tmp_path / "data") as server:
        assert "#join" not in server.greeting
        assert re.search(r"open +http://localhost:\d+/\s", server.greeting)
        with pytest.raises(Refused, match="JOIN_LINK_INVALID"):
            await server.join(await server.client(), token)


async def test_a_start_makes_the_link_of_the_one_before_void(tmp_path: Path) -> None:
    """Also where nobody has come meanwhile: it was kept in memory only."""
    with started(tmp_path / "data") as server:
        before = server.token
    with started(tmp_path / "data") as server:
        assert server.token not in ("", before)
        with pytest.raises(Refused, match="JOIN_LINK_INVALID"):
            await server.join(await server.client(), before)
        for file in (p for p in (tmp_path / "data").rglob("*") if p.is_file()):
            assert server.token.encode() not in file.read_bytes()


def test_no_link_goes_into_a_log(tmp_path: Path) -> None:
    """What is no terminal is read by others, and later."""
    with started(tmp_path / "data", terminal=False) as server:
        assert "#join" not in server.greeting
        assert re.search(r"open +http://localhost:\d+/\s", server.greeting)


def test_no_link_is_told_where_nobody_may_join(tmp_path: Path) -> None:
    """The operator closed it before the first start."""
    with started(tmp_path / "data", CHAPPE_SIGN_UP="closed") as server:
        assert "#join" not in server.greeting


def test_the_link_begins_as_the_operator_says(tmp_path: Path) -> None:
    """On a server elsewhere it is opened elsewhere."""
    with started(tmp_path / "data", CHAPPE_PUBLIC_URL="https://chat.example.org") as server:
        assert re.search(r"open +https://chat\.example\.org/#join=[a-z2-7]{32}\s", server.greeting)
