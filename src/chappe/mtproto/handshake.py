"""The handshake, server side: makes a shared authorisation key with a client (Diffie-Hellman).

Source: core.telegram.org/mtproto/auth_key; each rule stands under the sentence it comes from, each message
under its TL. Every value that must be equal is compared at every step; whatever is wrong ends in the same
`ProtocolError`. Heavy arithmetic is returned as `Work`, which the gateway runs in a thread and hands back.
"""

import struct
from collections.abc import Callable
from enum import Enum, auto
from hashlib import sha1
from hmac import compare_digest
from typing import Any, Final, NamedTuple

from chappe.crypto import dh, ige, kdf, pq, rsa

from .envelope import BLOCK_BYTES
from .errors import ProtocolError
from .wire import NUMBER_BYTES, VECTOR, pack_bytes, unpack_bytes

REQ_PQ: Final = 0x60469778
REQ_PQ_MULTI: Final = 0xBE7E8EF1
RES_PQ: Final = 0x05162463
REQ_DH_PARAMS: Final = 0xD712E4BE
P_Q_INNER_DATA: Final = 0x83C95AEC
P_Q_INNER_DATA_DC: Final = 0xA9F55F95
P_Q_INNER_DATA_TEMP: Final = 0x3C6A84D4
P_Q_INNER_DATA_TEMP_DC: Final = 0x56FDDF88
INNER: Final = {  # whether it has a dc, whether it has expires_in
    P_Q_INNER_DATA: (0, 0),
    P_Q_INNER_DATA_DC: (1, 0),
    P_Q_INNER_DATA_TEMP: (0, 1),
    P_Q_INNER_DATA_TEMP_DC: (1, 1),
}
DH_PARAMS_OK: Final = 0xD0E8075C
DH_INNER: Final = 0xB5890DBA
SET_CLIENT_DH: Final = 0xF5045F1F
CLIENT_DH_INNER: Final = 0x6643B654
DH_GEN_OK: Final = 0x3BCBF734
DH_GEN_RETRY: Final = 0x46DC1FB9
HANDSHAKE_S_MAX: Final = 30.0  # seconds between two steps of a handshake
TEMPORARY_KEY_S_MAX: Final = 604_800 * 4  # seconds a temporary key may live

NONCE_BYTES: Final = 16
NEW_NONCE_BYTES: Final = 32
SHA1_BYTES: Final = 20
DH_BYTES: Final = 256  # of a public Diffie-Hellman value, and of the key that comes of it
RETRY_ID_BYTES: Final = 8
NONCE_END: Final = NUMBER_BYTES + NONCE_BYTES  # where a message goes on behind its number and nonce
NONCES_END: Final = NONCE_END + NONCE_BYTES  # the same behind the server's nonce
PLAIN_HEAD: Final = struct.Struct(
    "<qqi"
)  # auth_key_id, which is 0, message_id, message_data_length


