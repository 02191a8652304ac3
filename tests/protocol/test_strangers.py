"""What strangers may cost: handshakes are counted, half-open connections end, slow readers are cut."""

import asyncio
import struct
from collections.abc import Callable
from typing import Any

import pytest

from chappe.gateways.arriving import network_of
from chappe.gateways.mtproto import Gateway, admission, connection, handshakes, replay, sessions
from chappe.mtproto import Kind, service
from chappe.mtproto.client import ClientSession
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport
from chappe.ports import KeyInfo
from chappe.rpc import Rate
from tests.simulation.loop import Clock, Entropy, simulate

from .joined import server_key, tokens
from .test_open_port import Echo, Keys

FLOODED = struct.pack("<i", -429)


class Socket:
    """A transport that remembers what was written, and whether it is open."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        self.address = address
        self.written = b""
        self.open = True
        self.reads = True
        self.unread = 0

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        """See asyncio."""
        return self.address, 1

    def is_closing(self) -> bool:
        """See asyncio."""
        return not self.open

    def get_write_buffer_size(self) -> int:
        """See asyncio."""
        return self.unread

    def pause_reading(self) -> None:
        """See asyncio."""
        self.reads = False

    def resume_reading(self) -> None:
        """See asyncio."""
        self.reads = True

    def write(self, data: bytes) -> None:
        """See asyncio."""
        self.written += data

    def keep(self, data: bytes) -> None:
        """Take what is written as `write` does; it stays unread."""
        self.written += data
        self.unread += len(data)

    def close(self) -> None:
        """See asyncio."""
        self.open = False

    abort = close


class Stranger:
    """Somebody who connects and does part of what a client does."""

    def __init__(self, gateway: Gateway, address: str = "192.0.2.1", seed: int = 1) -> None:
        self.socket = Socket(address)
        self.connection = gateway.connect()
        self.connection.connection_made(self.socket)  # type: ignore[arg-type]  # all that is used
        self.wire = ClientTransport(Kind.ABRIDGED)
        self.machine = ClientHandshake(server_key().n, tokens(seed))
        self._number = 0

    def send(self, payload: bytes) -> None:
        """Send one packet."""
        self.connection.data_received(self.wire.send(payload))

    def answers(self) -> list[bytes]:
        """Return the packets that came since the last look."""
        written, self.socket.written = self.socket.written, b""
        return [packet.payload for packet in self.wire.receive(written)]

    def step(self, body: bytes | None) -> None:
        """Send a step of the handshake."""
        assert body is not None
        self._number += 4
        self.send(wrap(body, self._number))

    async def ask_for_work(self) -> list[bytes]:
        """Come as far as the first step that costs something; return the answers to it."""
        self.step(self.machine.start())
        (puzzle,) = self.answers()
        self.step(self.machine.receive(unwrap(puzzle)))
        for _ in range(2_000):
            if self.socket.written:
                break
            await asyncio.sleep(0)
        return self.answers()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Gateway]:
    """How a gateway is made that does its arithmetic at once."""

    def make() -> Gateway:
        made = Gateway(
            keys=Keys(),
            calls=Echo(),
            server_keys=[server_key()],
            clock=Clock(),
            entropy=Entropy(1),
            on_bug=lambda _where, _error: None,
        )
        loop = asyncio.get_running_loop()

        async def at_once(_pool: Any, work: Callable[[], Any]) -> Any:
            return work()

        monkeypatch.setattr(loop, "run_in_executor", at_once)
        return made

    return make


def test_handshakes_of_one_address_are_counted(opened: Callable[[], Gateway]) -> None:
    """Beyond its budget an address is told to wait; another one is served; later so is the first."""

    async def story() -> None:
        gateway = opened()
        size, refill_s, _ = Rate.HANDSHAKE.value
        for number in range(size):
            gateway.handshakes.may_work("192.0.2.1") or pytest.fail(f"refused at {number}")
        assert await Stranger(gateway).ask_for_work() == [FLOODED]
        assert len((await Stranger(gateway, "192.0.2.2").ask_for_work())[0]) > 500
        await asyncio.sleep(refill_s)
        assert len((await Stranger(gateway).ask_for_work())[0]) > 500

    simulate(story())


def test_handshakes_in_all_are_counted(
    opened: Callable[[], Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes when too many wait is told so at once."""
    monkeypatch.setattr(handshakes, "HANDSHAKES_WORKING_MAX", 3)

    async def story() -> None:
        gateway = opened()
        gateway.handshakes.working = 3
        assert await Stranger(gateway).ask_for_work() == [FLOODED]
        gateway.handshakes.working = 2
        assert len((await Stranger(gateway).ask_for_work())[0]) > 500
        assert gateway.handshakes.working == 2

    simulate(story())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_who_has_many_addresses_is_one(address: str, network: str) -> None:
    """In IPv6 one customer has 2⁶⁴ of them."""
    assert network_of(address) == network


