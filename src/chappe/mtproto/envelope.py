"""The envelope: encrypted messages of MTProto 2.0, sealed and opened.

Source: core.telegram.org/mtproto/description. Every failure looks the same from outside.
"""

import struct
from hmac import compare_digest
from typing import Final, NamedTuple

from chappe.crypto import ige, kdf

from .errors import ProtocolError

HEAD: Final = struct.Struct("<qqqii")  # salt, session_id, msg_id, seq_no, length
BODY_BYTES_MIN: Final = 4  # a constructor's id
PADDING_BYTES_MIN: Final = 12
PADDING_BYTES_MAX: Final = 1024  # bytes of padding in one message


class Opened(NamedTuple):
    """What was inside an envelope. `quick_ack` is the token a client that asks for it expects."""

    salt: int
    session_id: int
    msg_id: int
    seq_no: int
    body: bytes
    quick_ack: bytes


def open_envelope(packet: bytes, auth_key: bytes, x: int = kdf.FROM_CLIENT) -> Opened:
    """Open a packet (auth_key_id, msg_key, encrypted data) that came in direction `x`.

    Raises:
        ProtocolError: anything at all is wrong with it.
    """
    size = (len(packet) - 24) & ~15  # a padded transport adds up to 15 bytes
    if size < HEAD.size + PADDING_BYTES_MIN:
        raise ProtocolError("the envelope is wrong")
    msg_key = packet[8:24]
    plain = ige.decrypt(packet[24 : 24 + size], *kdf.message_keys(auth_key, msg_key, x))
    large = kdf.large_hash(auth_key, plain, x)
    salt, session_id, msg_id, seq_no, length = HEAD.unpack_from(plain)
    padding = size - HEAD.size - length
    right = compare_digest(large[8:24], msg_key)
    if (
        not right
        or length < BODY_BYTES_MIN
        or length % 4
        or not PADDING_BYTES_MIN <= padding <= PADDING_BYTES_MAX
    ):
        raise ProtocolError("the envelope is wrong")
    token = (int.from_bytes(large[:4], "little") | 0x8000_0000).to_bytes(4, "little")
    return Opened(salt, session_id, msg_id, seq_no, plain[32 : 32 + length], token)


def seal(
    auth_key: bytes,
    key_id: int,
    head: tuple[int, int, int, int],
    body: bytes,
    padding: bytes,
    x: int = kdf.FROM_SERVER,
) -> bytes:
    """Return a packet. `head` is (salt, session_id, msg_id, seq_no); `padding` gives ≥ 28 random bytes."""
    size = HEAD.size + len(body)
    padded = padding[: PADDING_BYTES_MIN + (-(size + PADDING_BYTES_MIN) % 16)]
    plain = b"".join(
        (HEAD.pack(*head, len(body)), body, padded)
    )  # one copy of a part of a file, not two
    msg_key = kdf.message_key(auth_key, plain, x)
    key, iv = kdf.message_keys(auth_key, msg_key, x)
    sealed = ige.encrypt(plain, key, iv)
    return b"".join((key_id.to_bytes(8, "little", signed=True), msg_key, sealed))
