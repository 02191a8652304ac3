"""The handshake, server side: from a stranger's nonce to a shared authorisation key.

Source: core.telegram.org/mtproto/auth_key. Every value that must be equal is compared at every step;
whatever is wrong ends in the same `ProtocolError`. Heavy arithmetic is returned as `Work`, which the
gateway runs in a thread and hands back.
"""

import struct
from collections.abc import Callable
from hashlib import sha1
from hmac import compare_digest
from typing import Any, Final, NamedTuple

from chappe.crypto import dh, ige, kdf, pq, rsa

from .errors import ProtocolError
from .wire import VECTOR, pack_bytes, unpack_bytes

REQ_PQ: Final = 0x60469778
REQ_PQ_MULTI: Final = 0xBE7E8EF1
RES_PQ: Final = 0x05162463
REQ_DH_PARAMS: Final = 0xD712E4BE
INNER: Final = {0x83C95AEC: (0, 0), 0xA9F55F95: (1, 0), 0x3C6A84D4: (0, 1), 0x56FDDF88: (1, 1)}
DH_PARAMS_OK: Final = 0xD0E8075C
DH_INNER: Final = 0xB5890DBA
SET_CLIENT_DH: Final = 0xF5045F1F
CLIENT_DH_INNER: Final = 0x6643B654
DH_GEN_OK: Final = 0x3BCBF734
DH_GEN_RETRY: Final = 0x46DC1FB9
HANDSHAKE_S_MAX: Final = 30.0  # seconds from the first nonce to the key
TEMPORARY_KEY_S_MAX: Final = 604_800 * 4  # seconds a temporary key may live


class Work(NamedTuple):
    """Arithmetic for a thread: call `run()` there, then `finish(result)` where the machine lives."""

    run: Callable[[], Any]
    finish: Callable[[Any], "bytes | NewAuthKey"]


class NewAuthKey(NamedTuple):
    """The handshake's outcome. Send `accepted` once the key is kept, `clash` if its id is taken."""

    key: bytes
    key_id: int
    first_salt: int
    expires_in: int | None  # seconds; None for a permanent key
    accepted: bytes
    clash: bytes


