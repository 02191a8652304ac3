"""What somebody may no more: after they left, were removed, demoted, silenced or blocked."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.messages.scheduled import WHEN_ONLINE
from chappe.tl import api, errors

from .running import participant, promote, restrict
from .test_polls import question
from .test_scheduled import come, later, waiting
from .village import Person, village


def numbered(messages: list[Any], text: str) -> int:
    """Return the number of the message that says something."""
    return next(int(m.id) for m in messages if getattr(m, "message", "") == text)


async def edit(by: Person, chat: Any, number: int, text: str) -> None:
    """Give a message another text."""
    await by(api.MessagesEditMessage(peer=by.peer(chat), id=number, message=text))
    await by.village.settle()


async def remove(by: Person, group: Any, who: Person) -> None:
    """Take somebody out of a basic group, or leave it."""
    await by(api.MessagesDeleteChatUser(chat_id=group.id, user_id=by.user(who)))
    await by.village.settle()


# -- basic groups -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["left", "removed"])
async def test_who_is_out_of_a_group_hears_no_more_of_its_messages(how: str) -> None:
    """What they have is theirs; what becomes of it is not, but for what is taken back."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        group = await ada.group("G", bob, eve)
        first, second = await ada.say(group, "as it was"), await ada.say(group, "taken back")
        await remove(eve if how == "left" else ada, group, eve)
        known = len(eve.listener.heard)
        await edit(ada, group, first, "as it became")
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(group), id=first))
        number = numbered(await bob.history(group), "as it became")
        await bob(
            api.MessagesSendReaction(
                peer=bob.peer(group), msg_id=number, reaction=[api.ReactionEmoji(emoticon="👍")]
            )
        )
        await v.settle()
        assert eve.listener.heard[known:] == []
        assert "as it was" in await eve.texts(group)
        (kept,) = [m for m in await eve.history(group) if getattr(m, "message", "") == "as it was"]
        assert (kept.reactions, kept.pinned) == (None, False)
        (seen,) = [m for m in await ada.history(group) if m.id == first]
        assert (seen.pinned, len(seen.reactions.results)) == (True, 1)
        await ada(api.MessagesDeleteMessages(id=[second], revoke=True))
        await v.settle()
        assert "taken back" not in await eve.texts(group)


async def test_an_edit_on_its_way_does_not_reach_who_left_meanwhile() -> None:
    """It was sent while they were in, and comes when they are out."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        group = await ada.group("G", eve)
        number = await ada.say(group, "before")
        await v.settle()
        async with v.context.change(Owner(Kind.USER, eve.id)):  # nothing comes into Eve's box
            await ada(api.MessagesEditMessage(peer=ada.peer(group), id=number, message="after"))
            await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(eve)))
        await v.settle()
        assert "before" in await eve.texts(group)
        assert "after" not in await eve.texts(group)
        assert "after" in await ada.texts(group)


# -- channels and supergroups -----------------------------------------------------------------------


async def test_who_posts_no_more_neither_edits_nor_deletes_what_they_posted() -> None:
    """It stands in the channel's name; who may post is asked for one's own, who edits for all."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        channel = await ada.supergroup("C", bob, broadcast=True)
        await promote(ada, channel, bob, post_messages=True)
        number = await bob.say(channel, "by Bob")
        others = await ada.say(channel, "by Ada")
        await edit(bob, channel, number, "by Bob, better")
        poll = await ask(bob, channel)
        for demoted in ({}, {"invite_users": True}):
            await promote(ada, channel, bob, **demoted)
            with pytest.raises(errors.MessageAuthorRequired):
                await edit(bob, channel, number, "defaced")
            with pytest.raises(errors.MessageAuthorRequired):
                await end(bob, channel, poll)
            with pytest.raises(errors.MessageDeleteForbidden):
                await bob(api.ChannelsDeleteMessages(channel=bob.channel(channel), id=[number]))
        assert await ada.texts(channel) == ["by Bob, better", "by Ada", ""]
        await promote(ada, channel, bob, edit_messages=True)
        await edit(bob, channel, others, "corrected")
        await end(bob, channel, poll)
        with pytest.raises(errors.MessageDeleteForbidden):
            await bob(api.ChannelsDeleteMessages(channel=bob.channel(channel), id=[number]))
        await promote(ada, channel, bob, post_messages=True)
        await bob(api.ChannelsDeleteMessages(channel=bob.channel(channel), id=[number]))
        assert await ada.texts(channel) == ["corrected", ""]


