"""Sent once: what a client sends again, since it heard no answer, is the message it was before.

A box remembers the latest random_ids of each sender, in a few records that are filled in turn. All of
them are in memory while their sender writes, so that a new message asks the store for nothing.
"""

import struct
from typing import Final

from chappe.ports import Record
from chappe.updates import Change

SLOTS: Final = 8  # records that remember one sender's random_ids
SLOT_IDS_MAX: Final = 72  # random_ids in one: it stays below the 1,002 bytes a page takes undivided

_id: Final = struct.Struct("<q")
_number: Final = struct.Struct("<i")


class RecentSends(Record, frozen=True):
    """Some of the random_ids somebody sent lately, and the numbers of the messages they became."""

    table = "sent_slot"
    key = ("user", "slot")

    user: int
    slot: int
    serial: int  # how many were begun before this one; the highest is being filled
    ids: bytes = b""  # 8 each
    numbers: bytes = b""  # 4 each


async def recent_sends_of(change: Change, user: int) -> list[RecentSends]:
    """Return what a box remembers of a sender: the records are filled in turn, and none goes."""
    found: list[RecentSends] = []
    while len(found) < SLOTS and (slot := await change.get(RecentSends, user, len(found))):
        found.append(slot)
    return found


def already_sent(slots: list[RecentSends], random_id: int) -> int:
    """Return the number of the message a random_id became; 0 if it is new."""
    wanted = _id.pack(random_id)
    for slot in slots:
        at = slot.ids.find(wanted)
        while at >= 0:
            if at % _id.size == 0:
                number: int = _number.unpack_from(slot.numbers, at // 2)[0]
                return number
            at = slot.ids.find(wanted, at + 1)
    return 0


def remember(
    change: Change, user: int, slots: list[RecentSends], random_id: int, number: int
) -> None:
    """Remember what a random_id became, in place of the oldest if there are too many."""
    newest = max(
        slots, key=lambda slot: slot.serial, default=RecentSends(user=user, slot=0, serial=0)
    )
    if len(newest.ids) >= SLOT_IDS_MAX * _id.size:
        serial = newest.serial + 1
        newest = RecentSends(user=user, slot=serial % SLOTS, serial=serial)
    change.put(
        RecentSends(
            user=user,
            slot=newest.slot,
            serial=newest.serial,
            ids=newest.ids + _id.pack(random_id),
            numbers=newest.numbers + _number.pack(number),
        )
    )
