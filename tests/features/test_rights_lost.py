"""Rights lost while a call is under way: what was allowed at the gate is not done behind it."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chappe.core import Kind, Owner
from chappe.features import chats
from chappe.tl import api, errors

from .test_chats_running import promote
from .village import village


def _kicked(chat: Any, member: Any) -> tuple[Any, Any]:
    return chat, msgspec.structs.replace(member, left=True, banned=chats.rights.VIEW)


def _left(chat: Any, member: Any) -> tuple[Any, Any]:
    return chat, msgspec.structs.replace(member, left=True)


def _demoted(chat: Any, member: Any) -> tuple[Any, Any]:
    return chat, msgspec.structs.replace(member, admin=0)


def _ended(chat: Any, member: Any) -> tuple[Any, Any]:
    return msgspec.structs.replace(chat, deleted=True), member


def _nothing(chat: Any, member: Any) -> tuple[Any, Any]:
    return chat, member


@pytest.mark.parametrize("broadcast", [False, True])
@pytest.mark.parametrize("happens", [_kicked, _left, _demoted, _ended, _nothing])
async def test_who_loses_the_right_while_writing_has_not_written(
    happens: Callable[[Any, Any], tuple[Any, Any]], *, broadcast: bool
) -> None:
    """The box is taken when Bob has passed the gate; what happens to it meanwhile counts."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("Place", bob, broadcast=broadcast)
        await promote(ada, place, bob, post_messages=True, edit_messages=True)
        owner = Owner(Kind.CHANNEL, place.id)
        before = await v.house.look(owner).counter("message")
        async with v.house.change(owner) as change:
            writing = asyncio.create_task(bob.say(place, "one more thing"))
            for _ in range(20):  # up to the box, which is taken
                await asyncio.sleep(0)
            assert not writing.done()
            chat = await change.get(chats.Chat)
            member = await change.get(chats.Member, bob.id)
            for record in happens(chat, member):
                change.put(record)
        refused = happens is not _nothing and (broadcast or happens is not _demoted)
        if refused:
            with pytest.raises(errors.ChatWriteForbidden):
                await writing
        else:
            await writing
        assert await v.house.look(owner).counter("message") == before + (not refused)


async def test_who_leaves_and_comes_back_waits_on_in_slow_mode() -> None:
    """A door is no way around it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        slow = api.ChannelsToggleSlowMode(channel=ada.channel(sup), seconds=60)
        await ada(slow)
        await bob.say(sup, "first")
        await bob(api.ChannelsLeaveChannel(channel=bob.channel(sup)))
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(sup), users=[ada.user(bob)]))
        await v.settle()
        with pytest.raises(errors.SlowmodeWait):
            await bob.say(sup, "second")
        v.clock.time += 60
        await bob.say(sup, "second")
