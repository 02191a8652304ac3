"""One connection: bytes in, packets through the protocol's machines, bytes out."""

import asyncio
from collections import deque
from ipaddress import IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, Final

from chappe.core import Clock
from chappe.mtproto import (
    STRANGER_UNPACKED_BYTES_MAX,
    UNPACKED_BYTES_MAX,
    Call,
    Deadline,
    DestroyKey,
    DestroySession,
    DropAnswer,
    HttpDetectedError,
    Kind,
    NewAuthKey,
    ProtocolError,
    ServerHandshake,
    ServerTransport,
    Told,
    Work,
    open_envelope,
    seal,
)
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.session import Outgoing
from chappe.updates import report

from .ports import KeyInfo
from .websocket import WebSocket

if TYPE_CHECKING:
    from .server import Gateway, Session

WRITE_BUFFER_BYTES_MAX: Final = (
    8 * 1024 * 1024
)  # bytes waiting for a slow reader before it is cut off
PACKETS_WAITING_MAX: Final = 256  # packets waiting while a key is looked up or made
UNKNOWN_KEY: Final = -404
FLOODED: Final = -429
HALF_OPEN_S_MAX: Final = (
    15.0  # seconds until a connection must have shown a key or begun to make one
)
HANDSHAKING_S_MAX: Final = 60.0  # seconds until a connection that makes keys must have shown one
IDLE_S_MAX: Final = 660.0  # seconds a silent connection is kept
ACKNOWLEDGE_S: Final = 10.0  # seconds after which acknowledgements leave by themselves


def network_of(address: str) -> str:
    """Return who is held to account for an address: in IPv6 its /64, which is one customer's."""
    if ":" not in address:
        return address
    known = IPv6Address(address.partition("%")[0])
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known) >> 64 << 64, 64)))


