"""A server for all journeys, people with devices, and for each person a twin that sleeps meanwhile."""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from .people import ENVIRONMENTS, LIBRARIES, Device
from .server import RealServer, free_net

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """One real server for every journey."""
    running = RealServer(tmp_path_factory.mktemp("journeys") / "data", net=free_net())
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


@pytest.fixture(scope="session")
def tdlib(server: RealServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """TDLib's shared object, a copy of it re-pointed at the server."""
    found = list((ENVIRONMENTS / "tdlib").rglob("libtdjson*.so*"))
    if not found:
        return ""
    copy = tmp_path_factory.mktemp("tdlib") / "libtdjson.so"
    subprocess.run(
        [sys.executable, "-m", "chappe.repoint", "tdlib", server.pem, found[0], copy, server.net],
        check=True,
    )
    return str(copy)


class Town:
    """People and their devices, for one journey."""

    def __init__(self, server: RealServer, directory: Path, tdlib: str) -> None:
        self.server = server
        self.directory = directory
        self.tdlib = tdlib
        self.devices: list[Device] = []
        self.twins: list[tuple[Device, Device]] = []

    def phone(self) -> str:
        """Return a number nobody has."""
        return f"+3360{next(numbers):07d}"

    async def device(self, library: str, name: str) -> Device:
        """Open a device, not yet signed in."""
        session = self.directory / f"{name}-{len(self.devices)}"
        device = Device(LIBRARIES[library], self.server, session, self.tdlib)
        self.devices.append(await device.open())
        return device

    async def person(self, library: str, first: str, *, twin: bool = False) -> Device:
        """Sign somebody up; with `twin`, another device of theirs that sleeps until the end."""
        device = await self.device(library, first)
        await device.sign_up(self.phone(), first)
        if twin:
            sleeper = await self.device("telethon", f"{first}-twin")
            await sleeper.sign_up(device.phone, first)
            await sleeper.do("dialogs")
            await sleeper.do("disconnect")
            sleeper.events.clear()
            self.twins.append((device, sleeper))
        return device

    async def wake_twins(self) -> None:
        """Let every twin catch up; it must know what the one that listened knows."""
        for device, twin in self.twins:
            await twin.do("start")
            known = {d["id"]: await twin.do("history", to=d["id"], limit=100)
                     for d in await twin.do("dialogs")}  # fmt: skip
            for dialog in await device.do("dialogs"):
                theirs = await device.do("history", to=dialog["id"], limit=100)
                mine = known.get(dialog["id"], [])
                assert facts(mine) == facts(theirs, device.library.id_shift)
            # what it was told on waking is what is there now, each once
            told = [e["id"] for e in twin.events if e["event"] == "message"]
            assert len(told) == len(set(told))
            there = {m["id"] for history in known.values() for m in history}
            gone = {i for e in twin.events if e["event"] == "deleted" for i in e["ids"]}
            assert set(told) <= there | gone

    async def close(self) -> None:
        """End every device; none may have complained."""
        for device in self.devices:
            await device.close()
        complaints = {d.library.name: d.complaints for d in self.devices if d.complaints}
        assert complaints == {}


def facts(history: list[dict[str, Any]], shift: int = 0) -> list[tuple[Any, ...]]:
    """Return what two devices must agree on, message by message."""
    return [
        (m["id"] >> shift, m["text"], m["out"], (m["reply_to"] or 0) >> shift)
        for m in history
        if m["text"] or m["reply_to"]
    ]


@pytest.fixture
async def town(server: RealServer, tdlib: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A fresh town; its twins wake at the end of the test."""
    made = Town(server, tmp_path, tdlib)
    try:
        yield made
        await made.wake_twins()
    finally:
        await asyncio.wait_for(made.close(), 60)
