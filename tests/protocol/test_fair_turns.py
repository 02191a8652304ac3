"""Nobody waits for what somebody else sends: turns are short, and what comes without a call is counted."""

import asyncio
import itertools
import struct
from collections.abc import Callable
from typing import Any

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, Request
from wsproto.events import Ping as WebPing

from chappe.gateways.mtproto import Gateway, connection
from chappe.mtproto import ProtocolError, work
from chappe.mtproto import service as s
from chappe.mtproto.client import ClientSession, Result
from chappe.mtproto.envelope import open_envelope
from chappe.mtproto.handshake import unwrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.sending import FLUSH_BYTES_MAX
from chappe.mtproto.session import IDS_A_PACKET_MAX
from chappe.mtproto.wire import pack_bytes, pack_ids
from chappe.ports import KeyInfo
from chappe.rpc import Rate
from tests.simulation.loop import simulate

from .joined import NOW, Pair, server_key, tokens, unfold
from .test_open_port import Echo
from .test_strangers import Stranger, opened

__all__ = ["opened"]  # a fixture

BUDGET, REFILL_S, _ = Rate.WIRE.value
PING = struct.pack("<Iq", s.PING, 7)
MANY = 6_000  # pings: more than anybody's budget


class Somebodies(Echo):
    """Every session is somebody else's."""

    def __init__(self) -> None:
        self._users = itertools.count(1)

    def open(self, *_: Any) -> Any:
        """See `Calls`."""
        return next(self._users)

    def user_of(self, client: Any) -> int | None:
        """See `Calls`."""
        return int(client)


class Known(Stranger):
    """Somebody with a key of their own."""

    def __init__(self, gateway: Gateway, seed: int) -> None:
        super().__init__(gateway)
        key = tokens(seed)(256)
        self.gateway = gateway
        self.session = ClientSession(key, 0, tokens(seed + 1))
        kept: Any = gateway.keys.store
        kept.kept[self.session.key_id] = KeyInfo(self.session.key_id, key, 0, 0)
        self.session.salt = gateway.keys.salts.current(self.session.key_id, gateway.clock.now())
        self.numbers: list[int] = []
        self.results = 0

    def packet(self, body: bytes) -> bytes:
        """Return the bytes that send one message."""
        return self.wire.send(self.session.call(body, self.gateway.clock.now())[1])

    async def begin(self) -> "Known":
        """Open the session."""
        await self.ask()
        self.numbers.clear()
        return self

    async def ask(self) -> None:
        """Make a call, and let the loop go round until it is answered."""
        before = self.results
        self.connection.data_received(self.packet(b"call"))
        while self.results == before:
            await asyncio.sleep(0)
            self.listen()

    def flood(self, body: bytes, times: int) -> None:
        """Send one message many times, all of it at once."""
        self.connection.data_received(b"".join(self.packet(body) for _ in range(times)))

    def listen(self) -> int:
        """Take what came; return how many pongs did so far."""
        for packet in self.answers():
            for item in self.session.receive(packet):
                if isinstance(item, Result):
                    self.results += 1
                else:
                    self.numbers.append(item.number)
        return self.numbers.count(s.PONG)


def container(session: ClientSession, bodies: list[bytes], now: float) -> bytes:
    """Return a container of messages that need no answer of a call."""
    parts = [struct.pack("<qii", session.next_id(now), 0, len(b)) + b for b in bodies]
    return struct.pack("<Ii", s.CONTAINER, len(parts)) + b"".join(parts)


def test_others_have_their_turn_while_one_floods(opened: Callable[[], Gateway]) -> None:
    """Who asks afterwards is answered before: a turn does so much, and the rest waits behind the others."""

    async def story() -> None:
        gateway = opened()
        gateway.sessions.calls = Somebodies()
        ada, eve = await Known(gateway, 11).begin(), await Known(gateway, 21).begin()
        eve.flood(PING, MANY)
        await ada.ask()
        done = eve.listen()
        assert 0 < done <= connection.TURN_UNITS_MAX
        assert not eve.socket.reads
        while eve.listen() < MANY:  # noqa: ASYNC110  time passes for nobody else
            await asyncio.sleep(REFILL_S * BUDGET / 10)
        assert eve.socket.reads
        assert eve.socket.open

    simulate(story())