async def ask(by: Person, chat: Any) -> int:
    """Put a question to a chat; return its number."""
    told = await by(
        api.MessagesSendMedia(
            peer=by.peer(chat), media=question(), message="", random_id=by.village.number()
        )
    )
    await by.village.settle()
    return int(next(u.id for u in told.updates if isinstance(u, api.UpdateMessageID)))


async def end(by: Person, chat: Any, number: int) -> None:
    """Close a poll."""
    closed = question()
    closed.poll.closed = True
    await by(api.MessagesEditMessage(peer=by.peer(chat), id=number, media=closed))
    await by.village.settle()


async def test_who_is_silenced_does_not_speak_by_editing() -> None:
    """Slow mode is about new messages, and holds back no correction."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("S", bob)
        await ada(api.ChannelsToggleSlowMode(channel=ada.channel(place), seconds=60))
        number = await bob.say(place, "hello")
        await edit(bob, place, number, "hello, all")
        await restrict(ada, place, bob, send_messages=True)
        with pytest.raises(errors.UserBannedInChannel):
            await edit(bob, place, number, "silenced, and yet")
        with pytest.raises(errors.UserBannedInChannel):
            await bob(api.MessagesGetMessageEditData(peer=bob.peer(place), id=number))
        assert await ada.texts(place) == ["hello, all"]
        await restrict(ada, place, bob)
        default = api.ChatBannedRights(send_messages=True, until_date=0)
        await ada(
            api.MessagesEditChatDefaultBannedRights(peer=ada.peer(place), banned_rights=default)
        )
        with pytest.raises(errors.ChatWriteForbidden):
            await edit(bob, place, number, "silenced, and yet")
        await bob(api.ChannelsDeleteMessages(channel=bob.channel(place), id=[number]))


async def test_who_runs_a_group_no_more_does_not_speak_in_its_name() -> None:
    """What an anonymous admin wrote stays as it is when they are a member like others."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("S", bob)
        await promote(ada, place, bob, anonymous=True, change_info=True)
        number = await bob.say(place, "so it is")
        await edit(bob, place, number, "so it is decided")
        await promote(ada, place, bob)
        with pytest.raises(errors.MessageAuthorRequired):
            await edit(bob, place, number, "or not")
        with pytest.raises(errors.MessageDeleteForbidden):
            await bob(api.ChannelsDeleteMessages(channel=bob.channel(place), id=[number]))
        assert await ada.texts(place) == ["so it is decided"]


async def test_leaving_and_coming_back_lifts_no_restriction() -> None:
    """By oneself, that is: who is unbanned by an admin is free."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("S", bob)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(place), username="open_place"))
        until = int(v.clock.now()) + 3_600
        await restrict(ada, place, bob, until=until, send_messages=True)
        await bob(api.ChannelsLeaveChannel(channel=bob.channel(place)))
        await v.settle()
        with pytest.raises(errors.ChatWriteForbidden):
            await bob.say(place, "free")
        await bob(api.ChannelsJoinChannel(channel=bob.channel(place)))
        await v.settle()
        with pytest.raises(errors.UserBannedInChannel):
            await bob.say(place, "free")
        found = await participant(ada, place, bob)
        assert (found.banned_rights.until_date, found.kicked_by) == (until, ada.id)
        v.clock.time += 3_600
        await bob.say(place, "free")
        assert isinstance(await participant(ada, place, bob), api.ChannelParticipant)


async def test_of_a_ban_that_is_over_nothing_is_left() -> None:
    """Neither to those who run the place, nor in what is shown to whom it kept out: apps go by that."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("S", bob)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(place), username="open_place"))
        until = int(v.clock.now()) + 3_600
        await restrict(ada, place, bob, until=until, view_messages=True, send_messages=True)
        await v.settle()
        assert isinstance(await participant(ada, place, bob), api.ChannelParticipantBanned)
        with pytest.raises(errors.ChannelPrivate):
            await bob(api.ChannelsJoinChannel(channel=bob.channel(place)))
        v.clock.time += 3_600
        with pytest.raises(errors.UserNotParticipant):
            await participant(ada, place, bob)
        await bob(api.ChannelsJoinChannel(channel=bob.channel(place)))
        await v.settle()
        shown = (await bob(api.ChannelsGetChannels(id=[bob.channel(place)]))).chats[0]
        assert (shown.left, shown.banned_rights) == (False, None)
        assert isinstance(await participant(ada, place, bob), api.ChannelParticipant)
        await bob.say(place, "free")


