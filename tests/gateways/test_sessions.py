"""Sessions and keys of the gateway by themselves: no socket, no connection, no handshake."""

import asyncio
import struct
from typing import Any

import pytest

from chappe.gateways.mtproto import keys, sessions
from chappe.gateways.mtproto.keys import KeyCache
from chappe.gateways.mtproto.sessions import TOO_LONG, Session, Sessions
from chappe.mtproto import NewAuthKey, Outgoing, Salts, service
from chappe.ports import KeyInfo
from tests.protocol.test_open_port import Echo, Keys
from tests.simulation.loop import Clock, simulate

KEY = KeyInfo(1, bytes(256), 0, 0)
TEMPORARY_S = 100  # seconds a temporary key lives here


class Paper:
    """An `Output` that remembers what it was to send."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        self.address = address
        self.sessions: set[Session] = set()
        self.sent: list[bytes] = []

    def send_messages(self, _session: Session, messages: list[Outgoing]) -> None:
        """See `Output`."""
        self.sent += [message.body for message in messages]


class Listening(Echo):
    """Keeps the means to push to the newest session, and where its client is."""

    def moved(self, _client: Any, address: str) -> None:
        """See `Calls`."""
        self.address = address

    def open(self, *given: Any) -> Any:
        """See `Calls`."""
        self.push = given[-1]
        return object()


def test_a_session_answers_where_its_client_spoke_last() -> None:
    """All that became ready in a tick leaves together, on the newest connection."""

    async def story() -> None:
        made = Sessions(calls := Listening(), Salts(bytes(32)), Clock())
        old, new = Paper(), Paper("192.0.2.2")
        session = made.open(KEY, 7, "192.0.2.1")
        made.attach(session, old)
        made.attach(session, new)
        assert calls.address == "192.0.2.2"  # and is counted there
        made.answer(session, 4, b"rslt")
        assert new.sent == []
        await asyncio.sleep(0)
        assert (old.sent, len(new.sent)) == ([], 1)
        assert new.sent[0][:4] == struct.pack("<I", service.RPC_RESULT)
        assert (old.sessions, new.sessions) == (set(), {session})

    simulate(story())


def test_what_is_pushed_to_a_resting_session_is_asked_for_when_it_is_back() -> None:
    """The pushes are not kept: one notice says that there were some."""

    async def story() -> None:
        calls = Listening()
        made = Sessions(calls, Salts(bytes(32)), Clock())
        session = made.open(KEY, 7, "192.0.2.1")
        for _ in range(3):
            calls.push(b"news")
        paper = Paper()
        made.attach(session, paper)
        await asyncio.sleep(0)
        assert paper.sent == [TOO_LONG]

    simulate(story())


def test_a_session_is_destroyed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many, one without a connection ends before one that has one."""

    async def story() -> None:
        monkeypatch.setattr(sessions, "SESSIONS_MAX", 2)
        made = Sessions(Listening(), Salts(bytes(32)), Clock())
        paper = Paper()
        made.attach(made.open(KEY, 1, ""), paper)
        made.open(KEY, 2, "")
        made.open(KEY, 3, "")
        assert made.of_key(KEY.key_id) == (1, 3)
        assert made.destroy(KEY.key_id, 3)
        assert not made.destroy(KEY.key_id, 3)
        made.end_key(KEY.key_id)
        assert (made.of_key(KEY.key_id), paper.sessions) == ((), set())

    simulate(story())


def test_an_expired_key_leaves_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key comes from the store once; the cache holds so many."""

    async def story() -> None:
        monkeypatch.setattr(keys, "KEYS_CACHED_MAX", 2)
        clock, store = Clock(), Keys()
        cache = KeyCache(store, Salts(bytes(32)), clock)
        expires = int(clock.now()) + TEMPORARY_S
        store.kept[9] = KeyInfo(9, bytes(256), expires, 0)
        assert cache.cached(9) is None
        assert await cache.find(9) is cache.cached(9) is not None
        for number in (1, 2):
            store.kept[number] = KeyInfo(number, bytes(256), expires, 0)
            await cache.find(number)
        assert [cache.cached(number) is not None for number in (9, 1, 2)] == [False, True, True]
        await asyncio.sleep(TEMPORARY_S + 1)
        assert cache.cached(2) is None
        cache.forget(2)
        assert await cache.keep(NewAuthKey(bytes(256), 5, 77, None, b"", b""))
        assert cache.salts.is_valid(5, 77, clock.now())

    simulate(story())