def test_who_trickles_bytes_is_cut(opened: Callable[[], Gateway]) -> None:
    """A byte every few seconds keeps no connection open that has shown no key."""

    async def story() -> None:
        stranger = Stranger(opened())
        data = stranger.wire.send(b"\0" * 400)
        for at in range(3):
            stranger.connection.data_received(data[at : at + 1])
            await asyncio.sleep(admission.HALF_OPEN_S_MAX / 2 - 0.1)
            stranger.connection.sweep(asyncio.get_running_loop().time(), 0)
            assert stranger.socket.open is (at < 2)

    simulate(story())


def test_a_handshake_has_time_and_not_for_ever(opened: Callable[[], Gateway]) -> None:
    """A slow device makes its key; who repeats the first step is cut at last."""

    async def story() -> None:
        stranger = Stranger(opened())
        for number in range(7):
            stranger.step(ClientHandshake(server_key().n, tokens(number)).start())
            await asyncio.sleep(connection.HANDSHAKING_S_MAX / 6 - 0.1)
            stranger.connection.sweep(asyncio.get_running_loop().time(), 0)
            assert stranger.socket.open is (number < 6)

    simulate(story())


class Friend(Stranger):
    """Somebody with a key."""

    def __init__(self, gateway: Gateway, session: ClientSession | None = None) -> None:
        super().__init__(gateway)
        key = tokens(5)(256)
        self.session = session or ClientSession(key, 0, tokens(6))
        known = KeyInfo(self.session.key_id, key, 0, 0)
        gateway.keys.store.kept[self.session.key_id] = known  # type: ignore[attr-defined]
        self.session.salt = gateway.keys.salts.current(self.session.key_id, gateway.clock.now())

    async def say(self, packet: bytes) -> list[Any]:
        """Send a packet; return what comes back."""
        self.send(packet)
        await asyncio.sleep(0.01)
        return [item for p in self.answers() for item in self.session.receive(p)]


def test_a_slow_reader_is_cut_off(opened: Callable[[], Gateway]) -> None:
    """What it does not read is not kept for ever."""

    async def story() -> None:
        gateway = opened()
        friend = Friend(gateway)
        assert await friend.say(friend.session.call(b"call", gateway.clock.now())[1])
        friend.socket.unread = connection.WRITE_BUFFER_BYTES_MAX
        assert await friend.say(friend.session.call(b"call", gateway.clock.now())[1])
        assert friend.socket.open
        friend.socket.unread += 1
        await friend.say(friend.session.call(b"call", gateway.clock.now())[1])
        assert not friend.socket.open

    simulate(story())


def test_one_large_answer_cuts_nobody_off(opened: Callable[[], Gateway]) -> None:
    """What is larger than the bound by itself is sent; only what comes on top of it is not."""

    async def story() -> None:
        gateway = opened()
        friend = Friend(gateway)
        assert await friend.say(friend.session.call(b"call", gateway.clock.now())[1])
        large = bytes(connection.WRITE_BUFFER_BYTES_MAX + 4)
        friend.socket.write = friend.socket.keep  # type: ignore[method-assign]  # read by nobody
        friend.connection._write(large)
        assert friend.socket.open
        assert friend.socket.written == large
        friend.connection._write(b"more")
        assert not friend.socket.open
        assert friend.socket.written == large

    simulate(story())