async def test_a_ban_keeps_somebody_from_office_while_it_lasts() -> None:
    """Cid may appoint but not ban, and so cannot free anybody: when the ban is over there is no need to."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        place = await ada.supergroup("S", bob, cid)
        await promote(ada, place, cid, add_admins=True, invite_users=True, pin_messages=True)
        until = int(v.clock.now()) + 3_600
        await restrict(ada, place, bob, until=until, view_messages=True)
        with pytest.raises(errors.UserKicked):
            await promote(cid, place, bob, pin_messages=True)
        v.clock.time += 3_600
        await promote(cid, place, bob, pin_messages=True)
        assert isinstance(await participant(ada, place, bob), api.ChannelParticipantAdmin)


async def test_a_creator_who_left_is_out_of_reach() -> None:
    """Whoever may ban does not keep them from coming back as what they were."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("S", bob)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(place), username="open_place"))
        await promote(ada, place, bob, ban_users=True, add_admins=True, invite_users=True)
        await ada(api.ChannelsLeaveChannel(channel=ada.channel(place)))
        await v.settle()
        for forbidden in ({"view_messages": True}, {"send_messages": True}, {}):
            with pytest.raises(errors.UserAdminInvalid):
                await restrict(bob, place, ada, **forbidden)
        await ada(api.ChannelsJoinChannel(channel=ada.channel(place)))
        await v.settle()
        assert isinstance(await participant(bob, place, ada), api.ChannelParticipantCreator)


# -- who is here ------------------------------------------------------------------------------------


async def hide(who: Person, *rules: Any) -> None:
    """Say who may know when somebody is here: nobody, if not otherwise said."""
    await who(
        api.AccountSetPrivacy(
            key=api.InputPrivacyKeyStatusTimestamp(),
            rules=[*rules, api.InputPrivacyValueDisallowAll()],
        )
    )
    await who.village.settle()


@pytest.mark.parametrize("how", ["blocked", "hidden"])
async def test_who_may_not_know_is_not_told_that_somebody_came_or_went(how: str) -> None:
    """Not even roughly: the moment says it all. That one may know no more is told once."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await ada.say(bob, "hello")
        await come(bob)
        assert isinstance(ada.told(api.UpdateUserStatus)[-1].status, api.UserStatusOnline)
        if how == "blocked":
            await bob(api.ContactsBlock(id=bob.peer(ada)))
        else:
            await hide(bob)
        await v.settle()
        assert isinstance(ada.told(api.UpdateUserStatus)[-1].status, api.UserStatusRecently)
        known = len(ada.listener.heard)
        await bob(api.AccountUpdateStatus(offline=True))
        await come(bob)
        await v.settle()
        assert ada.listener.heard[known:] == []


@pytest.mark.parametrize("how", ["blocked", "hidden"])
async def test_a_message_that_waits_for_somebody_does_not_betray_them(how: str) -> None:
    """It was to be sent when they are here; now that its author may not know, it waits on."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await later(ada, bob, "there you are", WHEN_ONLINE)
        if how == "blocked":
            await bob(api.ContactsBlock(id=bob.peer(ada)))
        else:
            await hide(bob)
        await v.settle()
        known = len(ada.listener.heard)
        for _ in range(2):
            await come(bob)
        assert ada.listener.heard[known:] == []
        assert len(await waiting(ada, bob)) == 1
        if how == "blocked":
            await bob(api.ContactsUnblock(id=bob.peer(ada)))
        else:
            await hide(bob, api.InputPrivacyValueAllowAll())
        await come(bob)
        assert await bob.texts(ada) == ["there you are"]
        assert await waiting(ada, bob) == []


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_number_of_those_who_are_here_tells_of_nobody_who_hides(kind: str) -> None:
    """In a group of two it would be their presence."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        chat = await (ada.group if kind == "group" else ada.supergroup)("G", bob)
        request = api.MessagesGetOnlines(peer=ada.peer(chat))
        assert (await ada(request)).onlines == 2
        await hide(bob)
        assert (await ada(request)).onlines == 1
        for device in bob.devices:
            device.disconnect()
        await v.settle()
        assert (await ada(request)).onlines == 1
        if kind == "group":
            with pytest.raises(errors.ChatIdInvalid):
                await cid(api.MessagesGetOnlines(peer=cid.peer(chat)))
        else:
            full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(chat)))
            assert full.full_chat.online_count == 1
