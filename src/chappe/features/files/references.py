"""File ids, access hashes and file references: opaque numbers, valid where the file was seen."""

import hmac
import struct
from typing import Final, NamedTuple

from chappe.tl import errors
from chappe.updates import Context, Viewer

NUMBER_BITS: Final = 22  # of a file's number in its owner's box
HALF_BITS: Final = 31
HALF: Final = (1 << HALF_BITS) - 1
ROUNDS: Final = 4
REFERENCE_S: Final = 86_400  # seconds a file reference holds at least; twice that at most
VERSION: Final = 1

MESSAGE: Final = 1  # seen in a message: a dialog's number and the message's
PROFILE: Final = 2  # seen in somebody's profile
OWN: Final = 3  # uploaded by the viewer and not sent yet
CHAT: Final = 4  # the photo of a group or channel
DRAWN: Final = 5  # drawn by the server for everybody; such a reference does not expire
SAVED: Final = 6  # among the GIFs the viewer keeps at hand
PERSONAL: Final = 7  # the photo the viewer has given a contact
INVITED: Final = 8  # the photo of a chat, by an invite link: the chat's number and the link's
IN_SET: Final = (
    9  # in a sticker set: its maker and its number; sets are shown to everybody, without an end
)
KEPT: Final = 10  # among the stickers the viewer keeps at hand
RINGTONE: Final = 11  # among the sounds of notifications the viewer keeps
INLINE: Final = 12  # among the results of a bot: the query of the viewer's
NEVER: Final = (1 << 32) - 1  # when that is

_FORMAT: Final = struct.Struct(">BBIqi")
MAC_BYTES: Final = 8


class Where(NamedTuple):
    """Where a file was seen."""

    kind: int
    peer: int
    id: int = 0


def file_id(context: Context, owner: int, number: int) -> int:
    """Return the id clients know a file by: it tells neither whose file it is nor how many they have."""
    return hidden_id(context, "file_id", owner, number)


def hidden_id(context: Context, name: str, owner: int, number: int) -> int:
    """Return the id clients know something by that is kept in somebody's box under a number.

    A permutation of 62 bits (a Feistel network over a keyed hash), so that it can be turned back.
    """
    packed = owner << NUMBER_BITS | number
    left, right = packed >> HALF_BITS, packed & HALF
    for turn in range(ROUNDS):
        left, right = right, left ^ (context.keyed(name, turn, right) & HALF)
    return left << HALF_BITS | right


def owner_and_number(context: Context, number: int, name: str = "file_id") -> tuple[int, int]:
    """Return owner and number of a file, or the like, by its id; some pair for a number that is none."""
    left, right = (number >> HALF_BITS) & HALF, number & HALF
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ (context.keyed(name, turn, left) & HALF), left
    packed = left << HALF_BITS | right
    return packed >> NUMBER_BITS, packed & ((1 << NUMBER_BITS) - 1)


def file_access_hash(context: Context, viewer: int, number: int) -> int:
    """Return the access hash this viewer names a file with."""
    return context.keyed("file_access", viewer, number)


def shown_file_hash(viewer: Viewer, number: int) -> int:
    """Return the access hash of a file that this viewer is shown."""
    return viewer.keyed("file_access", number)


def _mac(context: Context, viewer: int, number: int, fields: tuple[int, ...]) -> bytes:
    return context.keyed("file_reference", viewer, number, *fields).to_bytes(MAC_BYTES, "big")


def reference(viewer: Viewer, number: int, where: Where) -> bytes:
    """Return the file reference of a file this viewer sees somewhere."""
    day = int(viewer.context.clock.now()) // REFERENCE_S
    expires = NEVER if where.kind in (DRAWN, IN_SET) else (day + 2) * REFERENCE_S
    fields = (VERSION, where.kind, expires, where.peer, where.id)
    mac = viewer.keyed("file_reference", number, *fields, order="big")
    return _FORMAT.pack(*fields) + mac.to_bytes(MAC_BYTES, "big")


def seen_at(context: Context, viewer: int, number: int, given: bytes) -> Where:
    """Return where a file reference says that the file was seen.

    Raises:
        errors.FileReferenceEmpty, errors.FileReferenceInvalid, errors.FileReferenceExpired
    """
    if not given:
        raise errors.FileReferenceEmpty
    if len(given) != _FORMAT.size + MAC_BYTES:
        raise errors.FileReferenceInvalid
    fields = _FORMAT.unpack(given[: _FORMAT.size])
    if not hmac.compare_digest(given[_FORMAT.size :], _mac(context, viewer, number, fields)):
        raise errors.FileReferenceInvalid
    _, kind, expires, peer, message = fields
    if expires <= context.clock.now():
        raise errors.FileReferenceExpired
    return Where(kind, peer, message)