def test_a_frame_recorded_in_another_run_is_void(opened: Callable[[], Gateway]) -> None:
    """Salts are made anew at every start."""

    async def story() -> None:
        friend = Friend(opened())
        packet = friend.session.call(b"call", Clock().now())[1]
        served = [item for item in await friend.say(packet) if hasattr(item, "msg_id")]
        assert [item.body for item in served] == [b"call"]
        later = opened()
        later.keys.salts = later.sessions._salts = type(later.keys.salts)(b"another run" * 3)
        thief = Friend(later, friend.session)
        assert [i for i in await thief.say(packet) if hasattr(i, "msg_id")] == []

    simulate(story())


def test_a_frame_of_a_session_that_ended_is_void(opened: Callable[[], Gateway]) -> None:
    """Its client destroyed it; who recorded it cannot open it again with what it once said."""

    async def story() -> None:
        gateway = opened()
        friend = Friend(gateway)
        packet = friend.session.call(b"pay!", gateway.clock.now())[1]
        assert [i.body for i in await friend.say(packet) if hasattr(i, "msg_id")] == [b"pay!"]
        assert gateway.sessions.destroy(friend.session.key_id, friend.session.session_id)
        thief = Friend(gateway, friend.session)
        assert [i for i in await thief.say(packet) if hasattr(i, "msg_id")] == []
        fresh = friend.session.call(b"more", gateway.clock.now())[1]
        assert [i.body for i in await thief.say(fresh) if hasattr(i, "msg_id")] == [b"more"]

    simulate(story())


class Slow(Echo):
    """Answers when told to."""

    def __init__(self) -> None:
        self.waiting: dict[int, Callable[[], None]] = {}

    def call(self, _client: Any, msg_id: int, body: bytes, answer: Any) -> None:
        """See `Calls`."""
        self.waiting[msg_id] = lambda: answer(body)

    def is_running(self, _client: Any, msg_id: int) -> bool:
        """See `Calls`."""
        return msg_id in self.waiting


def test_an_answer_is_dropped_on_the_wire(opened: Callable[[], Gateway]) -> None:
    """Who does not want it any more is told that the call still ran, and hears nothing of what it found."""

    async def story() -> None:
        gateway = opened()
        gateway.sessions.calls = slow = Slow()
        friend = Friend(gateway)
        msg_id, packet = friend.session.call(b"much", gateway.clock.now())
        await friend.say(packet)
        dropping = struct.pack("<Iq", service.RPC_DROP_ANSWER, msg_id)
        asked, packet = friend.session.call(dropping, gateway.clock.now())
        running = struct.pack("<I", service.RPC_ANSWER_DROPPED_RUNNING)
        heard = [i for i in await friend.say(packet) if hasattr(i, "msg_id")]
        assert [(i.msg_id, i.body) for i in heard] == [(asked, running)]
        slow.waiting.pop(msg_id)()
        await asyncio.sleep(0.01)
        heard = [i for p in friend.answers() for i in friend.session.receive(p)]
        assert [(i.msg_id, i.body) for i in heard] == [(msg_id, running)]

    simulate(story())


class Finishing(Slow):
    """Answers what waits when it is asked to settle."""

    async def settle(self, _seconds: float) -> None:
        """See `Calls`."""
        for done in list(self.waiting.values()):
            done()


def test_who_asked_before_a_stop_is_answered(opened: Callable[[], Gateway]) -> None:
    """What comes after it is not read any more, and the connection ends."""

    async def story() -> None:
        gateway = opened()
        gateway.sessions.calls = slow = Finishing()
        friend = Friend(gateway)
        msg_id, packet = friend.session.call(b"last", gateway.clock.now())
        await friend.say(packet)
        stop = asyncio.create_task(gateway.stop())
        await asyncio.sleep(0)
        _, late = friend.session.call(b"late", gateway.clock.now())
        friend.send(late)
        await stop
        heard = [i for p in friend.answers() for i in friend.session.receive(p)]
        assert [(i.msg_id, i.body) for i in heard if hasattr(i, "msg_id")] == [(msg_id, b"last")]
        assert len(slow.waiting) == 1
        assert not friend.socket.open

    simulate(story())


