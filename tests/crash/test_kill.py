"""Kill -9 at random moments under load, start again, and hold the server to what it said."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.database import Database
from tests.journeys.server import RealServer

from .crowd import Crowd

KILLS, KILLS_LONG = 20, 300
LOAD_S_MAX = 0.6  # seconds of load before a kill
START_S_MAX = 1.2  # seconds a start is given before it is killed, where it is


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the boxes are kept."""
    if request.param == "sqlite":
        yield ""
        return
    database = Database()
    try:
        database.start()
        monkeypatch.setenv("CHAPPE_STORE", database.address())
        yield database.address()
    finally:
        database.remove()


@pytest.fixture
def server(tmp_path: Path, store: str) -> Iterator[RealServer]:
    """A server on a new directory."""
    made = RealServer(tmp_path / "data")
    made.start()
    yield made
    made.stop()


def check(data: Path) -> int:
    """Open everything a stopped server keeps; return how that ended."""
    command = [sys.executable, "-m", "chappe", "check", "--data", str(data)]
    return subprocess.run(command, check=False).returncode


def start_and_kill(server: RealServer, seconds: float) -> None:
    """Start a server, and kill it before or after it listens."""
    log = server.data.parent / "killed.log"
    command = [sys.executable, "-m", "chappe", "serve", "--data", str(server.data), "--port", "0"]
    with log.open("a") as out:
        child = subprocess.Popen(command, stdout=out, stderr=out)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    child.kill()
    child.wait()


async def test_what_was_acknowledged_outlives_every_kill(server: RealServer, *, long: bool) -> None:
    """Once on every side, without a hole in any count; what was not acknowledged at most once."""
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")  # noqa: T201  shown when it fails
    crowd = Crowd(server, seed)
    await crowd.sign_up()
    kills = KILLS_LONG if long else KILLS
    for _ in range(kills):
        talking = asyncio.create_task(crowd.talk())
        await asyncio.wait([talking], timeout=crowd.chance.random() * LOAD_S_MAX)
        if talking.done():
            await talking  # it failed, and says how
            pytest.fail("they fell silent before the end")
        server.kill()
        await talking
        if crowd.chance.random() < 0.2:
            seconds = crowd.chance.random() * START_S_MAX
            await asyncio.to_thread(start_and_kill, server, seconds)
        await asyncio.to_thread(server.start)
        await crowd.come_back()
        await crowd.catch_up()
    await crowd.settle()
    crowd.check()
    await crowd.check_files()
    files = sum(crowd.carries_file(number) for number in crowd.acknowledged)
    photos = sum(crowd.carries_photo(number) for number in crowd.acknowledged)
    acknowledged = (
        f"{len(crowd.acknowledged)} acknowledged, {files} with files, {photos} with photos"
    )
    said = f"{len(crowd.asked)} messages, {acknowledged}"
    print(f"{kills} kills: {said}")  # noqa: T201  shown by -rP
    assert len(crowd.acknowledged) > 100
    assert server.bugs() == []
    server.stop()
    assert await asyncio.to_thread(check, server.data) == 0
