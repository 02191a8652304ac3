"""The envelope: encrypted messages of MTProto 2.0, sealed and opened.

Source: core.telegram.org/mtproto/description; each rule stands under the sentence it comes from. Every
failure looks the same from outside.
"""

import struct
from hmac import compare_digest
from typing import Final, NamedTuple

from chappe.crypto import ige, kdf

from .errors import ProtocolError
from .wire import NUMBER_BYTES

# https://core.telegram.org/mtproto/description#external-cryptographic-header
#   "A header (24 bytes) added before an encrypted message or a container. Consists of the key identifier
#   auth_key_id (64 bits) and the message key msg_key (128 bits)."
KEY_ID_BYTES: Final = 8
OUTER_HEAD_BYTES: Final = 24
# https://core.telegram.org/mtproto/description#encrypted-message-encrypted-data
HEAD: Final = struct.Struct("<qqqii")  # salt, session_id, message_id, seq_no, message_data_length
# https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
#   "Note that MTProto 2.0 requires from 12 to 1024 bytes of padding, still subject to the condition that the
#   resulting message length be divisible by 16 bytes."
PADDING_BYTES_MIN: Final = 12  # bytes of padding in one message
PADDING_BYTES_MAX: Final = 1024  # likewise
BLOCK_BYTES: Final = 16  # of AES
PADDING_GIVEN_BYTES: Final = PADDING_BYTES_MIN + BLOCK_BYTES  # random bytes `seal` may need


class Opened(NamedTuple):
    """What was inside an envelope, with the hash whose middle is its msg_key."""

    salt: int
    session_id: int
    msg_id: int
    seq_no: int
    body: bytes
    hashed: bytes

    @property
    def quick_ack(self) -> bytes:
        """The token a client that asks for it expects."""
        # https://core.telegram.org/mtproto/mtproto-transports#quick-ack
        #   "Taking the first 32 bits of the SHA256 of the encrypted portion of the payload prepended by 32
        #   bytes from the authorization key", "Setting the MSB of the last byte to 1"
        return (int.from_bytes(self.hashed[:4], "little") | 0x8000_0000).to_bytes(4, "little")


def open_envelope(packet: bytes | memoryview, auth_key: bytes, x: int = kdf.FROM_CLIENT) -> Opened:
    """Open a packet (auth_key_id, msg_key, encrypted data) that came in direction `x`.

    Raises:
        ProtocolError: anything at all is wrong with it.
    """
    size = (len(packet) - OUTER_HEAD_BYTES) & -BLOCK_BYTES  # a padded transport adds up to 15 bytes
    if size < HEAD.size + PADDING_BYTES_MIN:
        raise ProtocolError("the envelope is wrong")
    msg_key = bytes(packet[KEY_ID_BYTES:OUTER_HEAD_BYTES])
    encrypted = bytes(packet[OUTER_HEAD_BYTES : OUTER_HEAD_BYTES + size])
    # https://core.telegram.org/mtproto/description#important-checks
    #   "When an encrypted message is received, it must be checked that msg_key is in fact equal to the 128
    #   middle bits of the SHA-256 of the decrypted data with a 32-byte fragment of auth_key prepended to it"
    plain = ige.decrypt(encrypted, *kdf.message_keys(auth_key, msg_key, x))
    large = kdf.large_hash(auth_key, plain, x)
    salt, session_id, msg_id, seq_no, length = HEAD.unpack_from(plain)
    padding = size - HEAD.size - length
    if (
        not compare_digest(large[8:24], msg_key)
        or length < NUMBER_BYTES
        or length % 4
        or not PADDING_BYTES_MIN <= padding <= PADDING_BYTES_MAX
    ):
        raise ProtocolError("the envelope is wrong")
    return Opened(salt, session_id, msg_id, seq_no, plain[HEAD.size : HEAD.size + length], large)


def seal(
    auth_key: bytes,
    key_id: int,
    head: tuple[int, int, int, int],
    body: bytes,
    padding: bytes,
    x: int = kdf.FROM_SERVER,
) -> bytes:
    """Return a packet. See `seal_pieces`."""
    return b"".join(seal_pieces(auth_key, key_id, head, body, padding, x))


def seal_pieces(
    auth_key: bytes,
    key_id: int,
    head: tuple[int, int, int, int],
    body: bytes,
    padding: bytes,
    x: int = kdf.FROM_SERVER,
) -> tuple[bytes, bytes]:
    """Return both pieces of a packet: a part of a file is not copied to join them.

    `head` is (salt, session_id, msg_id, seq_no); `padding` gives PADDING_GIVEN_BYTES random bytes.
    """
    size = HEAD.size + len(body)
    padded = padding[: PADDING_BYTES_MIN + (-(size + PADDING_BYTES_MIN) % BLOCK_BYTES)]
    plain = b"".join((HEAD.pack(*head, len(body)), body, padded))
    msg_key = kdf.message_key(auth_key, plain, x)
    key, iv = kdf.message_keys(auth_key, msg_key, x)
    outer = key_id.to_bytes(KEY_ID_BYTES, "little", signed=True) + msg_key
    return outer, ige.encrypt(plain, key, iv)
