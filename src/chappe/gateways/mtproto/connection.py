"""A connection: bytes from a socket through the protocol's state machines, and bytes back."""

import asyncio
import struct
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from chappe.gateways.arriving import Proxies, network_of
from chappe.gateways.own_names import OwnNames
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
    Outgoing,
    ProtocolError,
    ProxySecret,
    Refused,
    ServerHandshake,
    ServerTransport,
    TlsDetectedError,
    UnknownHeaderError,
    Work,
    open_envelope,
    seal_pieces,
    service,
    work,
)
from chappe.mtproto.envelope import KEY_ID_BYTES, PADDING_GIVEN_BYTES
from chappe.mtproto.handshake import server_nonce_of, unwrap, wrap
from chappe.mtproto.sending import MSG_ID_MASK, MSG_ID_STEP, MSG_IDS_A_SECOND, RESPONSE
from chappe.mtproto.transports import OBFUSCATED_HEADER_BYTES, SMALL_BYTES_MAX, Packet
from chappe.mtproto.web_frames import head_of, unmask_here
from chappe.rpc import TokenBucket
from chappe.updates import report

from .admission import HALF_OPEN_S_MAX
from .arrival import Arrival, Reception
from .http import HttpConnection
from .parts import GatewayParts
from .ports import KeyInfo, Pages
from .sessions import Session
from .websocket import UpgradeRefusedError, WebSocket, is_for_web_socket

WRITE_BUFFER_BYTES_MAX: Final = 8 * 1024 * 1024  # bytes for a slow reader before it is cut off
TURN_UNITS_MAX: Final = 1_000  # units of `mtproto.work` done for one before others have their turn
TURN_S_MAX: Final = 0.005  # seconds of such a turn, calls included; the step being taken is ended
PAUSE_S: Final = 0.05  # seconds a connection over its budget waits beyond what it owes
MSGS_ACK_HEAD: Final = struct.pack("<I", service.MSGS_ACK)
UNKNOWN_KEY: Final = -404
FLOODED: Final = -429
HANDSHAKING_S_MAX: Final = 60.0  # seconds until a connection that makes keys must have shown one
IDLE_S_MAX: Final = 660.0  # seconds a silent connection is kept
ACKNOWLEDGE_S: Final = 10.0  # seconds after which acknowledgements leave by themselves


