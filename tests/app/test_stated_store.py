"""A whole store that was put back: the next start finds it by the public log, or by the log's witnesses."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chappe import app
from chappe.app import public_log, stated_store
from chappe.app.installation.application import Installation
from chappe.core.configuration import Configuration, ConfigurationError
from chappe.core.system import SystemEntropy
from chappe.ports import WriteSet
from chappe.trust import freshness, sealing
from chappe.trust.ledger.cosigning import HttpAnswer
from chappe.trust.ledger.witness import CONFLICT
from tests.trust.public_log import KNOWN, WITNESSES

NAME = "chat.example/log"
STORES = ("chappe.db", "keys.db", "keys.epochs")


class Home:
    """A data directory with a server that keeps a public log, one start after the other."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.more: dict[str, Any] = {}

    @asynccontextmanager
    async def started(self) -> AsyncIterator[app.Server]:
        """A server that was started, and does not listen."""
        config = Configuration(port=0, public_log=NAME, codes_console=False, **self.more)
        server = await app.start(config, self.data, None)
        try:
            yield server
        finally:
            await server.stop()

    async def lived(self) -> list[str]:
        """Start and stop; return the kinds of the entries of the log."""
        async with self.started() as server:
            log = server.public_log._log
            return [KNOWN.read(log.entry(i)).kind for i in range(log.head.size)]

    def copied(self, to: Path, *names: str) -> None:
        """Copy files of the directory away, all if none are named."""
        if not names:
            shutil.copytree(self.data, to)
        for name in names:
            to.mkdir(exist_ok=True)
            shutil.copy(self.data / name, to)

    def put_back(self, older: Path) -> None:
        """Put what was copied away in the place of what is there."""
        for one in older.iterdir():
            if one.is_dir():
                shutil.rmtree(self.data / one.name)
                shutil.copytree(one, self.data / one.name)
            else:
                shutil.copy(one, self.data)


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A server that was started once."""
    (tmp_path / "data").mkdir()
    sealing.create_root(tmp_path / "data", SystemEntropy())
    made = Home(tmp_path / "data")
    assert (await made.lived())[-1] == stated_store.KIND
    return made


async def test_a_store_that_is_put_back_is_refused_until_that_is_accepted(
    home: Home, tmp_path: Path
) -> None:
    """Whoever has all files but the log; then the log says so, once, before it goes on."""
    home.copied(tmp_path / "older", *STORES)
    await home.lived()
    home.put_back(tmp_path / "older")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="serve --accept-older"):
            await home.lived()
    Installation(app.start, ()).accept_older(home.data)
    kinds = await home.lived()
    assert kinds.count("server.restored") == 1
    again = await home.lived()
    assert again.count("server.restored") == 1
    assert again[: len(kinds)] == kinds


def test_what_is_older_knows_less_or_something_else() -> None:
    """As many statements, and others, are another way it went; more are nothing yet said in public."""
    kept = freshness.StoreSum(stated=5, digest=b"d" * 32)
    for number, digest, older in (
        (4, b"", False),
        (5, b"d" * 32, False),
        (5, b"e" * 32, True),
        (6, b"", True),
    ):
        said = stated_store.Statement(number, digest)
        assert stated_store.is_older(kept, said) == older
    assert not stated_store.is_older(freshness.StoreSum(), stated_store.NOTHING_SAID)


async def test_a_store_whose_sums_were_taken_out_is_refused(home: Home) -> None:
    """It looks like one from before there were any, and the log knows better. So do its entries alone."""
    async with home.started() as server:
        engine: Any = server.context.store.engine
        fresh = sealing.fresh_cells(engine)
        fresh.seal = None  # from here on nothing is counted
        server.public_log.stop()
        await sealing.stored_in(engine).commit([WriteSet({freshness.STORE: None})])
    (home.data / "log/chat.example_log" / stated_store.NOTE).unlink()
    with pytest.raises(ConfigurationError, match="The store is older"):
        await home.lived()


async def test_all_that_is_put_back_with_the_log_is_found_by_a_witness(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has seen more of the log. One that does not answer keeps nobody from starting."""
    home.copied(tmp_path / "older")
    size = len(await home.lived())
    home.put_back(tmp_path / "older")
    line = f"witness w {WITNESSES[0][0].verifier.text} http://127.0.0.1:9/\nquorum w\n"
    (home.data / "witnesses.txt").write_text(line)
    home.more = {"log_witnesses": "witnesses.txt"}
    answers: list[Callable[[], HttpAnswer]] = [lambda: HttpAnswer(CONFLICT, b"%d\n" % size)]
    monkeypatch.setattr(public_log, "post_by_http", lambda _url, _body: answers[0]())
    with pytest.raises(ConfigurationError, match=f"has cosigned {size} entries of this log"):
        await home.lived()

    def silent() -> HttpAnswer:
        raise OSError("nobody is there")

    answers[0] = silent
    async with home.started() as server:
        assert "does not answer" in server.public_log.facts()["witnesses_missing"]


async def test_it_is_said_each_minute_and_entered_now_and_then(home: Home) -> None:
    """Whether or not anything was written; nothing but a number and a hash."""
    async with home.started() as server:
        log, store = server.public_log, server.public_log.store
        note = log._folder / stated_store.NOTE
        before, first = note.read_bytes(), await store.note()
        await log._state()
        assert note.read_bytes() == before
        size = log._log.head.size
        server.context.clock = Later(server.context.clock, stated_store.STATED_EVERY_S)
        await log._state()
        assert (await store.note()).stated == first.stated + 1
        assert note.read_bytes() != before
        assert log._log.head.size == size
        server.context.clock = Later(server.context.clock, stated_store.ENTERED_EVERY_S)
        await log._state()
        entry = KNOWN.read(log._log.entry(size))
    assert (entry.kind, entry.fields["number"]) == (stated_store.KIND, first.stated + 2)
    assert entry.fields.keys() == {"day", "number", "state"}


class Later:
    """A clock that is ahead of another."""

    def __init__(self, clock: Any, by: float) -> None:
        self._clock, self._by = clock, by

    def now(self) -> float:
        """See `Clock`."""
        return float(self._clock.now()) + self._by

    def __getattr__(self, name: str) -> Any:
        """Whatever else it has."""
        return getattr(self._clock, name)
