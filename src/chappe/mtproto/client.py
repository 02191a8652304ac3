"""A session, client side: for tests and the load generator."""

import struct
from collections.abc import Callable
from typing import NamedTuple

from chappe.crypto import kdf

from . import service as s
from .envelope import open_envelope, seal
from .packing import unpack_gzip
from .sending import MSG_ID_MASK, MSG_ID_STEP, MSG_IDS_A_SECOND
from .wire import pack_ids, unpack_bytes


class Result(NamedTuple):
    """The answer to a call."""

    msg_id: int
    body: bytes


class Pushed(NamedTuple):
    """Anything that is no answer: updates and service messages, by their raw bytes."""

    number: int
    body: bytes


class ClientSession:
    """Encrypts calls, opens what comes back, remembers what to acknowledge."""

    def __init__(self, auth_key: bytes, salt: int, token: Callable[[int], bytes]) -> None:
        self.auth_key = auth_key
        self.key_id = kdf.key_id(auth_key)
        self.salt = salt
        self.session_id = int.from_bytes(token(8), "little", signed=True)
        self._token = token
        self._last_id = 0
        self._content = 0
        self._acks: list[int] = []

    def next_id(self, now: float) -> int:
        """Return a new msg_id."""
        self._last_id = max(int(now * MSG_IDS_A_SECOND) & MSG_ID_MASK, self._last_id + MSG_ID_STEP)
        return self._last_id

    def call(self, body: bytes, now: float) -> tuple[int, bytes]:
        """Return the msg_id of a call and the packet that carries it."""
        msg_id = self.next_id(now)
        self._content += 1
        return msg_id, self._seal(msg_id, self._content * 2 - 1, body)

    def acknowledge(self, now: float) -> bytes | None:
        """Return a packet that acknowledges what came, or None."""
        if not self._acks:
            return None
        body = struct.pack("<I", s.MSGS_ACK) + pack_ids(self._acks)
        self._acks = []
        return self._seal(self.next_id(now), self._content * 2, body)

    def _seal(self, msg_id: int, seq_no: int, body: bytes) -> bytes:
        head = (self.salt, self.session_id, msg_id, seq_no)
        return seal(self.auth_key, self.key_id, head, body, self._token(28), kdf.FROM_CLIENT)

    def receive(self, packet: bytes | memoryview) -> list[Result | Pushed]:
        """Open a packet and return what was inside, containers unfolded."""
        opened = open_envelope(packet, self.auth_key, kdf.FROM_SERVER)
        return list(self._unfold(opened.msg_id, opened.seq_no, opened.body))

    def _unfold(self, msg_id: int, seq_no: int, body: bytes) -> list[Result | Pushed]:
        if seq_no & 1:
            self._acks.append(msg_id)
        number = struct.unpack_from("<I", body)[0]
        if number == s.CONTAINER:
            found: list[Result | Pushed] = []
            at = 8
            for _ in range(struct.unpack_from("<i", body, 4)[0]):
                inner, inner_seq, size = struct.unpack_from("<qii", body, at)
                found.extend(self._unfold(inner, inner_seq, body[at + 16 : at + 16 + size]))
                at += 16 + size
            return found
        if number == s.RPC_RESULT:
            result = body[12:]
            if result[:4] == struct.pack("<I", s.GZIP_PACKED):
                result = unpack_gzip(unpack_bytes(result, 4)[0])
            return [Result(struct.unpack_from("<q", body, 4)[0], result)]
        if number == s.BAD_SALT:
            self.salt = struct.unpack_from("<q", body, 20)[0]
        return [Pushed(number, body)]
