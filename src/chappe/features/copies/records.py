"""The index of copies: many in one record, since the store counts and seals cells one by one."""

import struct
from typing import Final

from chappe.ports import Record
from chappe.updates import Change, View

SLOT_NUMBERS: Final = 32  # numbers of a sender's box whose copies are in one record
_number: Final = struct.Struct("<i")  # 4 bytes


class CopyIndex(Record, frozen=True):
    """As it was while each copy had a record: such rows are read and dropped, and none is put."""

    table = "twin"
    key = ("peer", "origin")
    cached = False

    peer: int
    origin: int
    id: int


class CopySlot(Record, frozen=True):
    """Which messages here are copies of some that a person sent: together, as the store counts cells."""

    table = "twins"
    key = ("peer", "slot")

    peer: int  # who sent them
    slot: int  # their numbers in the sender's box, by `SLOT_NUMBERS`
    places: bytes = b""  # what is left of each number
    ids: bytes = b""  # likewise, what they are here: 4 each


async def number_of_copy(look: View, sender: int, origin: int) -> int:
    """Return the number that somebody's message has here; 0 if there is no copy of it."""
    slot = await look.get(CopySlot, sender, origin // SLOT_NUMBERS)
    if slot and (at := slot.places.find(origin % SLOT_NUMBERS)) >= 0:
        return int(_number.unpack_from(slot.ids, at * 4)[0])
    single = await look.get(CopyIndex, sender, origin)
    return single.id if single else 0


async def note_copy(change: Change, sender: int, origin: int, number: int) -> None:
    """Note that a message here is a copy. One that is there is replaced."""
    await _put(change, sender, origin, _number.pack(number))


async def drop_copy(change: Change, sender: int, origin: int) -> None:
    """Forget which message here is a copy of somebody's message."""
    if not await _put(change, sender, origin, b""):
        change.drop(CopyIndex, sender, origin)


async def _put(change: Change, sender: int, origin: int, number: bytes) -> bool:
    """Have a slot name a copy, or with b"" not name it; return whether it did."""
    slot, place = origin // SLOT_NUMBERS, bytes((origin % SLOT_NUMBERS,))
    before = await change.get(CopySlot, sender, slot) or CopySlot(peer=sender, slot=slot)
    places, ids, at = before.places, before.ids, before.places.find(place)
    if at >= 0:
        places, ids = places[:at] + places[at + 1 :], ids[: at * 4] + ids[at * 4 + 4 :]
    if number:
        places, ids = places + place, ids + number
    if places:
        change.put(CopySlot(peer=sender, slot=slot, places=places, ids=ids))
    elif at >= 0:
        change.drop(CopySlot, sender, slot)
    return at >= 0
