"""A port open to strangers: garbage ends its own connection, and nobody else notices."""

import asyncio
import random
import struct
from collections.abc import Callable
from typing import Any

from chappe.core.system import SystemClock, SystemEntropy
from chappe.gateways.mtproto import Gateway
from chappe.mtproto import Kind, NewAuthKey
from chappe.mtproto.client import ClientSession, Result
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import ClientTransport
from chappe.ports import KeyInfo

from .joined import server_key

STRANGERS = 200


class Keys:
    """Keys in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, KeyInfo] = {}

    async def find(self, key_id: int) -> KeyInfo | None:
        """See `AuthKeyStore`."""
        return self.kept.get(key_id)

    async def keep(self, new: NewAuthKey) -> bool:
        """See `AuthKeyStore`."""
        self.kept[new.key_id] = KeyInfo(new.key_id, new.key, 0, 0)
        return True

    async def destroy(self, key_id: int) -> None:
        """See `AuthKeyStore`."""
        self.kept.pop(key_id, None)


class Echo:
    """Answers every call with its own bytes."""

    def open(self, *_: Any) -> Any:
        """See `Calls`."""
        return object()

    def call(self, _client: Any, _msg_id: int, body: bytes, answer: Any) -> None:
        """See `Calls`."""
        answer(body)

    def user_of(self, _client: Any) -> int | None:
        """See `Calls`."""
        return 1

    def moved(self, _client: Any, _address: str) -> None:
        """See `Calls`."""

    def is_running(self, _client: Any, _msg_id: int) -> bool:
        """See `Calls`."""
        return False

    def rest(self, _client: Any, *, resting: bool) -> None:
        """See `Calls`."""

    async def settle(self, _seconds: float) -> None:
        """See `Calls`."""

    def close(self, _client: Any) -> None:
        """See `Calls`."""


class Pushing(Echo):
    """As well keeps by what each session is told something."""

    def __init__(self) -> None:
        self.tell: dict[int, Callable[[bytes], None]] = {}

    def open(self, *given: Any) -> Any:
        """See `Calls`."""
        _, session_id, _, self.tell[session_id] = given
        return object()


class Friend:
    """A well-behaved client on a real socket."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = random.Random(4).randbytes
        self.heard: list[bytes] = []  # what was pushed

    async def _packet(self) -> bytes:
        while not self.packets:
            data = await asyncio.wait_for(self.reader.read(65_536), 10)
            assert data, "the connection was closed"
            self.packets += [packet.payload for packet in self.transport.receive(data)]
        return self.packets.pop(0)

    async def reach(self) -> None:
        """Open a connection."""
        self.transport = ClientTransport(Kind.INTERMEDIATE)
        self.packets: list[bytes] = []
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def connect(self) -> None:
        """Connect and make a key."""
        await self.reach()
        handshake = ClientHandshake(server_key().n, self.token)
        request: bytes | None = handshake.start()
        number = 0
        while request is not None:
            number += 4
            self.writer.write(self.transport.send(wrap(request, number)))
            request = handshake.receive(unwrap(await self._packet()))
        assert handshake.key is not None
        self.session = ClientSession(handshake.key, handshake.salt, self.token)

    async def say(self, body: bytes) -> bytes:
        """Call and return the answer."""
        _, packet = self.session.call(body, SystemClock.now())
        self.writer.write(self.transport.send(packet))
        answer = None
        while answer is None:
            for found in self.session.receive(await self._packet()):
                if isinstance(found, Result):
                    answer = found.body
                else:
                    self.heard.append(found.body)
        acks = self.session.acknowledge(SystemClock.now())
        self.writer.write(self.transport.send(acks) if acks else b"")
        return answer


def rude(chance: random.Random) -> bytes:
    """Return what a stranger sends."""
    kind = chance.choice(list(Kind))
    client = ClientTransport(kind, chance.randbytes(64) if chance.random() < 0.4 else b"")
    packet = chance.randbytes(4 * chance.randint(1, 300))
    if chance.random() < 0.3:
        packet = b"\0" * 8 + packet
    stream = client.send(packet) if chance.random() < 0.7 else chance.randbytes(2_000)
    return b"GET /apiws HTTP/1.1\r\n" + stream if chance.random() < 0.1 else stream


async def test_garbage_harms_nobody_else() -> None:
    """Two hundred rude strangers, and a friend who is served before, meanwhile and after."""
    bugs: list[tuple[str, BaseException]] = []
    gateway = Gateway(
        keys=Keys(),
        calls=Echo(),
        server_keys=[server_key()],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda where, error: bugs.append((where, error)),
    )
    port = await gateway.listen("127.0.0.1", 0)
    friend = Friend(port)
    await friend.connect()
    assert await friend.say(b"one more") == b"one more"
    chance = random.Random(20)

    async def stranger() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(rude(chance))
            await writer.drain()
            await asyncio.wait_for(reader.read(100), 0.3)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            writer.close()

    for _ in range(STRANGERS // 20):
        await asyncio.gather(*(stranger() for _ in range(20)))
        assert await friend.say(b"still on") == b"still on"
    assert bugs == []
    friend.writer.close()
    await gateway.stop()


async def test_an_unknown_key_is_told() -> None:
    """-404, so that the client makes another key, and the connection ends."""
    gateway = Gateway(
        keys=Keys(),
        calls=Echo(),
        server_keys=[server_key()],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _where, _error: None,
    )
    port = await gateway.listen("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ClientTransport(Kind.ABRIDGED).send(b"\7" * 88))
    assert await reader.read(100) == b"\x01" + (-404).to_bytes(4, "little", signed=True)
    assert await reader.read(100) == b""
    writer.close()
    await gateway.stop()


async def test_who_was_cut_off_a_while_is_told_to_ask_what_they_missed() -> None:
    """What was sent and did not arrive comes again; what was to be told meanwhile they ask for, once."""
    calls = Pushing()
    gateway = Gateway(
        keys=Keys(),
        calls=calls,
        server_keys=[server_key()],
        clock=SystemClock(),
        entropy=SystemEntropy(),
        on_bug=lambda _where, _error: None,
    )
    friend = Friend(await gateway.listen("127.0.0.1", 0))
    await friend.connect()
    await friend.say(b"here")
    (tell,) = calls.tell.values()
    too_long = struct.pack("<I", 0xE317AF7E)
    for news in ([b"news", b"more"], []):
        friend.writer.close()
        while gateway.open_connections:  # noqa: ASYNC110  the other end takes its time
            await asyncio.sleep(0.01)
        for body in news:
            tell(body)
        await friend.reach()
        friend.heard.clear()
        for body in (b"back", b"still on"):
            assert await friend.say(body) == body
        assert friend.heard.count(too_long) == bool(news)
        assert not set(news) & set(friend.heard)
    tell(b"the latest news!")
    assert await friend.say(b"what was that?!!") == b"what was that?!!"
    assert friend.heard[-1] == b"the latest news!"
    friend.writer.close()
    await gateway.stop()