class Step(Enum):
    """What a handshake waits for, or is doing."""

    NONCE = auto()  # req_pq
    PQ = auto()  # req_DH_params
    RSA = auto()  # its decryption
    DH = auto()  # set_client_DH_params
    KEY = auto()  # its arithmetic
    DONE = auto()


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
    """One client's handshake, step by step."""

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
        self._step = Step.NONCE
        self._answer: tuple[bytes, bytes] = (b"", b"")  # the last request and its answer
        self._deadline = 0.0
        self._server_nonce = b""
        self._retry_id = bytes(
            RETRY_ID_BYTES
        )  # by which a client says that it tries again after a clash
        self._clashed = b""  # the retry_id after a clash
        self.expires_in: int | None = None

    @property
    def server_nonce(self) -> bytes:
        """The id of this handshake; a client may go on with it on another connection."""
        return self._server_nonce

    def expired(self, now: float) -> bool:
        """Whether the handshake has been under way for too long."""
        return self._step is not Step.NONCE and now > self._deadline

    def receive(self, body: bytes, now: float) -> "bytes | Work":
        """Take one unencrypted message; return its answer, or work that leads to it.

        Raises:
            ProtocolError: it is not the next step, or any value in it is wrong.
        """
        # https://core.telegram.org/mtproto/auth_key#error-handling-lost-queries-and-responses
        #   "If the server has already sent a response to this query (exactly the same request and not just
        #   similar: all the parameters during the repeat request must take on the same values) but it did
        #   not get to the client, the server will simply re-send the same response."
        repeated, answer = self._answer
        if repeated and body.startswith(repeated):
            return answer
        if len(body) < NONCE_END:
            raise ProtocolError("cut short")
        number = struct.unpack_from("<I", body)[0]
        self._now = now
        if number in (REQ_PQ, REQ_PQ_MULTI):
            nonce = body[NUMBER_BYTES:NONCE_END]
            return self._remember(body[:NONCE_END], self._on_nonce(nonce, now))
        if self.expired(now):
            raise ProtocolError("too late")
        self._deadline = now + HANDSHAKE_S_MAX
        if number == REQ_DH_PARAMS and self._step is Step.PQ:
            return self._on_dh_request(body)
        if number == SET_CLIENT_DH and self._step is Step.DH:
            return self._on_client_dh(body)
        raise ProtocolError("not the next step")

    def _remember(self, request: bytes, answer: bytes) -> bytes:
        self._answer = (request, answer)
        return answer

    def _on_nonce(self, nonce: bytes, now: float) -> bytes:
        # https://core.telegram.org/mtproto/auth_key#2-server-sends-response-of-the-form
        #   "resPQ#05162463 nonce:int128 server_nonce:int128 pq:string server_public_key_fingerprints:Vector
        #   long = ResPQ;"
        #   "This number is the product of two different odd prime numbers. Normally, pq is less than or
        #   equal to 2^63-1. The value of server_nonce is selected randomly by the server"
        self._deadline = now + HANDSHAKE_S_MAX
        self._nonce = nonce
        self._server_nonce = self._token(NONCE_BYTES)
        self._puzzle = pq.make(self._token(8))
        self._step = Step.PQ
        product = self._puzzle.product
        prints = struct.pack(f"<II{len(self._keys)}q", VECTOR, len(self._keys), *self._keys)
        raw = product.to_bytes((product.bit_length() + 7) // 8, "big")
        return struct.pack("<I", RES_PQ) + nonce + self._server_nonce + pack_bytes(raw) + prints

    def _check_nonces(self, body: bytes) -> None:
        # https://core.telegram.org/mtproto/auth_key#2-server-sends-response-of-the-form
        #   "All subsequent messages contain the pair (nonce, server_nonce) both in the plain-text, and the
        #   encrypted portions"
        if not compare_digest(body[NUMBER_BYTES:NONCES_END], self._nonce + self._server_nonce):
            raise ProtocolError("a nonce differs")

    def _on_dh_request(self, body: bytes) -> Work:
        # https://core.telegram.org/mtproto/auth_key#5-send-req-dh-params-query-with-generated-encrypted-data
        #   "req_DH_params#d712e4be nonce:int128 server_nonce:int128 p:string q:string
        #   public_key_fingerprint:long encrypted_data:string = Server_DH_Params"
        self._check_nonces(body)
        p, at = unpack_bytes(body, NONCES_END)
        q, at = unpack_bytes(body, at)
        if len(body) < at + 8:
            raise ProtocolError("cut short")
        key = self._keys.get(struct.unpack_from("<q", body, at)[0])
        encrypted, end = unpack_bytes(body, at + 8)
        puzzle = self._puzzle
        given = (int.from_bytes(p, "big"), int.from_bytes(q, "big"))
        if key is None or given != puzzle or len(encrypted) != rsa.KEY_BYTES:
            raise ProtocolError("not an answer to the puzzle")
        # https://core.telegram.org/mtproto/auth_key#6-server-responds-with
        #   "If the query is incorrect, the server returns a -404 error and the handshake must be restarted
        #   (any subsequent request also returns -404, even if it is correct)."
        self._step = Step.RSA  # one attempt for a server_nonce
        blind = int.from_bytes(self._token(rsa.KEY_BYTES), "big")
        self._secret = int.from_bytes(self._token(dh.SECRET_BYTES), "big")
        secret = self._secret

        def run() -> tuple[bytes, int]:
            return key.decrypt(encrypted, blind), dh.power(dh.G, secret)

        return Work(run, lambda result: self._after_rsa(body[:end], *result))

    def _after_rsa(self, request: bytes, plain: bytes, g_a: int) -> bytes:
        inner = rsa.unpad(plain)
        if inner is None:
            inner = self._unpad_old(plain)
        self._take_inner(inner)
        # https://core.telegram.org/mtproto/auth_key#6-server-responds-with
        #   "server_DH_inner_data#b5890dba nonce:int128 server_nonce:int128 g:int dh_prime:string g_a:string
        #   server_time:int = Server_DH_inner_data;"
        data = (
            struct.pack("<I", DH_INNER)
            + self._nonce
            + self._server_nonce
            + struct.pack("<i", dh.G)
            + pack_bytes(dh.PRIME.to_bytes(DH_BYTES, "big"))
            + pack_bytes(g_a.to_bytes(DH_BYTES, "big"))
            + struct.pack("<i", int(self._now))
        )
        #   "answer_with_hash := SHA1(answer) + answer + (0-15 random bytes); such that the length be
        #   divisible by 16;"
        with_hash = sha1(data).digest() + data  # noqa: S324  as the protocol has it
        with_hash += self._token(-len(with_hash) % BLOCK_BYTES)
        key, iv = kdf.handshake_keys(self._new_nonce, self._server_nonce)
        answer = (
            struct.pack("<I", DH_PARAMS_OK)
            + self._nonce
            + self._server_nonce
            + pack_bytes(ige.encrypt(with_hash, key, iv))
        )
        self._step = Step.DH
        return self._remember(request, answer)

    def _unpad_old(self, plain: bytes) -> bytes:
        """Undo the old padding, whose data does not say how long it is: measure its TL."""
        data = plain[1 + SHA1_BYTES :]  # behind a zero byte and the hash
        inner = self._measure(data)
        found = rsa.unpad_old(plain, inner)
        if found is None:
            raise ProtocolError("the inner data is wrong")
        return found

    def _measure(self, data: bytes) -> int:
        flags = INNER.get(struct.unpack_from("<I", data)[0])
        if flags is None:
            raise ProtocolError("the inner data is wrong")
        # https://core.telegram.org/mtproto/auth_key#4-encrypted-data-payload-generation
        #   "p_q_inner_data_temp_dc#56fddf88 pq:string p:string q:string nonce:int128 server_nonce:int128
        #   new_nonce:int256 dc:int expires_in:int = P_Q_inner_data;"
        at = NUMBER_BYTES
        for _ in range(3):
            _, at = unpack_bytes(data, at)
        return at + 2 * NONCE_BYTES + NEW_NONCE_BYTES + 4 * sum(flags)

    def _take_inner(self, inner: bytes) -> None:
        size = self._measure(inner)
        flags = INNER[struct.unpack_from("<I", inner)[0]]
        product, at = unpack_bytes(inner, NUMBER_BYTES)
        _, at = unpack_bytes(inner, at)
        _, at = unpack_bytes(inner, at)
        nonces_end = at + 2 * NONCE_BYTES
        right = compare_digest(inner[at:nonces_end], self._nonce + self._server_nonce)
        if not right or int.from_bytes(product, "big") != self._puzzle.product or size > len(inner):
            raise ProtocolError("the inner data is wrong")
        self._new_nonce = inner[nonces_end : nonces_end + NEW_NONCE_BYTES]
        at = nonces_end + NEW_NONCE_BYTES + 4 * flags[0]
        # https://core.telegram.org/mtproto/auth_key#4-encrypted-data-payload-generation
        #   "An alternative form of inner data (p_q_inner_data_temp_dc) is used to create temporary keys, that
        #   are only stored in the server RAM and are discarded after at most expires_in seconds."
        if flags[1]:
            seconds = struct.unpack_from("<i", inner, at)[0]
            self.expires_in = max(1, min(seconds, TEMPORARY_KEY_S_MAX))

    def _on_client_dh(self, body: bytes) -> Work:
        # https://core.telegram.org/mtproto/auth_key
        #   "set_client_DH_params#f5045f1f nonce:int128 server_nonce:int128 encrypted_data:string =
        #   Set_client_DH_params_answer;"
        #   "client_DH_inner_data#6643b654 nonce:int128 server_nonce:int128 retry_id:long g_b:string =
        #   Client_DH_Inner_Data"
        #   "data_with_hash := SHA1(data) + data + (0-15 random bytes); such that length be divisible by 16;"
        self._check_nonces(body)
        encrypted, end = unpack_bytes(body, NONCES_END)
        if len(encrypted) % BLOCK_BYTES or not encrypted:
            raise ProtocolError("cut short")
        key, iv = kdf.handshake_keys(self._new_nonce, self._server_nonce)
        plain = ige.decrypt(encrypted, key, iv)
        inner = plain[SHA1_BYTES:]
        #   "The retry_id field is equal to zero at the time of the first attempt; otherwise, it is equal to
        #   auth_key_aux_hash from the previous failed attempt"
        head = struct.pack("<I", CLIENT_DH_INNER) + self._nonce + self._server_nonce
        g_b_at = NONCES_END + RETRY_ID_BYTES
        right = compare_digest(inner[:g_b_at], head + self._retry_id)
        if not right:
            raise ProtocolError("the inner data is wrong")
        raw, inner_end = unpack_bytes(inner, g_b_at)
        g_b = int.from_bytes(raw, "big")
        hashed = sha1(inner[:inner_end]).digest()  # noqa: S324  as the protocol has it
        #   "We recommend checking that g_a and g_b are between 2^{2048-64} and dh_prime - 2^{2048-64} as
        #   well."
        if not compare_digest(hashed, plain[:SHA1_BYTES]) or not dh.is_safe(g_b):
            raise ProtocolError("the inner data is wrong")
        self._step = Step.KEY
        secret = self._secret
        return Work(
            lambda: dh.power(g_b, secret), lambda shared: self._after_dh(body[:end], shared)
        )

    def _after_dh(self, request: bytes, shared: int) -> NewAuthKey:
        # https://core.telegram.org/mtproto/auth_key#9-server-responds-in-one-of-three-ways
        #   "auth_key_aux_hash is the 64 higher-order bits of SHA1(auth_key)."
        auth_key = shared.to_bytes(DH_BYTES, "big")
        aux = self._clashed = kdf.aux_hash(auth_key)
        accepted = self._verdict(DH_GEN_OK, 1, aux)
        self._remember(request, accepted)
        self._step = Step.DONE
        #   "server_salt is initially set to substr(new_nonce, 0, 8) XOR substr(server_nonce, 0, 8)"
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
        self._step = Step.DH
        self._answer = (b"", b"")
        self._retry_id = self._clashed

    def _verdict(self, number: int, which: int, aux: bytes) -> bytes:
        # https://core.telegram.org/mtproto/auth_key#9-server-responds-in-one-of-three-ways
        #   "new_nonce_hash1, new_nonce_hash2, and new_nonce_hash3 are obtained as the 128 lower-order bits of
        #   SHA1 of the byte string derived from the new_nonce string by adding a single byte with the value
        #   of 1, 2, or 3, and followed by another 8 bytes with auth_key_aux_hash."
        digest = sha1(self._new_nonce + bytes((which,)) + aux).digest()[4:]  # noqa: S324
        return struct.pack("<I", number) + self._nonce + self._server_nonce + digest


def server_nonce_of(body: bytes) -> bytes:
    """Return the server nonce a step of a handshake names, if it is long enough to name one."""
    return body[NONCE_END:NONCES_END]


def wrap(body: bytes, msg_id: int) -> bytes:
    """Return an unencrypted message."""
    # https://core.telegram.org/mtproto/description#unencrypted-messages
    #   "They begin with auth_key_id = 0 (64 bits) which means that there is no auth_key."
    #   "A message identifier (64 bits) and body length in bytes […] are added before the message body."
    return PLAIN_HEAD.pack(0, msg_id, len(body)) + body


def unwrap(packet: bytes) -> bytes:
    """Return the body of an unencrypted message; transports may have padded it.

    Raises:
        ProtocolError: its length is wrong.
    """
    head = PLAIN_HEAD.size
    if len(packet) < head:
        raise ProtocolError("cut short")
    size: int = PLAIN_HEAD.unpack_from(packet)[2]
    if not 0 < size <= len(packet) - head:
        raise ProtocolError("a length that is wrong")
    return packet[head : head + size]
