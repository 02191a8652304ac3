"""A small MTProto client over asyncio, for the load generator and for tests that need real sockets.

It keeps what it must answer to and nothing else: no state, no retries but those of the protocol.
"""

import asyncio
import itertools
import json
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chappe import tl
from chappe.mtproto import Kind, ProtocolError
from chappe.mtproto import service as s
from chappe.mtproto.client import ClientSession, Result
from chappe.mtproto.handshake import unwrap, wrap
from chappe.mtproto.handshake_client import ClientHandshake
from chappe.mtproto.transports import OBFUSCATED_HEADER_BYTES, ClientTransport, Packet
from chappe.tl import api, decoding

RPC_ERROR: Final = 0x2144CA19
TRANSPORT_ERROR_BYTES: Final = 4
ACKNOWLEDGED_EVERY: Final = 16  # messages that come before one packet acknowledges them
CALL_S_MAX: Final = 30.0  # seconds an answer may take

token = os.urandom


class Place(NamedTuple):
    """Where a server is, and the modulus of its public key."""

    host: str
    port: int
    modulus: int


class AuthKey(NamedTuple):
    """A key a handshake made."""

    key: bytes
    salt: int


class Refused(Exception):
    """The server refused a call."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(f"{code} {name}")
        self.code = code
        self.name = name


def read_modulus(data: Path) -> int:
    """Return the modulus of the public key a server keeps in its data directory."""
    key = serialization.load_pem_public_key((data / "server.pub.pem").read_bytes())
    if not isinstance(key, RSAPublicKey):
        raise TypeError("the server's key is no RSA key")
    return key.public_numbers().n


def read_code(codes: Path, phone: str) -> str:
    """Return the newest login code of a number from the file `serve --codes-file` writes."""
    found = [json.loads(line) for line in codes.read_text("utf-8").splitlines()]
    return str([entry["code"] for entry in found if entry["phone"] == phone][-1])


def read_result(request: tl.TlRequest, body: bytes) -> Any:
    """Return what a call's answer holds.

    Raises:
        Refused: it is an error.
    """
    number = struct.unpack_from("<I", body)[0]
    if number == RPC_ERROR:
        code = struct.unpack_from("<i", body, 4)[0]
        raise Refused(code, decoding.read_string(body, 8)[0])
    if number in (decoding.TRUE_ID, decoding.FALSE_ID):
        return number == decoding.TRUE_ID
    if number == decoding.VECTOR_ID:
        item = tl.schema().newest(request.tl_name).result[len("Vector<") : -1]
        return decoding.read_vector(body, 0, decoding.Context(None), item)[0]
    return tl.decode(body)


class Link(asyncio.Protocol):
    """A TCP connection that cuts packets; what is done with them is set by its user."""

    def __init__(self, kind: Kind, *, obfuscated: bool) -> None:
        nonce = token(OBFUSCATED_HEADER_BYTES) if obfuscated else b""
        self._framing = ClientTransport(kind, nonce)
        self.on_packet: Callable[[Packet], None] = lambda _: None
        self.on_lost: Callable[[BaseException | None], None] = lambda _: None
        self.socket: asyncio.Transport

    @classmethod
    async def open(
        cls, place: Place, kind: Kind = Kind.ABRIDGED, *, obfuscated: bool = False
    ) -> "Link":
        """Connect."""
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(
            lambda: cls(kind, obfuscated=obfuscated), place.host, place.port
        )
        return link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self.socket = transport  # type: ignore[assignment]  # a stream's transport

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        for packet in self._framing.receive(data):
            self.on_packet(packet)

    def connection_lost(self, exc: BaseException | None) -> None:
        """See asyncio."""
        self.on_lost(exc)

    def send(self, payload: bytes) -> None:
        """Send one packet."""
        self.socket.write(self._framing.send(payload))


async def make_key(link: Link, modulus: int, *, expires_in: int | None = None) -> AuthKey:
    """Make a key on a connection; `expires_in` seconds asks for a temporary one."""
    machine = ClientHandshake(modulus, token, expires_in=expires_in)
    packets: asyncio.Queue[bytes | None] = asyncio.Queue()
    link.on_packet = lambda packet: packets.put_nowait(bytes(packet.payload))
    link.on_lost = lambda _: packets.put_nowait(None)
    request: bytes | None = machine.start()
    for number in itertools.count(int(time.time()) << 32, 4):
        if request is None:
            break
        link.send(wrap(request, number))
        payload = await asyncio.wait_for(packets.get(), CALL_S_MAX)
        if payload is None or len(payload) == TRANSPORT_ERROR_BYTES:
            raise ConnectionResetError("the server ended the handshake")
        request = machine.receive(unwrap(payload))
    if machine.key is None:
        raise ProtocolError("a handshake without a key")
    return AuthKey(machine.key, machine.salt)


class Client:
    """A connection with a key: calls and their results, and whatever the server pushes."""

    def __init__(
        self,
        link: Any,
        auth: AuthKey,
        layer: int = tl.LAYER,
        *,
        now: Callable[[], float] = time.time,
        token: Callable[[int], bytes] = token,
    ) -> None:
        """`link` is a `Link` or does as one does; `now` and `token` give time and chance."""
        self.layer = layer
        self._now = now
        self.on_update: Callable[[Any], None] | None = None
        self.on_push: Callable[[bytes], None] = self._decode_update
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.user = 0  # set by log_in
        self._link = link
        self._session = ClientSession(auth.key, auth.salt, token)
        self._waiting: dict[int, tuple[bytes, asyncio.Future[bytes]]] = {}
        self._came = 0
        self._introduced = False
        link.on_packet = self._on_packet
        link.on_lost = self._on_lost

    @classmethod
    async def connect(
        cls,
        place: Place,
        auth: AuthKey | None = None,
        kind: Kind = Kind.ABRIDGED,
        *,
        obfuscated: bool = False,
    ) -> Self:
        """Connect; without a key, make one first."""
        link = await Link.open(place, kind, obfuscated=obfuscated)
        return cls(link, auth or await make_key(link, place.modulus))

    @property
    def auth(self) -> AuthKey:
        """The key and the salt in use, to connect again with."""
        return AuthKey(self._session.auth_key, self._session.salt)

    # -- calls ---------------------------------------------------------------------------------

    async def call(self, request: tl.TlRequest) -> Any:
        """Serve a request and return its result; the first one introduces this client.

        Raises:
            Refused: the server answered with an error.
            ConnectionError: the connection ended before an answer came.
        """
        return read_result(request, await self.exchange(self.encode(request)))

    def encode(self, request: tl.TlRequest) -> bytes:
        """Return the bytes of a call, in the wrappers a client's first call has."""
        if self._introduced:
            return tl.encode(request, self.layer)
        self._introduced = True
        first = api.InitConnection(
            api_id=1,
            device_model="bench",
            system_version="1",
            app_version="1",
            system_lang_code="en",
            lang_pack="",
            lang_code="en",
            query=request,
        )
        return tl.encode(api.InvokeWithLayer(layer=self.layer, query=first), self.layer)

    def exchange(self, body: bytes) -> asyncio.Future[bytes]:
        """Send an encoded call; the future gets the answer's bytes."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if self.closed.done():
            answer.set_exception(ConnectionResetError("the connection has ended"))
            return answer
        self._send(body, answer)
        return answer

    def tell(self, body: bytes) -> None:
        """Send a service message whose answer nobody waits for."""
        self._link.send(self._session.call(body, self._now())[1])

    def _send(self, body: bytes, answer: asyncio.Future[bytes]) -> None:
        msg_id, packet = self._session.call(body, self._now())
        self._waiting[msg_id] = (body, answer)
        self._link.send(packet)

    # -- what comes ----------------------------------------------------------------------------

    def _on_packet(self, packet: Packet) -> None:
        if len(packet.payload) == TRANSPORT_ERROR_BYTES:
            code = struct.unpack("<i", packet.payload)[0]
            self._on_lost(ConnectionResetError(f"the server answered {code}"))
            self.close()
            return
        for item in self._session.receive(packet.payload):
            self._came += 1
            if isinstance(item, Result):
                _, answer = self._waiting.pop(item.msg_id, (b"", None))
                if answer is not None and not answer.done():
                    answer.set_result(item.body)
            else:
                self._on_service(item.number, item.body)
        if self._came >= ACKNOWLEDGED_EVERY:
            self._came = 0
            if (acks := self._session.acknowledge(self._now())) is not None:
                self._link.send(acks)

    def _on_service(self, number: int, body: bytes) -> None:
        if number in (s.BAD_SALT, s.BAD_MSG):
            call = self._waiting.pop(struct.unpack_from("<q", body, 4)[0], None)
            if call is not None:  # its salt is known now: once more
                self._send(*call)
        elif number not in (s.NEW_SESSION, s.MSGS_ACK, s.PONG):
            self.on_push(body)

    def _decode_update(self, body: bytes) -> None:
        if self.on_update is not None:
            self.on_update(tl.decode(body))

    def _on_lost(self, error: BaseException | None) -> None:
        if self.closed.done():
            return
        self.closed.set_result(None)
        waiting, self._waiting = self._waiting, {}
        for _, answer in waiting.values():
            if not answer.done():
                answer.set_exception(error or ConnectionResetError("the connection has ended"))

    def close(self) -> None:
        """Hang up at once."""
        self._link.socket.abort()


async def log_in(client: Client, phone: str, codes: Path, first_name: str = "Bench") -> None:
    """Log in by code, or sign up; the client then knows its user id."""
    settings = api.CodeSettings()
    sent = await client.call(
        api.AuthSendCode(phone_number=phone, api_id=1, api_hash="0" * 32, settings=settings)
    )
    who = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
    done = await client.call(api.AuthSignIn(**who, phone_code=read_code(codes, phone)))
    if isinstance(done, api.AuthAuthorizationSignUpRequired):
        done = await client.call(api.AuthSignUp(**who, first_name=first_name, last_name=""))
    client.user = done.user.id


async def find(client: Client, phone: str) -> Any:
    """Return the `InputPeerUser` by which this client may name the person with a number."""
    contact = api.InputPhoneContact(
        client_id=1, phone=phone, first_name="Friend", last_name=phone[-4:]
    )
    found = await client.call(api.ContactsImportContacts(contacts=[contact]))
    person = found.users[0]
    return api.InputPeerUser(user_id=person.id, access_hash=person.access_hash)
