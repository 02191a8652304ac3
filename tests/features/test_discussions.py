"""Channels and the groups that discuss them: joined by who owns both, commented on by who reads."""

from typing import Any

import msgspec
import pytest

from chappe.core import Kind, Owner
from chappe.features import chats
from chappe.tl import api, errors

from .village import Person, village


async def ban(by: Person, chat: Any, who: Person) -> None:
    """Throw somebody out, and let them not come back."""
    await by(
        api.ChannelsEditBanned(
            channel=by.channel(chat),
            participant=by.peer(who),
            banned_rights=api.ChatBannedRights(until_date=0, view_messages=True),
        )
    )
    await by.village.settle()


async def test_a_channel_gets_a_discussion_group_of_the_same_owner() -> None:
    """Comments join a channel and a group whose past is open; others' chats are refused."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await ada.supergroup("News", bob, broadcast=True)
        talk = await ada.supergroup("Talk", bob)
        other = await bob.supergroup("Other")

        def join(broadcast: Any, group: Any) -> Any:
            return api.ChannelsSetDiscussionGroup(broadcast=broadcast, group=group)

        with pytest.raises(errors.MegagroupIdInvalid):
            await ada(join(ada.channel(news), ada.channel(news)))
        with pytest.raises(errors.BroadcastIdInvalid):
            await ada(join(ada.channel(talk), ada.channel(talk)))
        with pytest.raises(errors.ChannelPrivate):
            await ada(join(ada.channel(news), ada.channel(other)))
        with pytest.raises(errors.ChatAdminRequired):
            await bob(join(bob.channel(news), bob.channel(other)))
        with pytest.raises(errors.LinkNotModified):
            await ada(join(api.InputChannelEmpty(), api.InputChannelEmpty()))
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(talk), enabled=True))
        with pytest.raises(errors.MegagroupPrehistoryHidden):
            await ada(join(ada.channel(news), ada.channel(talk)))
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(talk), enabled=False))
        await ada(join(ada.channel(news), ada.channel(talk)))
        with pytest.raises(errors.LinkNotModified):
            await ada(join(ada.channel(news), ada.channel(talk)))
        offered = await ada(api.ChannelsGetGroupsForDiscussion())
        assert [c.title for c in offered.chats] == ["Talk"]
        post = await ada.say(news, "read this")
        found = await bob(api.MessagesGetDiscussionMessage(peer=bob.peer(news), msg_id=post))
        top = found.messages[0].id
        answer = await bob.say(talk, "I did", reply_to=api.InputReplyToMessage(reply_to_msg_id=top))
        comments = await ada(
            api.MessagesGetReplies(
                peer=ada.peer(news),
                msg_id=post,
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=10,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        assert [m.id for m in comments.messages] == [answer]
        await ada(api.MessagesReadDiscussion(peer=ada.peer(news), msg_id=post, read_max_id=answer))
        (shown,) = [m for m in await ada.history(news) if m.id == post]
        assert (shown.replies.replies, shown.replies.read_max_id) == (1, answer)
        await ada(join(ada.channel(news), api.InputChannelEmpty()))
        with pytest.raises(errors.MsgIdInvalid):
            await bob(api.MessagesGetDiscussionMessage(peer=bob.peer(news), msg_id=post))


async def test_a_basic_group_is_offered_and_attached_once_it_is_migrated() -> None:
    """By its owner; others' are not offered, nor what was one. What was said since is not opened unasked."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        talk, chat = await ada.group("Talk", bob), await ada.group("Chat", bob)
        gone, his = await ada.group("Gone", bob), await bob.group("His", ada)
        news = await ada.supergroup("News", broadcast=True)
        await ada(api.MessagesDeleteChat(chat_id=gone.id))
        left = await ada.group("Left", bob)
        await ada(api.MessagesDeleteChatUser(chat_id=left.id, user_id=ada.user(ada)))
        await v.settle()

        async def offered(who: Person) -> list[tuple[type, str]]:
            found = await who(api.ChannelsGetGroupsForDiscussion())
            return sorted(((type(c), c.title) for c in found.chats), key=repr)

        async def migrated(group: Any) -> Any:
            told = await ada(api.MessagesMigrateChat(chat_id=group.id))
            await v.settle()
            return next(c for c in told.chats if isinstance(c, api.Channel))

        assert await offered(ada) == [(api.Chat, "Chat"), (api.Chat, "Talk")]
        assert await offered(bob) == [(api.Chat, "His")]
        big = await migrated(talk)
        assert await offered(ada) == [(api.Channel, "Talk"), (api.Chat, "Chat")]
        join = api.ChannelsSetDiscussionGroup
        with pytest.raises(errors.ChannelPrivate):
            await bob(join(broadcast=bob.channel(news), group=bob.channel(big)))
        assert await ada(join(broadcast=ada.channel(news), group=ada.channel(big)))
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(big)))
        assert full.full_chat.linked_chat_id == news.id
        assert not full.full_chat.hidden_prehistory
        other = await migrated(chat)
        await bob.say(other, "among us")
        with pytest.raises(errors.MegagroupPrehistoryHidden):
            await ada(join(broadcast=ada.channel(news), group=ada.channel(other)))
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(other), enabled=False))
        assert await ada(join(broadcast=ada.channel(news), group=ada.channel(other)))
        assert await offered(bob) == [(api.Chat, his.title)]


