"""Numbers of people, groups and channels: never the same twice, whatever the shard they fall on."""

from typing import Any

import pytest

from chappe.core import HOUSE
from chappe.core.owners import SHARD_COUNT
from chappe.tl import api
from chappe.updates import Context

from .village import village


async def last(context: Context, name: str) -> int:
    """Return where a counter of the house stands."""
    return await context.look(HOUSE).counter(name)


@pytest.mark.parametrize("before", [{}, {"users": 7}, {"users": 3, "chats": 9}])
async def test_nobody_has_the_number_of_anything_else(before: dict[str, int]) -> None:
    """Some libraries know peers by their bare number, and take one for the other."""
    async with village() as v:
        async with v.context.change(HOUSE) as change:
            for name, number in before.items():  # a store that counted them apart
                change.next(name, number)
        ada, bob = await v.people_named("Ada", "Bob")
        numbers = [ada.id, bob.id]
        for turn in range(3):
            made: Any = await ada(
                api.ChannelsCreateChannel(title=f"Hall {turn}", about="", megagroup=True)
            )
            numbers.append(made.chats[0].id)
            group: Any = await ada(
                api.MessagesCreateChat(users=[ada.peer(bob)], title=f"Duo {turn}")
            )
            numbers.append(group.updates.chats[0].id)
        (cid,) = await v.people_named("Cid")
        numbers.append(cid.id)
        counted = [number // SHARD_COUNT for number in numbers]
        assert len(set(counted)) == len(counted)
        assert min(counted) > max([0, *before.values()])
        assert await last(v.context, "peers") == max(counted)
