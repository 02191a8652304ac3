"""Server and client machines joined without a wire, on a clock and a source of chance of our own."""

import random
import struct
from collections.abc import Callable
from functools import cache

from chappe.crypto import rsa
from chappe.mtproto import (
    Call,
    Event,
    NewAuthKey,
    Outgoing,
    Refused,
    Salts,
    ServerHandshake,
    ServerSession,
    Work,
)
from chappe.mtproto.client import ClientSession
from chappe.mtproto.envelope import open_envelope, seal
from chappe.mtproto.handshake_client import ClientHandshake

NOW = 1_700_000_000.0


@cache
def server_key() -> rsa.ServerKey:
    """Return one key for all tests: making one takes its time."""
    return rsa.generate()


def tokens(seed: int) -> Callable[[int], bytes]:
    """Return a source of bytes that gives the same again for the same seed."""
    return random.Random(seed).randbytes


def answer(server: ServerHandshake, body: bytes, now: float = NOW) -> bytes | NewAuthKey:
    """Let the server take a step, its heavy work included."""
    step = server.receive(body, now)
    if isinstance(step, Work):
        return step.finish(step.run())
    return step


def shake(
    seed: int, *, expires_in: int | None = None, old_padding: bool = False
) -> tuple[ClientHandshake, NewAuthKey]:
    """Make a key between a client and the server."""
    key = server_key()
    client = ClientHandshake(key.n, tokens(seed), expires_in=expires_in, old_padding=old_padding)
    server = ServerHandshake({key.fingerprint: key}, tokens(seed + 1))
    request: bytes | None = client.start()
    made: NewAuthKey | None = None
    while request is not None:
        got = answer(server, request)
        if isinstance(got, NewAuthKey):
            made, got = got, got.accepted
        request = client.receive(got)
    if made is None:
        raise RuntimeError("no key was made")
    return client, made


class Pair:
    """A client's and a server's session under one key."""

    def __init__(self, seed: int = 1) -> None:
        self.key = random.Random(seed).randbytes(256)
        self.salts = Salts(b"run" * 11)
        self.client = ClientSession(self.key, 0, tokens(seed))
        self.client.salt = self.salts.current(self.client.key_id, NOW)
        self.server = ServerSession(self.client.key_id, self.client.session_id, self.salts)
        self.told: list[Outgoing] = []

    def take(self, packet: bytes, now: float = NOW) -> list[Event]:
        """Let the server take a packet; what it says at once is kept for `out`."""
        events = self.server.receive(open_envelope(packet, self.key), now, 77)
        self.told += [self.server.urgent(e.notice, now) for e in events if isinstance(e, Refused)]
        return [e for e in events if not isinstance(e, Refused)]

    def message(
        self,
        body: bytes,
        *,
        msg_id: int | None = None,
        seq_no: int = 1,
        salt: int | None = None,
        now: float = NOW,
    ) -> list[Event]:
        """Send one message with numbers of our choice."""
        msg_id = self.client.next_id(now) if msg_id is None else msg_id
        head = (self.client.salt if salt is None else salt, self.client.session_id, msg_id, seq_no)
        packet = seal(self.key, self.client.key_id, head, body, b"p" * 28, 0)
        return self.take(packet, now)

    def out(self, now: float = NOW) -> list[Outgoing]:
        """Return what the server sends."""
        sent, self.told = self.told, []
        while self.server.has_output:
            sent += self.server.flush(now)
        return sent

    def bodies(self, now: float = NOW) -> list[bytes]:
        """Return what the server sends, containers unfolded."""
        found = []
        for message in self.out(now):
            found += [b for _, _, b in unfold(message.msg_id, message.seq_no, message.body)]
        return found

    def numbers(self, now: float = NOW) -> list[int]:
        """Return the constructors of what the server sends."""
        return [struct.unpack_from("<I", b)[0] for b in self.bodies(now)]


def unfold(msg_id: int, seq_no: int, body: bytes) -> list[tuple[int, int, bytes]]:
    """Return a message, or the messages of a container."""
    if body[:4] != b"\xdc\xf8\xf1\x73":
        return [(msg_id, seq_no, body)]
    found, at = [], 8
    for _ in range(struct.unpack_from("<i", body, 4)[0]):
        inner, seq, size = struct.unpack_from("<qii", body, at)
        found.append((inner, seq, body[at + 16 : at + 16 + size]))
        at += 16 + size
    return found


def calls(events: list[Event]) -> list[Call]:
    """Return the calls among events."""
    return [e for e in events if isinstance(e, Call)]
