"""Opening the proof that binds a temporary key: sealed with the permanent key, the old way.

Source: core.telegram.org/method/auth.bindTempAuthKey.
"""

import struct
from hashlib import sha1
from hmac import compare_digest
from typing import Final

from chappe.crypto import ige, kdf

INNER_BYTES: Final = 40
HEAD_BYTES: Final = 32  # random, msg_id, seq_no, length


def open_binding(perm_key: bytes, message: bytes) -> tuple[int, bytes] | None:
    """Return (msg_id, the 40 bytes inside), or None if it was not sealed with this key."""
    encrypted = message[24:]
    if len(encrypted) < HEAD_BYTES + INNER_BYTES or len(encrypted) % 16:
        return None
    if struct.unpack_from("<q", message)[0] != kdf.key_id(perm_key):
        return None
    msg_key = message[8:24]
    plain = ige.decrypt(encrypted, *kdf.message_keys_v1(perm_key, msg_key))
    _, _, msg_id, _, size = struct.unpack_from("<qqqii", plain)
    whole = plain[: HEAD_BYTES + INNER_BYTES]
    hashed = sha1(whole).digest()[4:20]  # noqa: S324  as the protocol has it
    if size != INNER_BYTES or not compare_digest(hashed, msg_key):
        return None
    return msg_id, whole[HEAD_BYTES:]
