"""Two servers on one store in PostgreSQL: who starts last has it, once all is well; the other one ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe.engines.postgres import PostgresEngine
from chappe.gateways.cli import OperatorError
from chappe.gateways.cli.control import Control, ask, refuse_second
from tests.gateways.test_control import Running
from tests.journeys.server import RealServer

from .database import Database
from .test_refusals import chappe

EXIT_FENCED = 3


class Stores:
    """A store and a key store in PostgreSQL, and the servers on them."""

    def __init__(self, boxes: str, keys: str, directory: Path) -> None:
        self.environment = {"CHAPPE_STORE": boxes, "CHAPPE_KEYS_STORE": keys}
        self.boxes = boxes
        self.directory = directory

    def refused(self, name: str, *arguments: str) -> str:
        """Return why a server on a directory of its own does not start."""
        data = str(self.directory / name)
        ended = chappe("serve", "--data", data, *arguments, environment=self.environment)
        assert ended.returncode == 2, ended.stderr
        return ended.stderr


@pytest.fixture
async def stores(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """Empty ones."""
    made = Stores(await database.create(), await database.create(), tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def server(stores: Stores) -> Iterator[RealServer]:
    """A server that has the store."""
    running = RealServer(stores.directory / "first")
    try:
        running.start()
        yield running
    finally:
        running.kill()


def writes(server: RealServer) -> None:
    """Have a server keep something."""
    assert ask(server.data, "invite", phone="")["phone"]


def test_a_start_that_fails_leaves_the_server_that_runs_alone(
    stores: Stores, server: RealServer
) -> None:
    """Keys that do not fit, an address that is taken, the same directory: each before the store is."""
    assert "does not open" in stores.refused("stranger", "--port", "0")
    writes(server)
    copy = stores.directory / "second"
    copy.mkdir()
    for name in ("root.key", "server.key", "server.pub.pem"):
        (copy / name).write_bytes((server.data / name).read_bytes())
    assert "in use" in stores.refused("second", "--port", str(server.port))
    writes(server)
    assert "in use by another Chappe" in stores.refused("first", "--port", "0")
    writes(server)
    assert server.bugs() == []


async def test_a_server_whose_store_was_taken_ends_with_one_sentence(
    stores: Stores, server: RealServer
) -> None:
    """At its next write; by an exit of its own, so that nobody starts it again."""
    newer = PostgresEngine(stores.boxes)
    await newer.open()
    with pytest.raises(OperatorError):
        writes(server)
    assert server.wait() == EXIT_FENCED
    said = [line for line in server.log().splitlines() if line.startswith("chappe: ")]
    assert len(said) == 1
    assert "was taken over by another Chappe: this one ends." in said[0]
    await newer.close()


async def test_a_server_removes_no_socket_but_its_own(tmp_path: Path) -> None:
    """Of a start that failed, or when another took its place."""
    first, second = Control(Running([]), tmp_path), Control(Running([]), tmp_path)
    await first.start()
    await second.stop()  # it never started
    with pytest.raises(OperatorError, match="in use by another Chappe"):
        refuse_second(tmp_path)
    await second.start()
    await first.stop()
    with pytest.raises(OperatorError, match="in use by another Chappe"):
        refuse_second(tmp_path)
    await second.stop()
    refuse_second(tmp_path)
    assert not (tmp_path / "control.sock").exists()