class Connection(asyncio.Protocol):
    """A client's TCP or WebSocket connection."""

    __slots__ = (
        "_admission",
        "_budget",
        "_clock",
        "_entropy",
        "_halted",
        "_handshake",
        "_handshakes",
        "_heard",
        "_http",
        "_keys",
        "_last_id",
        "_lost",
        "_names",
        "_opened",
        "_pages",
        "_parts",
        "_payer",
        "_peer",
        "_proxies",
        "_refused",
        "_secrets",
        "_sessions",
        "_socket",
        "_spent",
        "_tls",
        "_transport",
        "_web",
        "address",
        "deadline",
        "key_id",
        "link",
        "sessions",
    )

    def __init__(
        self,
        parts: GatewayParts,
        *,
        names: OwnNames | None = None,
        peer: str = "",
        secret: ProxySecret | None = None,
        tls: Reception | None = None,
        inside: bool = False,
    ) -> None:
        """With `names`, HTTP must name the server by one.

        `peer` is the address it is from, if that is another than the socket's: a proxy announced it. By a
        `secret` it has come already, else it may by any. With `tls`, who begins to speak that goes on there;
        `inside` says that it is being spoken already.
        """
        self._admission, self._keys, self._handshakes, self._sessions = parts[:4]
        self._clock, self._entropy, self._pages, proxies, self._secrets, only = parts[4:]
        self._parts, self._names, self._tls = parts, names, tls
        self._transport = ServerTransport(
            secret=secret, tls=tls is not None, http=inside or not only, linked_only=only
        )
        self._socket: asyncio.Transport
        self._web: WebSocket | None = None
        self._http: bytes | None = None  # what came of a request's first line
        self._refused = False  # an upgrade was refused: the rest of what is sent is not read
        self._handshake: ServerHandshake | None = None
        self._halted = False  # reading is paused: a task or the budget is waited for
        self._proxies: Proxies | None = proxies if proxies.of_requests else None
        self._payer: int | None = None  # the user whose budget pays; None: the address's does
        self._budget: TokenBucket
        self._spent = 0  # units of work not paid yet
        self._lost = False
        self._heard = self._opened = self.deadline = 0.0
        self._last_id = self.key_id = 0
        self._peer = self.address = peer
        self.link = 0 if secret is None else secret.link
        self.sessions: set[Session] = set()

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._socket = transport  # type: ignore[assignment]  # a stream's transport
        if not self.address:
            peer = transport.get_extra_info("peername")
            self.address = str(peer[0]) if peer else "local"
        if self._proxies is not None and not self._proxies.of_requests.has(self.address):
            self._proxies = None  # what it says of others is not believed
        self.address = network_of(self.address)
        self._heard = self._opened = self._clock.monotonic()
        self._budget = self._admission.budget(None, self.address)
        if not self._admission.admit(self):
            self.abort()
        elif self._proxies is not None:
            self._spent += work.CONNECTION  # paid by whom it is for, once that is said
        elif not self._budget.pay(work.CONNECTION, self._opened):
            self._halt()
            asyncio.get_running_loop().call_soon(self._take_turn)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._lost = True
        self._admission.dismiss(self)
        for session in tuple(self.sessions):
            self._sessions.rest(session)
        self.sessions.clear()

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        if self._admission.stopping or self._refused:
            return  # the client asks again, and a later run answers
        self._heard = now = self._clock.monotonic()
        try:
            self._feed(data)
        except ProtocolError:
            self.abort()
            return
        except UpgradeRefusedError as refused:
            self._refuse_upgrade(refused)
            return
        if self._lost:
            return  # the pages go on with it
        if self._halted:  # the transport had read it already
            self._socket.pause_reading()
        else:
            self._read(now)

    # -- in ------------------------------------------------------------------------------------

    def _feed(self, data: bytes) -> None:
        """Take bytes; turns read them.

        Raises:
            ProtocolError: they are no transport we know.
            UpgradeRefusedError: they ask for a WebSocket that is not opened.
        """
        if self._web is not None:
            whole = self._web.lone(data)
            if whole is None:
                self._web.feed(data)
            else:
                self._spent += work.WEB_FRAME
                self._transport.feed(whole)
            return
        if self._http is not None:
            self._feed_http(data)
            return
        try:
            self._transport.feed(data)
        except HttpDetectedError as http:
            self._spent += work.WEB_REQUEST
            self._http = b""
            self._feed_http(http.data)
        except UnknownHeaderError as unknown:
            self._feed_linked(unknown.data)
        except TlsDetectedError as tls:
            self._hand_to_tls(tls.data)

    def _feed_linked(self, data: bytes) -> None:
        """Take the bytes of a stream that is none of ours, unless a link's secret opens it.

        Raises:
            ProtocolError: none does.
        """
        self._budget.pay(work.SECRET * len(self._secrets.padded), self._heard)
        secret = self._secrets.open_header(data[:OBFUSCATED_HEADER_BYTES])
        if secret is None or self.link:
            raise ProtocolError("no transport we know")
        self.link = secret.link
        self._transport = ServerTransport(secret=secret)
        self._transport.feed(data)

    def _hand_to_tls(self, begun: bytes) -> None:
        """Let who receives TLS go on with this connection."""
        if self._tls is None:
            raise ProtocolError("TLS, and nobody speaks it")
        self._lost = True  # for this object
        self._admission.dismiss(self)
        Arrival(self._tls).take_over(self._socket, begun, self._peer, self.address, self._opened)

    def _feed_http(self, data: bytes) -> None:
        """Take bytes of an HTTP request, until its first line says who goes on with them.

        Raises:
            ProtocolError: nobody does.
            UpgradeRefusedError: it is for WebSocket and is none.
        """
        self._http = begun = (self._http or b"") + data
        wanted = is_for_web_socket(begun)
        if wanted is None:
            return
        if wanted:
            unmask = unmask_here if self._pages is None else self._pages.unmask
            self._web, self._http = WebSocket(self._names, unmask), None
            self._transport = ServerTransport(obfuscated_only=True)
            self._web.feed(begun)
        elif self._pages is None:
            raise ProtocolError("HTTP, and no pages")
        else:
            self._hand_over(self._pages, begun)

    def _hand_over(self, pages: Pages, begun: bytes) -> None:
        """Let the pages go on with this connection."""
        self._lost = True  # for this object
        if self._proxies is None:
            self._budget.pay(self._spent, self._heard)
            self._spent = 0
        self._admission.dismiss(self)
        http = HttpConnection(
            self._admission,
            pages,
            self._clock,
            self._socket,
            address=self.address,
            budget=self._budget,
            names=self._names,
            proxies=self._proxies,
            unpaid=self._spent,
            again=partial(Connection, self._parts, names=self._names, peer=self._peer, inside=True),
        )
        http.take_over(begun, reading=not self._halted)

    def _refuse_upgrade(self, refused: UpgradeRefusedError) -> None:
        """Answer an HTTP request that opens no WebSocket; what follows is not read."""
        self._refused = True
        self._write_raw(refused.answer)
        # closed at once, what is still on its way would undo the answer
        (self._socket.write_eof if self._socket.can_write_eof() else self._socket.close)()

    def _take_turn(self) -> None:
        """Read on; if the sender's budget is used up, do so when it has been refilled."""
        if self._lost or self._socket.is_closing() or self._admission.stopping:
            return
        now = self._clock.monotonic()
        if (owed := self._budget.owed(now)) > 0:
            self._halt()
            asyncio.get_running_loop().call_later(owed + PAUSE_S, self._take_turn)
            return
        if self._halted:
            self._halted = False
            self._socket.resume_reading()
        self._read(now)

    def _read(self, began: float) -> None:
        """Read packets for one turn; what is left over waits behind the turns of other connections."""
        left = TURN_UNITS_MAX
        try:
            while True:
                packet = self._transport.next()
                if packet is not None:
                    self._on_packet(packet)
                elif not self._step():
                    return
                spent, self._spent = self._spent, 0
                left -= spent
                solvent = self._budget.pay(spent, began)
                if self._halted:
                    return
                if solvent and not self._has_more():
                    return
                if self._socket.is_closing():
                    return
                if not solvent or left <= 0 or self._clock.monotonic() - began > TURN_S_MAX:
                    self._halt()
                    asyncio.get_running_loop().call_soon(self._take_turn)
                    return
        except ProtocolError:
            self.abort()
        except UpgradeRefusedError as refused:
            self._refuse_upgrade(refused)

    def _has_more(self) -> bool:
        """Whether there are bytes that were not read."""
        return self._transport.has_more or (self._web is not None and self._web.has_more)

    def _step(self) -> bool:
        """Take the next step where no packet is whole; False if there is none."""
        if self._transport.claimed:
            self._wait_for(self._admit(self._transport.claimed))
            return True
        return self._web is not None and self._step_web(self._web)

    def _step_web(self, web: WebSocket) -> bool:
        found = web.next(decipher := self._transport.decipher)
        if found is None:
            return False
        self._spent += work.WEB_FRAME
        payload, answer = found
        if web.head and not self._stand_for(web):
            return False
        if answer:
            self._write_raw(answer)
        if web.closed:
            self._socket.close()
            return False
        if payload:
            self._transport.feed_piece(payload, decipher)
        return True

    def _stand_for(self, web: WebSocket) -> bool:
        """Count the connection for whom a proxy says it is from; False if they have too many open."""
        proxies, head = self._proxies, web.head
        self._proxies, web.head = None, ()
        if proxies is None:
            return True
        client = proxies.whom_of(head)
        if not client:
            self._admission.on_silent_proxy(self.address, "request")
            return True  # it is counted for the proxy itself
        self._admission.dismiss(self)
        self.address = network_of(client)
        self._budget = self._admission.budget(None, self.address)
        if not self._admission.admit(self):
            self.abort()
            return False
        return True

    def _halt(self) -> None:
        """Pause reading until the next turn; what came already stays in order."""
        if not self._halted:
            self._halted = True
            if not self._socket.is_closing():
                self._socket.pause_reading()

    def _on_packet(self, packet: Packet) -> None:
        payload = packet.payload
        if len(payload) < KEY_ID_BYTES:
            raise ProtocolError("a packet too short")
        key_id = int.from_bytes(payload[:KEY_ID_BYTES], "little", signed=True)
        if key_id == 0:
            self._on_handshake(bytes(payload))
            return
        key = self._keys.cached(key_id)
        if key is None:
            self._wait_for(self._find_key(key_id, packet))
        else:
            self._on_encrypted(key, packet)

    def _wait_for(self, waited: Coroutine[Any, Any, None]) -> None:
        """Run a task; reading is paused until it ends."""
        self._halt()
        self._admission.run(self._wait(waited))

    async def _wait(self, waited: Coroutine[Any, Any, None]) -> None:
        try:
            await waited
        except ProtocolError:
            self.abort()
        except Exception as error:  # noqa: BLE001  our bug: log it, end this connection only
            self.abort()
            report(self._admission.on_bug, "gateway", error)
        self._take_turn()

    async def _admit(self, key_id: int) -> None:
        """Read a large packet if it names a key that is known."""
        self._spent += work.KEY
        known = await self._keys.find(key_id)
        if self._lost:
            return
        if known is None:
            self._write(self._transport.error(UNKNOWN_KEY))
            self._socket.close()
            return
        self._transport.allow_large()

    async def _find_key(self, key_id: int, packet: Packet) -> None:
        self._spent += work.KEY
        key = await self._keys.find(key_id)
        if key is None:
            self._write(self._transport.error(UNKNOWN_KEY))
            self._socket.close()
            return
        if not self._lost:
            self._on_encrypted(key, packet)

    def _on_handshake(self, payload: bytes) -> None:
        body = unwrap(payload)
        self._spent += work.PACKET
        if body.startswith(MSGS_ACK_HEAD):  # of a handshake's answer: nothing to do
            return
        handshakes = self._handshakes
        self._handshake = handshake = handshakes.resume(server_nonce_of(body), self._handshake)
        step = handshake.receive(body, self._clock.now())
        handshakes.remember(handshake)
        if isinstance(step, bytes):
            self._spent += work.PUZZLE
            self._send_plain(step)
        elif handshakes.may_work(self.address):
            self._wait_for(self._do(step, handshake))
        else:
            self._write(self._transport.error(FLOODED))
            self._socket.close()

    async def _do(self, heavy: Work, handshake: ServerHandshake) -> None:
        outcome = await self._handshakes.do(heavy)
        if isinstance(outcome, NewAuthKey):
            if await self._keys.keep(outcome):
                self._send_plain(outcome.accepted)
            else:
                handshake.retry()
                self._send_plain(outcome.clash)
        else:
            self._send_plain(outcome)

    def _on_encrypted(self, key: KeyInfo, packet: Packet) -> None:
        opened = open_envelope(packet.payload, key.key)
        if self.key_id != key.key_id:
            self.key_id = key.key_id
            self._transport.allow_large()
        if packet.quick_ack:
            self._write(self._transport.quick_ack(opened.quick_ack))
        sessions = self._sessions
        session = sessions.open(key, opened.session_id, self.address)
        machine = session.machine
        unique_id = int.from_bytes(self._entropy.token(8), "little", signed=True)
        payer = sessions.calls.user_of(session.client)
        if payer != self._payer:
            self._payer, self._budget = payer, self._admission.budget(payer, self.address)
        room = UNPACKED_BYTES_MAX if payer else STRANGER_UNPACKED_BYTES_MAX
        events = machine.receive(opened, self._clock.now(), unique_id, room)
        if machine.fresh:  # else it may be a replay, which must not move the session
            sessions.attach(session, self)
        for event in events:
            if isinstance(event, Call):
                machine.work += work.CALL
                self._call(session, event)
            else:
                self._on_event(session, event)
        if not events:  # a packet with a call in it is paid for by the call's own rate
            self._spent += len(opened.body) // work.OPENED_BYTES_A_UNIT
        self._spent += machine.work
        machine.work = 0
        if machine.has_output:
            sessions.touch(session)

    def _on_event(self, session: Session, event: Any) -> None:
        machine = session.machine
        if isinstance(event, Refused):
            machine.work += work.REFUSED
            self.send_messages(session, [machine.urgent(event.notice, self._clock.now())])
        elif isinstance(event, Deadline):
            self.deadline = self._clock.monotonic() + event.seconds
        elif isinstance(event, DestroySession):
            found = self._sessions.destroy(session.key.key_id, event.session_id)
            machine.session_destroyed(event.session_id, found=found)
        elif isinstance(event, DropAnswer):
            running = self._sessions.calls.is_running(session.client, event.call_id)
            machine.answer_dropped(event.msg_id, event.call_id, running=running)
        elif isinstance(event, DestroyKey):
            self._wait_for(self._destroy_key(session))

    def _call(self, session: Session, call: Call) -> None:
        sessions = self._sessions
        sessions.calls.call(
            session.client,
            call.msg_id,
            call.body,
            lambda result: sessions.answer(session, call.msg_id, result),
        )

    async def _destroy_key(self, session: Session) -> None:
        await self._keys.store.destroy(session.key.key_id)
        session.machine.key_destroyed()
        while session.machine.has_output:
            self.send_messages(session, session.machine.flush(self._clock.now()))
        self._socket.close()
        self._keys.forget(session.key.key_id)

    # -- out -----------------------------------------------------------------------------------

    def send_messages(self, session: Session, messages: list[Outgoing]) -> None:
        """Seal and send a session's messages."""
        key = session.key
        salt = self._keys.salts.current(key.key_id, self._clock.now())
        token = self._entropy.token
        for message in messages:
            head = (salt, session.machine.session_id, message.msg_id, message.seq_no)
            padding = token(PADDING_GIVEN_BYTES)
            self._send(*seal_pieces(key.key, key.key_id, head, message.body, padding))

    def _send_plain(self, body: bytes) -> None:
        wanted = (int(self._clock.now() * MSG_IDS_A_SECOND) & MSG_ID_MASK) | RESPONSE
        self._last_id = wanted if wanted > self._last_id else self._last_id + MSG_ID_STEP
        self._send(wrap(body, self._last_id))

    def _send(self, *payload: bytes) -> None:
        padding = b""
        if self._transport.kind is Kind.PADDED:
            random = self._entropy.token(4)  # the servers of apps' proxies pad no further, and …
            padding = random[1 : 1 + random[0] % 4]  # … Telethon takes off no more than three bytes
        self._write(self._transport.send(*payload, padding=padding))

    def _write(self, data: bytes | bytearray) -> None:
        if self._socket.is_closing():
            return
        if self._web is None:
            self._write_raw(data)
        elif len(data) <= SMALL_BYTES_MAX:
            self._write_raw(head_of(len(data)) + data)
        else:  # to copy it would show
            self._write_raw(head_of(len(data)))
            self._write_raw(data)

    def _write_raw(self, data: bytes | bytearray) -> None:
        # a large answer alone closes nothing: only what is written on top of a full buffer does
        if self._socket.get_write_buffer_size() > WRITE_BUFFER_BYTES_MAX:
            self.abort()  # a client this slow catches up by getDifference
            return
        self._socket.write(data)

    # -- the end -------------------------------------------------------------------------------

    def sweep(self, now: float, wall: float) -> None:
        """Close the connection if it or its key is past its time; send acknowledgements that waited."""
        silent = now - self._heard
        given = HALF_OPEN_S_MAX if self._handshake is None else HANDSHAKING_S_MAX
        half_open = self.key_id == 0 and now - self._opened > given
        expired = any(0 < s.key.expires <= wall for s in self.sessions)
        over = silent > IDLE_S_MAX or bool(self.deadline and now > self.deadline)
        if half_open or expired or over:
            if self._socket.get_write_buffer_size():
                self.abort()  # the client does not read what was written
            else:
                self.close()
            return
        if silent >= ACKNOWLEDGE_S / 2:
            for session in self.sessions:
                session.machine.acknowledge()
                if session.machine.has_output:
                    self._sessions.touch(session)

    def close(self) -> None:
        """Close once what was written has left."""
        self._socket.close()

    def abort(self) -> None:
        """Close at once."""
        self._socket.abort()
