"""A server for all journeys, people with devices, and for each person a twin that sleeps meanwhile."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from pprint import pformat
from typing import Any

import pytest

from .people import ENVIRONMENTS, LIBRARIES, Device
from .server import RealServer
from .twins import HISTORY_MAX, Twin

numbers = itertools.count(1)
TDLIBS = {"tdlib": "tdlib", "tdlib-newest": "tdlib_newest"}  # library → its environment


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """One real server for every journey."""
    running = RealServer(tmp_path_factory.mktemp("journeys") / "data")
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


@pytest.fixture(scope="session")
def tdlib(server: RealServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The shared objects of TDLib, by library: copies that are re-pointed at the server."""
    copies = {}
    for library, environment in TDLIBS.items():
        if found := list((ENVIRONMENTS / environment).rglob("libtdjson*.so*")):
            copy = tmp_path_factory.mktemp(environment) / "libtdjson.so"
            copies[library] = str(server.repoint("tdlib", found[0], copy))
    return copies


class Town:
    """People and their devices, for one journey."""

    def __init__(self, server: RealServer, directory: Path, tdlib: dict[str, str]) -> None:
        self.server = server
        self.directory = directory
        self.tdlib = tdlib
        self.devices: list[Device] = []
        self.twins: list[tuple[Device, Twin]] = []

    def phone(self) -> str:
        """Return a number nobody has."""
        return f"+3360{next(numbers):07d}"

    async def device(self, library: str, name: str) -> Device:
        """Open a device, not yet signed in."""
        session = self.directory / f"{name}-{len(self.devices)}"
        device = Device(LIBRARIES[library], self.server, session, self.tdlib.get(library, ""))
        self.devices.append(await device.open())
        return device

    async def person(self, library: str, first: str) -> Device:
        """Sign somebody up; another device of theirs sleeps until the end, or until `nap`."""
        device = await self.device(library, first)
        await device.sign_up(self.phone(), first)
        twin = Twin(self.server, device.phone)
        await twin.nap()
        self.twins.append((device, twin))
        return device

    async def wake_twins(self) -> None:
        """Let every twin catch up: it must know what is there, and what the one that listened knows."""
        wrong = {}
        for device, twin in self.twins:
            if unlike := await twin.catch_up():
                wrong[f"{device.library.name}'s twin"] = unlike
            elif device.is_here and (unlike := await disagreement(device, twin)):
                wrong[device.library.name] = unlike
        assert not wrong, "\n" + pformat(wrong, width=160)

    async def nap(self) -> None:
        """Let every twin catch up, and sleep again: from now on it knows the chats there are."""
        await self.wake_twins()
        for _, twin in self.twins:
            await twin.nap()

    async def close(self) -> None:
        """End every device; none may have complained."""
        for device in self.devices:
            await device.close()
        complaints = {d.library.name: d.complaints for d in self.devices if d.complaints}
        assert complaints == {}


async def disagreement(device: Device, twin: Twin) -> dict[int, Any]:
    """Return in what conversations a device has other messages or counts than its twin."""
    shift = device.library.id_shift
    wrong: dict[int, Any] = {}
    listed = {d["id"]: d["unread"] for d in await device.do("dialogs")}
    for peer, dialog in twin.fresh.dialogs.items():
        in_topic = {n for n, m in twin.fresh.history(peer) if only_in_topic(m)}
        saved = peer == device.user  # what goes nowhere is called outgoing by some libraries
        theirs = {
            (m["id"] >> shift, m["text"], saved or m["out"], (m["reply_to"] or 0) >> shift)
            for m in (await device.do("history", to=peer, limit=HISTORY_MAX))
            if m["text"]
        }
        theirs = {(n, t, out, 0 if n in in_topic else reply) for n, t, out, reply in theirs}
        mine = {
            (n, m.message, saved or bool(m.out), 0 if n in in_topic else answered(m))
            for n, m in twin.fresh.history(peer)
            if getattr(m, "message", "")
        }
        if theirs != mine:
            wrong[peer] = theirs ^ mine
        elif peer in twin.fresh.closed and peer not in listed:
            continue  # TDLib lists in its stead what it became
        elif listed.get(peer) != dialog.unread:
            wrong[peer] = {"unread": (listed.get(peer), dialog.unread)}
    return wrong


def answered(message: Any) -> int:
    """Return which message another answers."""
    return getattr(message.reply_to, "reply_to_msg_id", None) or 0


def only_in_topic(message: Any) -> bool:
    """Whether a message names another only to say in which topic it is: to TDLib it answers nothing."""
    header = message.reply_to
    return bool(getattr(header, "forum_topic", False)) and not header.reply_to_top_id


@pytest.fixture
async def town(server: RealServer, tdlib: dict[str, str], tmp_path: Path) -> AsyncIterator[Town]:
    """A fresh town; its twins wake at the end of the test."""
    made = Town(server, tmp_path, tdlib)
    try:
        yield made
        await made.wake_twins()
    finally:
        await asyncio.wait_for(made.close(), 60)


@pytest.fixture
async def acting(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose operator acts by hand."""
    server = RealServer(tmp_path / "data", module="tests.journeys.acting")
    server.start()
    (found,) = list((ENVIRONMENTS / "tdlib").rglob("libtdjson*.so*"))[:1]
    copy = server.repoint("tdlib", found, tmp_path / "libtdjson.so")
    town = Town(server, tmp_path, {"tdlib": str(copy)})
    try:
        yield town
        await town.wake_twins()
    finally:
        await asyncio.wait_for(town.close(), 60)
        server.stop()
        assert server.bugs() == []