class Connection(asyncio.Protocol):
    """A client's TCP or WebSocket connection."""

    __slots__ = (
        "_gateway", "_handshake", "_heard", "_last_id", "_lost", "_opened", "_socket", "_transport",
        "_waiting", "_web", "address", "deadline", "key_id", "sessions",
    )  # fmt: skip

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._transport = ServerTransport()
        self._socket: asyncio.Transport
        self._web: WebSocket | None = None
        self._handshake: ServerHandshake | None = None
        self._waiting: deque[Any] | None = None
        self._lost = False
        self._heard = self._opened = 0.0
        self._last_id = 0
        self.address = ""
        self.deadline = 0.0
        self.key_id = 0
        self.sessions: set[Session] = set()

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._socket = transport  # type: ignore[assignment]  # a stream's transport
        peer = transport.get_extra_info("peername")
        self.address = network_of(str(peer[0])) if peer else "local"
        self._heard = self._opened = self._clock.monotonic()
        if not self._gateway.admit(self):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._lost = True
        self._gateway.dismiss(self)
        for session in tuple(self.sessions):
            self._gateway.rest(session)
        self.sessions.clear()

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        if self._gateway.stopping:
            return  # its sender will ask again, who serves then
        self._heard = self._clock.monotonic()
        try:
            if self._web is not None:
                self._receive_web(data)
                return
            packets = self._transport.receive(data)
        except HttpDetectedError as http:
            self._web = WebSocket()
            self._transport = ServerTransport(obfuscated_only=True)
            self._receive_web(http.data)
            return
        except ProtocolError:
            self.abort()
            return
        self._take(packets)

    def eof_received(self) -> bool:
        """See asyncio."""
        return False

    # -- in ------------------------------------------------------------------------------------

    @property
    def _clock(self) -> Clock:
        return self._gateway.clock

    def _receive_web(self, data: bytes) -> None:
        if self._web is None:
            return
        try:
            payload, answer = self._web.receive(data)
        except ProtocolError:
            self.abort()
            return
        if answer:
            self._write_raw(answer)
        if self._web.closed:
            self._socket.close()
        elif payload:
            try:
                packets = self._transport.receive(payload)
            except ProtocolError:
                self.abort()
                return
            self._take(packets)

    def _take(self, packets: list[Any]) -> None:
        if self._transport.claimed and self._waiting is None:
            self._wait_for(self._admit(self._transport.claimed, packets))
            return
        for packet in packets:
            if self._waiting is not None:
                if len(self._waiting) >= PACKETS_WAITING_MAX:
                    self.abort()
                    return
                self._waiting.append(packet)
                continue
            try:
                self._on_packet(packet)
            except ProtocolError:
                self.abort()
                return

    def _on_packet(self, packet: Any) -> None:
        payload = packet.payload
        if len(payload) < 8:  # noqa: PLR2004  a key id
            raise ProtocolError("a packet too short")
        key_id = int.from_bytes(payload[:8], "little", signed=True)
        if key_id == 0:
            self._on_handshake(payload)
            return
        key = self._gateway.key_at_hand(key_id)
        if key is None:
            self._wait_for(self._find_key(key_id, packet))
        else:
            self._on_encrypted(key, packet)

    def _wait_for(self, work: Any) -> None:
        """Do something that waits; packets that came already keep their order, others are not read."""
        self._waiting = deque()
        if not self._socket.is_closing():
            self._socket.pause_reading()
        task = asyncio.get_running_loop().create_task(self._wait(work))
        self._gateway.tasks.add(task)
        task.add_done_callback(self._gateway.tasks.discard)

    async def _wait(self, work: Any) -> None:
        try:
            await work
        except ProtocolError:
            self.abort()
        except Exception as error:  # noqa: BLE001  our bug: log it, end this connection only
            self.abort()
            report(self._gateway.on_bug, "gateway", error)
        waiting, self._waiting = self._waiting or deque(), None
        if self._lost or self._socket.is_closing():
            return
        self._socket.resume_reading()
        self._take(list(waiting))
        if self._waiting is None:  # what lay behind a packet that was too large for a stranger
            self._take_rest()

    def _take_rest(self) -> None:
        try:
            packets = self._transport.receive(b"")
        except ProtocolError:
            self.abort()
            return
        if packets or self._transport.claimed:
            self._take(packets)

    async def _admit(self, key_id: int, packets: list[Any]) -> None:
        """Read on behind a large packet if its sender names a key we know."""
        known = await self._gateway.find_key(key_id)
        if self._lost:
            return
        if known is None:
            self._write(self._transport.error(UNKNOWN_KEY))
            self._socket.close()
            return
        self._transport.allow_large()
        if self._waiting is not None:
            self._waiting.extendleft(reversed([*packets, *self._transport.receive(b"")]))

    async def _find_key(self, key_id: int, packet: Any) -> None:
        key = await self._gateway.find_key(key_id)
        if key is None:
            self._write(self._transport.error(UNKNOWN_KEY))
            self._socket.close()
            return
        if not self._lost:
            self._on_encrypted(key, packet)

    def _on_handshake(self, payload: bytes) -> None:
        body = unwrap(payload)
        if body[:4] == b"\x59\xb4\xd6\x62":  # msgs_ack of a handshake's answer: nothing to do
            return
        gateway = self._gateway
        handshake = gateway.handshakes.get(body[20:36], self._handshake)
        if handshake is None:
            handshake = ServerHandshake(gateway.server_keys, gateway.entropy.token)
        self._handshake = handshake
        step = handshake.receive(body, self._clock.now())
        gateway.remember_handshake(handshake)
        if isinstance(step, bytes):
            self._send_plain(step)
        elif gateway.may_work(self.address):
            self._wait_for(self._do(step, handshake))
        else:
            self._write(self._transport.error(FLOODED))
            self._socket.close()

    async def _do(self, work: Work, handshake: ServerHandshake) -> None:
        loop = asyncio.get_running_loop()
        self._gateway.working += 1
        try:
            result = await loop.run_in_executor(self._gateway.threads, work.run)
        finally:
            self._gateway.working -= 1
        outcome = work.finish(result)
        if isinstance(outcome, NewAuthKey):
            if await self._gateway.keep_key(outcome):
                self._send_plain(outcome.accepted)
            else:
                handshake.retry()
                self._send_plain(outcome.clash)
        else:
            self._send_plain(outcome)

    def _on_encrypted(self, key: KeyInfo, packet: Any) -> None:
        opened = open_envelope(packet.payload, key.key)
        if self.key_id != key.key_id:
            self.key_id = key.key_id
            self._transport.allow_large()
        if packet.quick_ack:
            self._write(self._transport.quick_ack(opened.quick_ack))
        gateway = self._gateway
        session = gateway.session(key, opened.session_id, self.address)
        unique_id = int.from_bytes(gateway.entropy.token(8), "little", signed=True)
        known = gateway.calls.is_somebody(session.client)
        room = UNPACKED_BYTES_MAX if known else STRANGER_UNPACKED_BYTES_MAX
        events = session.machine.receive(opened, self._clock.now(), unique_id, room)
        if session.machine.fresh:  # else it may be somebody who recorded it: they move no session
            gateway.attach(session, self)
        for event in events:
            if isinstance(event, Call):
                self._call(session, event)
            elif isinstance(event, Told):
                told = session.machine.told(event.body, self._clock.now())
                self.send_messages(session, [told])
            elif isinstance(event, Deadline):
                self.deadline = self._clock.monotonic() + event.seconds
            elif isinstance(event, DestroySession):
                found = gateway.destroy_session(key.key_id, event.session_id)
                session.machine.session_destroyed(event.session_id, found=found)
            elif isinstance(event, DropAnswer):
                running = gateway.calls.is_running(session.client, event.call_id)
                session.machine.answer_dropped(event.msg_id, event.call_id, running=running)
            elif isinstance(event, DestroyKey):
                self._wait_for(self._destroy_key(session))
        if session.machine.has_output:
            gateway.touch(session)

    def _call(self, session: "Session", call: Call) -> None:
        gateway = self._gateway
        gateway.calls.call(
            session.client,
            call.msg_id,
            call.body,
            lambda result: gateway.answer(session, call.msg_id, result),
        )

    async def _destroy_key(self, session: "Session") -> None:
        await self._gateway.keys.destroy(session.key.key_id)
        session.machine.key_destroyed()
        self.send_messages(session, session.machine.flush(self._clock.now()))
        self._socket.close()
        self._gateway.forget_key(session.key.key_id)

    # -- out -----------------------------------------------------------------------------------

    def send_messages(self, session: "Session", messages: list[Outgoing]) -> None:
        """Seal and send a session's messages."""
        key = session.key
        salt = self._gateway.salts.current(key.key_id, self._clock.now())
        token = self._gateway.entropy.token
        for message in messages:
            head = (salt, session.machine.session_id, message.msg_id, message.seq_no)
            self._send(seal(key.key, key.key_id, head, message.body, token(28)))

    def _send_plain(self, body: bytes) -> None:
        wanted = (int(self._clock.now() * 4294967296) & ~3) | 1
        self._last_id = wanted if wanted > self._last_id else self._last_id + 4
        self._send(wrap(body, self._last_id))

    def _send(self, payload: bytes) -> None:
        padding = b""
        if self._transport.kind is Kind.PADDED:
            random = self._gateway.entropy.token(16)
            padding = random[1 : 1 + random[0] % 16]
        self._write(self._transport.send(payload, padding))

    def _write(self, data: bytes) -> None:
        if self._socket.is_closing():
            return
        self._write_raw(data if self._web is None else self._web.send(data))

    def _write_raw(self, data: bytes) -> None:
        # one large answer cuts nobody off, only what comes on top of too much
        if self._socket.get_write_buffer_size() > WRITE_BUFFER_BYTES_MAX:
            self.abort()  # a reader this slow repairs itself by the difference
            return
        self._socket.write(data)

    # -- the end -------------------------------------------------------------------------------

    def sweep(self, now: float, wall: float) -> None:
        """Cut the connection if it or its key overstayed; send acknowledgements that waited."""
        silent = now - self._heard
        given = HALF_OPEN_S_MAX if self._handshake is None else HANDSHAKING_S_MAX
        half_open = self.key_id == 0 and now - self._opened > given
        expired = any(0 < s.key.expires <= wall for s in self.sessions)
        over = silent > IDLE_S_MAX or bool(self.deadline and now > self.deadline)
        if half_open or expired or over:
            if self._socket.get_write_buffer_size():
                self.abort()  # nobody reads what was written
            else:
                self.close()
            return
        if silent >= ACKNOWLEDGE_S / 2:
            for session in self.sessions:
                session.machine.acknowledge()
                if session.machine.has_output:
                    self._gateway.touch(session)

    def close(self) -> None:
        """Close once what was written has left."""
        self._socket.close()

    def abort(self) -> None:
        """Close at once."""
        self._socket.abort()
