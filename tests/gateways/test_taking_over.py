"""`chappe serve --take-over`: a new process goes on for the old one, and nobody types a passphrase."""

import asyncio
import json
import os
import socket
from pathlib import Path

import pytest

from chappe import app
from chappe.app.custody.passing import SOCKET, give_once
from chappe.core.configuration import Configuration
from chappe.trust import sealing
from tests.journeys.quorum import ORIGIN
from tests.journeys.server import RealServer
from tests.operating import operate

from .test_cli import chappe, refused
from .test_custody_ceremony import entries_of

PASSPHRASE = "battery staple"
OTHER = "a" * 64


def test_an_upgrade_asks_nobody(tmp_path: Path) -> None:
    """The old process ends by itself, the new one serves the same data, and the log has it before."""
    old = RealServer(tmp_path / "data", settings={"PUBLIC_LOG": ORIGIN})
    data = str(old.data)
    assert "No server runs" in refused("serve", "--take-over", "--data", data)
    old.start()
    sealed = chappe("seal", "--data", data, passphrase=PASSPHRASE)
    assert sealed.returncode == 0, sealed.stderr
    chappe("invite", "--data", data, "--label", "kept")
    kept = chappe("invites", "--data", data, "--json").stdout
    new = RealServer(old.data, settings={"PUBLIC_LOG": ORIGIN})
    new.port, new.more = old.port, ("--take-over",)
    said = len(new.log())
    new.launch()
    try:
        assert old.ended() == 0
        new.wait_for(said)
        assert chappe("invites", "--data", data, "--json").stdout == kept
        kinds = [json.loads(entry)["kind"] for entry in entries_of(new.data)]
        assert kinds.count("server.key-passed") == 1
        assert not (new.data / SOCKET).exists()
    finally:
        new.stop()
        old.stop()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a key is passed."""
    return tmp_path / SOCKET


def listening(place: Path) -> socket.socket:
    """A socket there."""
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(place))
    made.listen(4)
    made.settimeout(0)
    return made


def come(place: Path) -> bytes:
    """Come for the key; return what one gets."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(10)
        link.connect(str(place))
        return link.recv(64)


async def test_another_user_gets_nothing(place: Path) -> None:
    """The key waits for a process of the same user, and is given to one."""
    uids = [os.getuid() + 1, os.getuid()]
    task = asyncio.create_task(give_once(listening(place), place, b"k" * 32, lambda _: uids.pop(0)))
    assert await asyncio.to_thread(come, place) == b""
    assert not task.done()
    assert await asyncio.to_thread(come, place) == b"k" * 32
    link = await task
    assert link is not None
    link.close()
    with pytest.raises(OSError, match="No such file"):
        await asyncio.to_thread(come, place)


async def test_a_key_nobody_comes_for_is_given_to_nobody(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server goes on as it was."""
    monkeypatch.setattr("chappe.app.custody.passing.TAKEN_S_MAX", 0)
    assert await give_once(listening(place), place, b"k" * 32, lambda _: os.getuid()) is None
    with pytest.raises(OSError, match="No such file"):
        await asyncio.to_thread(come, place)


async def test_a_server_that_cannot_end_passes_nothing(tmp_path: Path) -> None:
    """One that runs inside another program; and a build that is none is refused."""
    server = await app.start(Configuration(port=0), tmp_path / "data", None)
    try:
        with pytest.raises(ValueError, match="was not started by `chappe serve`"):
            await operate(server, "pass-key", to=OTHER)
        with pytest.raises(ValueError, match="is not right"):
            await operate(server, "pass-key", to="latest")
        assert not (tmp_path / "data" / SOCKET).exists()
        assert (tmp_path / "data" / sealing.OPEN_FILE).exists()
    finally:
        await server.stop()
