"""Copies of a message are found by the sender's number of it, as they are kept now and as they were."""

import pytest

from chappe.core import Owner
from chappe.features.copies import (
    CopyIndex,
    CopySlot,
    note_copy,
    number_of_copy,
)
from chappe.features.copies.records import SLOT_NUMBERS
from chappe.tl import api

from .village import Person, village


async def texts(of: Person, other: Person) -> list[str]:
    """Return the texts of a conversation, newest first."""
    got = await of(
        api.MessagesGetHistory(
            peer=of.peer(other),
            offset_id=0,
            offset_date=0,
            add_offset=0,
            limit=100,
            max_id=0,
            min_id=0,
            hash=0,
        )
    )
    return [m.message for m in got.messages]


@pytest.mark.parametrize("how", ["now", "before", "both"])
async def test_copies_are_edited_and_deleted_however_they_are_kept(how: str) -> None:
    """In one record for many, one for each, or some so and some otherwise; what is deleted is in neither."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        box = Owner.user(bob.id)
        sent = [await ada.say(bob, str(n)) for n in range(SLOT_NUMBERS + 3)]
        async with v.context.change(box) as change:
            if how != "now":
                for number in sent[:3]:
                    id_ = await number_of_copy(change, ada.id, number)
                    change.put(CopyIndex(peer=ada.id, origin=number, id=id_))
                for slot in await change.scan(CopySlot, ada.id):
                    change.drop(CopySlot, ada.id, slot.slot)
                if how == "both":
                    last = await change.scan(CopyIndex, ada.id)
                    await note_copy(change, ada.id, last[0].origin, last[0].id)
        edited, deleted = sent[1], sent[2]
        edit = api.MessagesEditMessage(peer=ada.peer(bob), id=edited, message="other")
        await ada(edit)
        await ada(api.MessagesDeleteMessages(id=[deleted], revoke=True))
        await ada.say(bob, "last")
        assert (await texts(bob, ada))[-3:] == ["3", "other", "0"]
        async with v.context.change(box) as change:
            assert await number_of_copy(change, ada.id, deleted) == 0
            assert await number_of_copy(change, ada.id, edited) > 0
            assert await change.get(CopyIndex, ada.id, deleted) is None


async def test_a_slot_names_each_copy_once_and_goes_with_the_last() -> None:
    """Whatever is put anew, or deleted, in whatever order."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sent = [await ada.say(bob, str(n)) for n in range(4)]
        box = Owner.user(bob.id)
        async with v.context.change(box) as change:
            ids = [await number_of_copy(change, ada.id, number) for number in sent]
            assert len(set(ids)) == 4
            await note_copy(change, ada.id, sent[1], ids[1])
            slots = await change.scan(CopySlot, ada.id)
            assert sum(len(slot.places) for slot in slots) == 4
            assert sum(len(slot.ids) for slot in slots) == 16
            again = [await number_of_copy(change, ada.id, number) for number in sent]
            assert again == ids
        for number in (sent[2], sent[0], sent[3], sent[1]):
            await ada(api.MessagesDeleteMessages(id=[number], revoke=True))
        async with v.context.change(box) as change:
            assert await change.scan(CopySlot, ada.id) == []
            assert await texts(bob, ada) == []