def test_a_recorded_frame_takes_nobodys_session_over(opened: Callable[[], Gateway]) -> None:
    """It is told that it is void, where it came from; news go on to whoever spoke last by themselves."""

    async def story() -> None:
        gateway = opened()
        friend = Friend(gateway)
        now = gateway.clock.now()
        old = friend.session.call(b"late", now - 36_000)[1]
        spoken = friend.session.call(b"call", now)[1]
        await friend.say(spoken)
        (session,) = friend.connection.sessions
        for frame, told in ((old, True), (spoken, False)):
            thief = Stranger(gateway, "192.0.2.9")
            thief.send(frame)
            await asyncio.sleep(0.01)
            assert bool(thief.answers()) is told
            assert session.connection is friend.connection
            assert not thief.connection.sessions
        session.machine.push(b"news")
        gateway.sessions.touch(session)
        await asyncio.sleep(0.01)
        assert friend.answers()
        moved = Friend(gateway, friend.session)
        await moved.say(friend.session.call(b"here", now)[1])
        assert session.connection is moved.connection

    simulate(story())


def test_one_key_has_so_many_sessions_and_ends_its_own(opened: Callable[[], Gateway]) -> None:
    """Whoever opens more loses the oldest of theirs; nobody else notices."""

    async def story() -> None:
        gateway = opened()
        victim = Friend(gateway)
        now = gateway.clock.now()
        await victim.say(victim.session.call(b"call", now)[1])
        (kept,) = victim.connection.sessions
        greedy = tokens(50)(256)
        opened_by_greedy = []
        for number in range(3 * sessions.SESSIONS_A_KEY_MAX):
            friend = Friend(gateway, ClientSession(greedy, 0, tokens(100 + number)))
            gateway.keys.store.kept[friend.session.key_id] = KeyInfo(  # type: ignore[attr-defined]
                friend.session.key_id, greedy, 0, 0
            )
            await friend.say(friend.session.call(b"call", now)[1])
            opened_by_greedy.append(friend)
        own = gateway.sessions._of_key[greedy_id := opened_by_greedy[0].session.key_id]
        assert len(own) == sessions.SESSIONS_A_KEY_MAX
        assert opened_by_greedy[-1].session.session_id in own
        assert kept.connection is victim.connection
        gateway.drop_key(greedy_id)
        assert greedy_id not in gateway.sessions._of_key

    simulate(story())


def test_what_ended_is_remembered_for_each_key_by_itself() -> None:
    """However many sessions one key ends, what others said stays void."""
    floors = replay.Floors()
    floors.keep((1, 1), 77, 400.0)
    for number in range(3 * replay.FLOORS_A_KEY_MAX):
        floors.keep((2, number), number, 500.0)
    assert floors.take((2, 0)) == 0
    assert floors.take((2, 3 * replay.FLOORS_A_KEY_MAX - 1)) == 3 * replay.FLOORS_A_KEY_MAX - 1
    floors.sweep(399.0)
    assert floors.take((1, 1)) == 77
    assert floors.take((1, 1)) == 0
    floors.sweep(501.0)
    assert floors.take((2, 3 * replay.FLOORS_A_KEY_MAX - 2)) == 0


def test_what_ended_is_bounded_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few keys with many sessions take no more memory than many with few; the longest ended go first."""
    monkeypatch.setattr(replay, "FLOORS_MAX", 1000)
    floors = replay.Floors()
    for number in range(20_000):
        floors.keep((number % 7 + number // 4000 * 7, number), number + 1, 400.0 + number)
        assert floors.count == sum(map(len, floors._of.values())) <= 1000
    assert floors.take((19_999 % 7 + 4 * 7, 19_999)) == 20_000
    assert floors.take((0, 0)) == 0
    floors.sweep(1e9)
    assert (floors.count, len(floors._of)) == (0, 0)


def test_who_does_not_read_is_let_go_all_the_same(opened: Callable[[], Gateway]) -> None:
    """Closing waits until everything is read; who overstayed and reads nothing is cut."""

    async def story() -> None:
        gateway = opened()
        ended: list[str] = []

        class Noting(Socket):
            def close(self) -> None:
                ended.append("close")
                self.open = False

            def abort(self) -> None:
                ended.append("abort")
                self.open = False

        for unread in (0, 100):
            stranger = Stranger(gateway)
            stranger.socket = Noting()
            stranger.socket.unread = unread
            stranger.connection.connection_made(stranger.socket)  # type: ignore[arg-type]
            late = asyncio.get_running_loop().time() + admission.HALF_OPEN_S_MAX + 1
            stranger.connection.sweep(late, 0)
        assert ended == ["close", "abort"]

    simulate(story())
