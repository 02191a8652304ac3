"""The few TL forms of the service layer, packed by hand: ids, strings, vectors of numbers."""

import struct
from typing import Final

from .errors import ProtocolError

VECTOR: Final = 0x1CB5C415
NUMBER_BYTES: Final = 4  # bytes of a constructor id, the least a message has
MESSAGE: Final = struct.Struct("<qii")  # head of a message in a container: msg_id, seq_no, length
IDS_MAX: Final = 8192  # ids in one acknowledgement, state request or resend request


def pack_bytes(raw: bytes) -> bytes:
    """Return a TL string of bytes."""
    head = bytes((len(raw),)) if len(raw) < 254 else b"\xfe" + len(raw).to_bytes(3, "little")  # noqa: PLR2004
    return head + raw + bytes(-(len(head) + len(raw)) % 4)


def unpack_bytes(b: bytes, p: int) -> tuple[bytes, int]:
    """Return a TL string at `p` and the place behind it.

    Raises:
        ProtocolError: it is cut short.
    """
    if p >= len(b):
        raise ProtocolError("cut short")
    size, start = b[p], p + 1
    if size == 254:  # noqa: PLR2004  three bytes of length follow
        size, start = int.from_bytes(b[p + 1 : p + 4], "little"), p + 4
    end = start + size
    after = end + (-(end - p) % 4)
    if after > len(b):
        raise ProtocolError("cut short")
    return b[start:end], after


def unpack_ids(b: bytes, p: int) -> tuple[int, ...]:
    """Return the longs of a boxed vector at `p`.

    Raises:
        ProtocolError: it is no such vector, or longer than IDS_MAX.
    """
    if len(b) < p + 8 or struct.unpack_from("<I", b, p)[0] != VECTOR:
        raise ProtocolError("not a vector")
    count = struct.unpack_from("<I", b, p + 4)[0]
    if count > IDS_MAX or len(b) < p + 8 + 8 * count:
        raise ProtocolError("a vector too long")
    return struct.unpack_from(f"<{count}q", b, p + 8)


def pack_ids(ids: tuple[int, ...] | list[int]) -> bytes:
    """Return a boxed vector of longs."""
    return struct.pack(f"<II{len(ids)}q", VECTOR, len(ids), *ids)