class ServerHandshake:
    """One stranger's handshake, step by step."""

    __slots__ = (
        "_answer",
        "_clashed",
        "_deadline",
        "_entropy",
        "_inner",
        "_key",
        "_keys",
        "_new_nonce",
        "_nonce",
        "_now",
        "_puzzle",
        "_retry_id",
        "_secret",
        "_server_nonce",
        "_step",
        "_token",
        "expires_in",
    )

    def __init__(self, keys: dict[int, rsa.ServerKey], token: Callable[[int], bytes]) -> None:
        """`keys` by fingerprint; `token(n)` returns n random bytes."""
        self._keys = keys
        self._token = token
        self._step = "nonce"
        self._answer: tuple[bytes, bytes] = (b"", b"")  # the last request and its answer
        self._deadline = 0.0
        self._server_nonce = b""
        self._retry_id = bytes(8)  # by which a client says that it tries again after a clash
        self._clashed = b""  # what it is then
        self.expires_in: int | None = None

    @property
    def server_nonce(self) -> bytes:
        """What the client names this handshake by, perhaps from another connection."""
        return self._server_nonce

    def expired(self, now: float) -> bool:
        """Whether the handshake has been under way for too long."""
        return self._step != "nonce" and now > self._deadline

    def receive(self, body: bytes, now: float) -> "bytes | Work":
        """Take one unencrypted message; return its answer, or work that leads to it.

        Raises:
            ProtocolError: it is not the next step, or any value in it is wrong.
        """
        repeated, answer = self._answer
        if repeated and body.startswith(repeated):
            return answer
        if len(body) < 20:  # noqa: PLR2004  an id and a nonce
            raise ProtocolError("cut short")
        number = struct.unpack_from("<I", body)[0]
        self._now = now
        if number in (REQ_PQ, REQ_PQ_MULTI):
            return self._remember(body[:20], self._on_nonce(body[4:20], now))
        if self.expired(now):
            raise ProtocolError("too late")
        self._deadline = now + HANDSHAKE_S_MAX
        if number == REQ_DH_PARAMS and self._step == "pq":
            return self._on_dh_request(body)
        if number == SET_CLIENT_DH and self._step == "dh":
            return self._on_client_dh(body)
        raise ProtocolError("not the next step")

    def _remember(self, request: bytes, answer: bytes) -> bytes:
        self._answer = (request, answer)
        return answer

    def _on_nonce(self, nonce: bytes, now: float) -> bytes:
        self._deadline = now + HANDSHAKE_S_MAX
        self._nonce = nonce
        self._server_nonce = self._token(16)
        self._puzzle = pq.make(self._token(8))
        self._step = "pq"
        product = self._puzzle.product
        prints = struct.pack(f"<II{len(self._keys)}q", VECTOR, len(self._keys), *self._keys)
        raw = product.to_bytes((product.bit_length() + 7) // 8, "big")
        return struct.pack("<I", RES_PQ) + nonce + self._server_nonce + pack_bytes(raw) + prints

    def _check_nonces(self, body: bytes) -> None:
        if not compare_digest(body[4:36], self._nonce + self._server_nonce):
            raise ProtocolError("a nonce differs")

    def _on_dh_request(self, body: bytes) -> Work:
        self._check_nonces(body)
        p, at = unpack_bytes(body, 36)
        q, at = unpack_bytes(body, at)
        if len(body) < at + 8:
            raise ProtocolError("cut short")
        key = self._keys.get(struct.unpack_from("<q", body, at)[0])
        encrypted, end = unpack_bytes(body, at + 8)
        puzzle = self._puzzle
        given = (int.from_bytes(p, "big"), int.from_bytes(q, "big"))
        if key is None or given != puzzle or len(encrypted) != rsa.KEY_BYTES:
            raise ProtocolError("not an answer to the puzzle")
        self._step = "rsa"  # one attempt for a server_nonce
        blind = int.from_bytes(self._token(rsa.KEY_BYTES), "big")
        self._secret = int.from_bytes(self._token(256), "big")
        secret = self._secret

        def run() -> tuple[bytes, int]:
            return key.decrypt(encrypted, blind), dh.power(dh.G, secret)

        return Work(run, lambda result: self._after_rsa(body[:end], *result))

    def _after_rsa(self, request: bytes, plain: bytes, g_a: int) -> bytes:
        inner = rsa.unpad(plain)
        if inner is None:
            inner = self._unpad_old(plain)
        self._take_inner(inner)
        data = (
            struct.pack("<I", DH_INNER)
            + self._nonce
            + self._server_nonce
            + struct.pack("<i", dh.G)
            + pack_bytes(dh.PRIME.to_bytes(256, "big"))
            + pack_bytes(g_a.to_bytes(256, "big"))
            + struct.pack("<i", int(self._now))
        )
        with_hash = sha1(data).digest() + data  # noqa: S324  as the protocol has it
        with_hash += self._token(-len(with_hash) % 16)
        key, iv = kdf.handshake_keys(self._new_nonce, self._server_nonce)
        answer = (
            struct.pack("<I", DH_PARAMS_OK)
            + self._nonce
            + self._server_nonce
            + pack_bytes(ige.encrypt(with_hash, key, iv))
        )
        self._step = "dh"
        return self._remember(request, answer)

    def _unpad_old(self, plain: bytes) -> bytes:
        """Undo the old padding, whose data does not say how long it is: measure its TL."""
        data = plain[21:]
        inner = self._measure(data)
        found = rsa.unpad_old(plain, inner)
        if found is None:
            raise ProtocolError("the inner data is wrong")
        return found

    def _measure(self, data: bytes) -> int:
        flags = INNER.get(struct.unpack_from("<I", data)[0])
        if flags is None:
            raise ProtocolError("the inner data is wrong")
        at = 4
        for _ in range(3):
            _, at = unpack_bytes(data, at)
        return at + 64 + 4 * sum(flags)

    def _take_inner(self, inner: bytes) -> None:
        size = self._measure(inner)
        flags = INNER[struct.unpack_from("<I", inner)[0]]
        product, at = unpack_bytes(inner, 4)
        _, at = unpack_bytes(inner, at)
        _, at = unpack_bytes(inner, at)
        right = compare_digest(inner[at : at + 32], self._nonce + self._server_nonce)
        if not right or int.from_bytes(product, "big") != self._puzzle.product or size > len(inner):
            raise ProtocolError("the inner data is wrong")
        self._new_nonce = inner[at + 32 : at + 64]
        at += 64 + 4 * flags[0]
        if flags[1]:
            seconds = struct.unpack_from("<i", inner, at)[0]
            self.expires_in = max(1, min(seconds, TEMPORARY_KEY_S_MAX))

    def _on_client_dh(self, body: bytes) -> Work:
        self._check_nonces(body)
        encrypted, end = unpack_bytes(body, 36)
        if len(encrypted) % 16 or not encrypted:
            raise ProtocolError("cut short")
        key, iv = kdf.handshake_keys(self._new_nonce, self._server_nonce)
        plain = ige.decrypt(encrypted, key, iv)
        inner = plain[20:]
        head = struct.pack("<I", CLIENT_DH_INNER) + self._nonce + self._server_nonce
        right = compare_digest(inner[:44], head + self._retry_id)
        if not right:
            raise ProtocolError("the inner data is wrong")
        raw, inner_end = unpack_bytes(inner, 44)
        g_b = int.from_bytes(raw, "big")
        hashed = sha1(inner[:inner_end]).digest()  # noqa: S324  as the protocol has it
        if not compare_digest(hashed, plain[:20]) or not dh.is_safe(g_b):
            raise ProtocolError("the inner data is wrong")
        self._step = "key"
        secret = self._secret
        return Work(
            lambda: dh.power(g_b, secret), lambda shared: self._after_dh(body[:end], shared)
        )

    def _after_dh(self, request: bytes, shared: int) -> NewAuthKey:
        auth_key = shared.to_bytes(256, "big")
        aux = self._clashed = kdf.aux_hash(auth_key)
        accepted = self._verdict(DH_GEN_OK, 1, aux)
        self._remember(request, accepted)
        self._step = "done"
        salt = bytes(
            a ^ b for a, b in zip(self._new_nonce[:8], self._server_nonce[:8], strict=True)
        )
        return NewAuthKey(
            auth_key,
            kdf.key_id(auth_key),
            int.from_bytes(salt, "little", signed=True),
            self.expires_in,
            accepted,
            self._verdict(DH_GEN_RETRY, 2, aux),
        )

    def retry(self) -> None:
        """Go back one step after a clash: the client sends another g_b."""
        self._step = "dh"
        self._answer = (b"", b"")
        self._retry_id = self._clashed

    def _verdict(self, number: int, which: int, aux: bytes) -> bytes:
        digest = sha1(self._new_nonce + bytes((which,)) + aux).digest()[4:]  # noqa: S324
        return struct.pack("<I", number) + self._nonce + self._server_nonce + digest


def wrap(body: bytes, msg_id: int) -> bytes:
    """Return an unencrypted message."""
    return struct.pack("<qqi", 0, msg_id, len(body)) + body


def unwrap(packet: bytes) -> bytes:
    """Return the body of an unencrypted message; transports may have padded it.

    Raises:
        ProtocolError: its length is wrong.
    """
    if len(packet) < 20:  # noqa: PLR2004  the head of an unencrypted message
        raise ProtocolError("cut short")
    size = struct.unpack_from("<i", packet, 16)[0]
    if not 0 < size <= len(packet) - 20:
        raise ProtocolError("a length that is wrong")
    return packet[20 : 20 + size]
