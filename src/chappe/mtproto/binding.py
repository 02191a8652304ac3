"""The binding message of a temporary key: a proof sealed with the permanent key, by MTProto 1.0.

Source: core.telegram.org/method/auth.bindTempAuthKey#encrypting-the-binding-message.
"""

import struct
from hashlib import sha1
from hmac import compare_digest
from typing import Final

from chappe.crypto import ige, kdf

from .envelope import BLOCK_BYTES, KEY_ID_BYTES, OUTER_HEAD_BYTES

#   "one has to prepend random:int128 (it replaces the customary session_id:long and salt:long that are
#   irrelevant in this case), then append the same msg_id that will be used for the request, a seqno equal to
#   zero, and the correct msg_len (40 bytes in this case)"
HEAD: Final = struct.Struct("<16xqii")  # random, msg_id, seq_no, length
INNER_BYTES: Final = 40  # of bind_auth_key_inner


def open_binding(perm_key: bytes, message: bytes) -> tuple[int, bytes] | None:
    """Return (msg_id, the 40 bytes inside), or None if it was not sealed with this key."""
    encrypted = message[OUTER_HEAD_BYTES:]
    if len(encrypted) < HEAD.size + INNER_BYTES or len(encrypted) % BLOCK_BYTES:
        return None
    if struct.unpack_from("<q", message)[0] != kdf.key_id(perm_key):
        return None
    msg_key = message[KEY_ID_BYTES:OUTER_HEAD_BYTES]
    plain = ige.decrypt(encrypted, *kdf.message_keys_v1(perm_key, msg_key))
    msg_id, _, size = HEAD.unpack_from(plain)
    whole = plain[: HEAD.size + INNER_BYTES]
    #   "after that, one computes the msg_key:int128 as SHA1 of the resulting string"
    hashed = sha1(whole).digest()[4:20]  # noqa: S324  as the protocol has it
    if size != INNER_BYTES or not compare_digest(hashed, msg_key):
        return None
    return msg_id, whole[HEAD.size :]