async def test_who_reads_a_channel_comments_without_joining_its_group() -> None:
    """Bob reads and comments; Eve, who does not read the channel, and Dan, who is banned, are refused."""
    async with village() as v:
        ada, bob, dan, eve = await v.people_named("Ada", "Bob", "Dan", "Eve")
        news = await ada.supergroup("News", bob, dan, broadcast=True)
        talk = await ada.supergroup("Talk", dan)
        post = await ada.say(news, "what do you think?")
        with pytest.raises(errors.ChannelPrivate):
            await bob.say(talk, "not yet")
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(news), group=ada.channel(talk))
        )
        with pytest.raises(errors.ChatLinkExists):
            await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(talk), enabled=True))
        post = await ada.say(news, "and now?")
        await v.settle()
        found = await bob(api.MessagesGetDiscussionMessage(peer=bob.peer(news), msg_id=post))
        top = api.InputReplyToMessage(reply_to_msg_id=found.messages[0].id)
        await bob.say(talk, "well", reply_to=top)
        assert await bob.texts(talk) == ["and now?", "well"]
        await v.settle()
        listed = await bob(
            api.MessagesGetDialogs(
                offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=10, hash=0
            )
        )
        assert talk.id not in [getattr(d.peer, "channel_id", 0) for d in listed.dialogs]
        assert bob.id not in [
            p.user_id
            for p in (
                await ada(
                    api.ChannelsGetParticipants(
                        channel=ada.channel(talk),
                        filter=api.ChannelParticipantsRecent(),
                        offset=0,
                        limit=10,
                        hash=0,
                    )
                )
            ).participants
        ]
        with pytest.raises(errors.ChatAdminRequired):
            await bob(
                api.ChannelsGetParticipants(
                    channel=bob.channel(talk),
                    filter=api.ChannelParticipantsRecent(),
                    offset=0,
                    limit=10,
                    hash=0,
                )
            )
        await ban(ada, talk, dan)
        for stranger in (dan, eve):
            with pytest.raises(errors.ChannelPrivate):
                await stranger.say(talk, "let me")
            with pytest.raises(errors.ChannelPrivate):
                await stranger.texts(talk)
        await ada(api.ChannelsToggleJoinToSend(channel=ada.channel(talk), enabled=True))
        with pytest.raises(errors.ChatWriteForbidden):
            await bob.say(talk, "and I?", reply_to=top)
        await ban(ada, news, bob)  # with the channel goes its group
        with pytest.raises(errors.ChannelPrivate):
            await bob.texts(talk)


async def test_a_group_that_discusses_another_channel_now_keeps_the_two_apart() -> None:
    """Posts are numbered alike in both: neither are their comments shown, nor their texts mixed up."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        former = await ada.supergroup("Former", broadcast=True)
        latter = await ada.supergroup("Latter", bob, broadcast=True)
        group = await ada.supergroup("Group")

        async def link(channel: Any) -> None:
            await ada(
                api.ChannelsSetDiscussionGroup(
                    broadcast=ada.channel(channel), group=ada.channel(group)
                )
            )
            await v.settle()

        async def comments(who: Person, channel: Any, post: int) -> list[str]:
            found = await who(
                api.MessagesGetReplies(
                    peer=who.peer(channel),
                    msg_id=post,
                    offset_id=0,
                    offset_date=0,
                    add_offset=0,
                    limit=10,
                    max_id=0,
                    min_id=0,
                    hash=0,
                )
            )
            return [m.message for m in found.messages]

        early = await ada.say(latter, "of the latter, early")
        await link(former)
        post = await ada.say(former, "of the former")
        assert post == early
        (there,) = [m for m in await ada.history(group) if getattr(m, "message", "")]
        answer = api.InputReplyToMessage(reply_to_msg_id=there.id)
        await ada.say(group, "a comment on the former", reply_to=answer)
        assert await comments(ada, former, post) == ["a comment on the former"]
        await link(latter)
        for who in (ada, bob):
            with pytest.raises(errors.MsgIdInvalid):
                await comments(who, latter, early)
        (shown,) = [m for m in await bob.history(latter) if m.id == early]
        assert shown.replies.replies == 0
        await ada(
            api.MessagesEditMessage(
                peer=ada.peer(latter), id=early, message="of the latter, edited"
            )
        )
        await ada(
            api.MessagesEditMessage(peer=ada.peer(former), id=post, message="of the former, edited")
        )
        await v.settle()
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(latter), id=[early]))
        await v.settle()
        assert await ada.texts(group) == ["of the former", "a comment on the former"]
        late = await ada.say(latter, "of the latter, late")
        await ada(
            api.MessagesEditMessage(peer=ada.peer(latter), id=late, message="of the latter, later")
        )
        await v.settle()
        assert (await ada.texts(group))[2:] == ["of the latter, later"]
        await link(former)
        assert await comments(ada, former, post) == ["a comment on the former"]


async def test_a_post_on_its_way_to_a_group_that_was_unlinked_is_not_shown_there() -> None:
    """The group's members are no readers of the channel any more."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        channel = await ada.supergroup("Channel", broadcast=True)
        group = await ada.supergroup("Group")
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(channel), group=ada.channel(group))
        )
        await ada.say(channel, "shown")
        async with v.context.change(Owner(Kind.CHANNEL, group.id)) as change:
            await ada(
                api.MessagesSendMessage(
                    peer=ada.peer(channel), message="not shown", random_id=v.number()
                )
            )
            chat = await change.get(chats.Chat)
            assert chat is not None
            change.put(msgspec.structs.replace(chat, linked=0))
        await v.settle()
        assert await ada.texts(group) == ["shown"]
