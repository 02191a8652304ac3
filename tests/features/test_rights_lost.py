"""Rights lost while a call is under way: what was allowed at the gate is not done behind it."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chappe.core import Kind, Owner
from chappe.features import chats
from chappe.tl import api, errors

from .running import promote, restrict
from .test_files_go import picture, upload
from .village import Person, village


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
        before = await v.context.look(owner).counter("message")
        async with v.context.change(owner) as change:
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
        assert await v.context.look(owner).counter("message") == before + (not refused)


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


@pytest.mark.parametrize("kind", ["group", "supergroup"])
@pytest.mark.parametrize("how", ["left", "removed"])
async def test_who_went_knows_a_chat_as_it_was_when_they_went(kind: str, how: str) -> None:
    """Neither its new name and picture nor who is in it now; who comes back sees it all."""
    async with village(twins=kind == "group") as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        chat = await (ada.group if kind == "group" else ada.supergroup)("Before", bob, cid)
        leaver = bob if how == "left" else ada
        if kind == "group":
            await leaver(api.MessagesDeleteChatUser(chat_id=chat.id, user_id=leaver.user(bob)))
        elif how == "left":
            await bob(api.ChannelsLeaveChannel(channel=bob.channel(chat)))
        else:
            await restrict(ada, chat, bob, view_messages=True)
        await v.settle()
        photo = api.InputChatUploadedPhoto(file=await upload(ada, picture()))
        if kind == "group":
            await ada(api.MessagesEditChatTitle(chat_id=chat.id, title="After"))
            await ada(api.MessagesEditChatPhoto(chat_id=chat.id, photo=photo))
        else:
            await ada(api.ChannelsEditTitle(channel=ada.channel(chat), title="After"))
            await ada(api.ChannelsEditPhoto(channel=ada.channel(chat), photo=photo))
        await v.settle()

        async def seen(who: Person) -> Any:
            request: Any = api.MessagesGetChats(id=[chat.id])
            if kind != "group":
                request = api.ChannelsGetChannels(id=[who.channel(chat)])
            return (await who(request)).chats[0]

        known = await seen(bob)
        assert known.title == "Before"
        assert isinstance(getattr(known, "photo", api.ChatPhotoEmpty()), api.ChatPhotoEmpty)
        assert not getattr(known, "participants_count", 0)
        current = await seen(cid)
        assert (current.title, current.participants_count) == ("After", 2)
        if kind == "group":
            await ada(api.MessagesAddChatUser(chat_id=chat.id, user_id=ada.user(bob), fwd_limit=0))
        else:
            await ada(api.ChannelsInviteToChannel(channel=ada.channel(chat), users=[ada.user(bob)]))
        await v.settle()
        again = await seen(bob)
        assert (again.title, again.participants_count) == ("After", 3)
        assert isinstance(again.photo, api.ChatPhoto)
