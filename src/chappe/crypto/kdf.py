"""Keys of one message, of the handshake, and of the old form used to bind temporary keys.

Source: core.telegram.org/mtproto/description, /mtproto/auth_key, /mtproto/description_v1.
"""

from hashlib import sha1, sha256
from typing import Final

FROM_CLIENT: Final = 0  # the x of the key derivation for what a client sends
FROM_SERVER: Final = 8


def message_key(auth_key: bytes, padded: bytes, x: int) -> bytes:
    """Return the 16-byte msg_key of a padded plaintext going in direction `x`."""
    return large_hash(auth_key, padded, x)[8:24]


def large_hash(auth_key: bytes, padded: bytes, x: int) -> bytes:
    """Return the 32-byte hash whose middle is the msg_key of a padded plaintext."""
    hashed = sha256(auth_key[88 + x : 120 + x])
    hashed.update(padded)  # a part of a file is not copied for it
    return hashed.digest()


def message_keys(auth_key: bytes, msg_key: bytes, x: int) -> tuple[bytes, bytes]:
    """Return the AES key and iv (32 bytes each) of a message in direction `x`."""
    a = sha256(msg_key + auth_key[x : x + 36]).digest()
    b = sha256(auth_key[40 + x : 76 + x] + msg_key).digest()
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def message_keys_v1(auth_key: bytes, msg_key: bytes, x: int = FROM_CLIENT) -> tuple[bytes, bytes]:
    """Return the AES key and iv of a message of the first protocol version."""
    a = sha1(msg_key + auth_key[x : x + 32]).digest()  # noqa: S324  as the protocol has it
    b = sha1(  # noqa: S324
        auth_key[32 + x : 48 + x] + msg_key + auth_key[48 + x : 64 + x]
    ).digest()
    c = sha1(auth_key[64 + x : 96 + x] + msg_key).digest()  # noqa: S324
    d = sha1(msg_key + auth_key[96 + x : 128 + x]).digest()  # noqa: S324
    return a[:8] + b[8:20] + c[4:16], a[8:20] + b[:8] + c[16:20] + d[:8]


def handshake_keys(new_nonce: bytes, server_nonce: bytes) -> tuple[bytes, bytes]:
    """Return the AES key and iv of the Diffie-Hellman part of the handshake."""
    a = sha1(new_nonce + server_nonce).digest()  # noqa: S324  as the protocol has it
    b = sha1(server_nonce + new_nonce).digest()  # noqa: S324
    c = sha1(new_nonce + new_nonce).digest()  # noqa: S324
    return a + b[:12], b[12:20] + c + new_nonce[:4]


def key_id(auth_key: bytes) -> int:
    """Return the signed 64-bit id of an authorisation key."""
    return int.from_bytes(sha1(auth_key).digest()[12:20], "little", signed=True)  # noqa: S324


def aux_hash(auth_key: bytes) -> bytes:
    """Return the 8 bytes of the key's hash that confirm a handshake."""
    return sha1(auth_key).digest()[:8]  # noqa: S324