def test_who_used_up_their_budget_waits_and_nobody_else(opened: Callable[[], Gateway]) -> None:
    """It is one budget for all their connections; it fills again as time passes."""

    async def story() -> None:
        gateway = opened()
        gateway.sessions.calls = Somebodies()
        ada, eve = await Known(gateway, 11).begin(), await Known(gateway, 21).begin()
        again = Known(gateway, 21)
        again.session = eve.session
        eve.flood(PING, MANY)
        for _ in range(MANY):
            await asyncio.sleep(0)
        paid = eve.listen()
        assert BUDGET // 10 < paid <= BUDGET // (work.PACKET + work.MESSAGE) + 1
        for answered in (1, 0):  # by the first packet they show who they are
            again.connection.data_received(again.packet(PING))
            for _ in range(100):
                await asyncio.sleep(0)
            assert len(again.answers()) == answered
        await ada.ask()
        await asyncio.sleep(REFILL_S * BUDGET)
        assert eve.listen() > paid
        assert eve.socket.open

    simulate(story())


@pytest.mark.parametrize(
    "body",
    [
        PING,
        struct.pack("<Iqi", s.PING_DELAY, 7, 75),
        struct.pack("<I", s.MSGS_ACK) + pack_ids([1] * 32),
        struct.pack("<I", s.MSGS_STATE_REQ) + pack_ids([1] * 32),
        struct.pack("<I", s.MSG_RESEND_REQ) + pack_ids([1] * 32),
        struct.pack("<I", s.MSG_RESEND_ANS_REQ) + pack_ids([1] * 32),
        struct.pack("<Ii", s.GET_FUTURE_SALTS, 64),
        struct.pack("<Iq", s.RPC_DROP_ANSWER, 4),
        struct.pack("<Iq", s.DESTROY_SESSION, 4),
        struct.pack("<Iqq", s.PONG, 1, 1),
        b"call",
        struct.pack("<I", s.GZIP_PACKED) + pack_bytes(b"broken"),
    ],
    ids=lambda body: f"{struct.unpack_from('<I', body)[0]:08x}",
)
def test_nothing_that_can_be_sent_is_free(
    opened: Callable[[], Gateway], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is, so much of it is read at once, and then others have their turn."""

    async def story() -> None:
        gateway = opened()
        gateway.sessions.calls = Somebodies()
        eve = await Known(gateway, 21).begin()
        taken: list[int] = []

        def take(*given: Any) -> Any:
            taken.append(1)
            return open_envelope(*given)

        monkeypatch.setattr(connection, "open_envelope", take)
        eve.flood(body, MANY)
        assert 0 < len(taken) <= connection.TURN_UNITS_MAX // work.PACKET + 1
        for _ in range(MANY):
            await asyncio.sleep(0)
        assert len(taken) <= BUDGET // work.PACKET + 1
        assert not eve.socket.open or not eve.socket.reads

    simulate(story())


def test_what_is_refused_is_not_free_either(opened: Callable[[], Gateway]) -> None:
    """A wrong salt is told, in a packet of its own each time."""

    async def story() -> None:
        gateway = opened()
        gateway.sessions.calls = Somebodies()
        eve = await Known(gateway, 21).begin()
        eve.session.salt += 1
        packets = b"".join(eve.packet(PING) for _ in range(MANY))
        eve.connection.data_received(packets)
        for _ in range(MANY):
            await asyncio.sleep(0)
        assert len(eve.answers()) <= BUDGET // (work.PACKET + work.REFUSED) + 1

    simulate(story())


def test_a_stranger_pays_for_the_first_steps_of_handshakes(opened: Callable[[], Gateway]) -> None:
    """Puzzles are made for so many; who comes from another address is answered meanwhile."""

    async def story() -> None:
        gateway = opened()
        eve, ada = Stranger(gateway, "192.0.2.1"), Stranger(gateway, "192.0.2.2")
        asked = [ClientHandshake(server_key().n, tokens(n)).start() for n in range(2_000)]
        for body in asked:
            eve.step(body)
        ada.step(ada.machine.start())
        assert len(ada.answers()) == 1
        for _ in range(len(asked)):
            await asyncio.sleep(0)
        answered = len(eve.answers())
        assert 100 < answered <= BUDGET // (work.PACKET + work.PUZZLE)
        later = Stranger(gateway, "192.0.2.1")
        later.step(later.machine.start())
        assert later.answers() == []
        await asyncio.sleep(REFILL_S * BUDGET)
        assert later.answers()
        assert len(eve.answers()) > 0

    simulate(story())


def test_connections_are_paid_for(opened: Callable[[], Gateway]) -> None:
    """Who opens many is read from later on all of them."""

    async def story() -> None:
        gateway = opened()
        for _ in range(BUDGET // work.CONNECTION + 1):
            Stranger(gateway).connection.data_received(b"\xef")
        late = Stranger(gateway)
        late.step(late.machine.start())
        assert late.answers() == []
        other = Stranger(gateway, "192.0.2.2")
        other.step(other.machine.start())
        assert other.answers()
        await asyncio.sleep(connection.PAUSE_S * 2)
        assert late.answers()

    simulate(story())


def test_frames_around_packets_are_paid_for(opened: Callable[[], Gateway]) -> None:
    """Pings of a WebSocket are answered in turns, and within the budget."""

    async def story() -> None:
        gateway = opened()
        eve = Stranger(gateway)
        web = WSConnection(ConnectionType.CLIENT)
        eve.connection.data_received(web.send(Request(host="here", target="/apiws")))

        def pongs() -> int:
            written, eve.socket.written = eve.socket.written, b""
            web.receive_data(written)
            return sum(not isinstance(e, AcceptConnection) for e in web.events())

        assert pongs() == 0
        many = 20_000
        eve.connection.data_received(b"".join(web.send(WebPing()) for _ in range(many)))
        first = pongs()
        assert 0 < first <= connection.TURN_UNITS_MAX // work.WEB_FRAME + 1
        for _ in range(many):
            await asyncio.sleep(0)
        assert first + pongs() <= BUDGET // work.WEB_FRAME + 1
        assert not eve.socket.reads
        empty = b"".join(web.send(BytesMessage(data=b"")) for _ in range(many))
        eve.connection.data_received(empty)
        assert pongs() == 0

    simulate(story())


def test_one_packet_names_so_many_ids() -> None:
    """Whether in one message or in many: beyond it the connection ends."""
    ids = pack_ids([4] * (IDS_A_PACKET_MAX // 4))
    asks = [
        struct.pack("<I", number) + ids
        for number in (s.MSGS_STATE_REQ, s.MSGS_ACK, s.MSG_RESEND_REQ, s.MSG_RESEND_ANS_REQ)
    ]
    pair = Pair()
    pair.message(container(pair.client, asks, NOW), seq_no=0)
    assert pair.server.work >= IDS_A_PACKET_MAX // work.IDS_A_UNIT
    with pytest.raises(ProtocolError, match="too many ids"):
        pair.message(container(pair.client, [*asks, asks[0]], NOW), seq_no=0)


def test_what_is_asked_for_again_is_sent_once() -> None:
    """However often it is asked for before it leaves; it is paid for by its length."""
    pair = Pair()
    call_id, packet = pair.client.call(b"call", NOW)
    pair.take(packet)
    pair.server.answer(call_id, bytes(range(256)) * 40)
    (sent,) = [
        i
        for o in pair.out()
        for i, _, b in unfold(o.msg_id, o.seq_no, o.body)
        if b[:4] == struct.pack("<I", s.RPC_RESULT)
    ]
    asks = [struct.pack("<I", s.MSG_RESEND_REQ) + pack_ids([sent])] * 100
    asks += [struct.pack("<I", s.MSG_RESEND_ANS_REQ) + pack_ids([call_id])] * 100
    pair.server.work = 0
    pair.message(container(pair.client, asks, NOW), seq_no=0)
    again = [b for b in pair.bodies() if b[:4] == struct.pack("<I", s.RPC_RESULT)]
    assert len(again) == 1
    assert pair.server.work > len(again[0]) // work.SENT_BYTES_A_UNIT


def test_so_much_leaves_in_one_tick() -> None:
    """The rest leaves in the next ones, in its order."""
    pair = Pair()
    pair.take(pair.client.call(b"call", NOW)[1])
    piece = struct.pack("<I", 0x096A18D5) + bytes(FLUSH_BYTES_MAX // 4)
    for number in range(12):
        pair.server.answer(number * 4, piece)
    ticks = []
    while pair.server.has_output:
        sent = pair.server.flush(NOW)
        bodies = [b for o in sent for _, _, b in unfold(o.msg_id, o.seq_no, o.body)]
        assert sum(map(len, bodies)) <= 2 * FLUSH_BYTES_MAX
        ticks.append([struct.unpack_from("<q", b, 4)[0] for b in bodies if len(b) > len(piece)])
    assert len(ticks) > 2
    assert [n for tick in ticks for n in tick] == [n * 4 for n in range(12)]


def test_a_handshake_goes_on_after_its_pause(opened: Callable[[], Gateway]) -> None:
    """Who was paused is not lost: the step they sent is answered when their turn comes."""

    async def story() -> None:
        gateway = opened()
        gateway.admission.budget(None, "192.0.2.1").pay(2 * BUDGET, gateway.clock.monotonic())
        late = Stranger(gateway)
        late.step(late.machine.start())
        await asyncio.sleep(REFILL_S * BUDGET / 2)
        assert late.answers() == []
        await asyncio.sleep(REFILL_S * BUDGET)
        (puzzle,) = late.answers()
        assert late.machine.receive(unwrap(puzzle))

    simulate(story())
