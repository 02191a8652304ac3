"""A supergroup divided into topics: who may make, close and delete them, and what each reader sees."""

import pytest
from tests.features.forums import BLUE, GENERAL, ROSE, forum, one, say, topic, topics, within

from chappe.tl import api, errors

from .village import village


async def test_what_is_written_in_a_topic_stays_in_it() -> None:
    """Replies say which topic they belong to; what names none is in General."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Forum", bob)
        await bob.say(group, "from before")
        await ada(api.ChannelsToggleForum(channel=ada.channel(group), enabled=True, tabs=True))
        await v.settle()
        news = await topic(ada, group, "News", ROSE)
        first = await say(bob, group, news, "in the news")
        answer = await say(ada, group, news, "really?", reply=first)
        plain = await bob.say(group, "in General")
        shown = {m.id: m for m in await bob.history(group)}
        assert isinstance(shown[news].action, api.MessageActionTopicCreate)
        assert shown[news].action.icon_color == ROSE
        header = shown[first].reply_to
        assert (header.forum_topic, header.reply_to_msg_id, header.reply_to_top_id) == (
            True,
            news,
            None,
        )
        header = shown[answer].reply_to
        assert (header.forum_topic, header.reply_to_msg_id, header.reply_to_top_id) == (
            True,
            first,
            news,
        )
        assert shown[plain].reply_to is None
        assert await within(bob, group, news) == ["in the news", "really?"]
        assert await within(bob, group, GENERAL) == ["from before", "in General"]
        assert await within(bob, group, news, limit=1) == ["really?"]
        assert await within(bob, group, news, offset_id=answer) == ["in the news"]
        around = await within(bob, group, news, offset_id=first, add_offset=-2, limit=2)
        assert around == ["in the news", "really?"]
        found = await bob(
            api.MessagesSearch(
                peer=bob.peer(group),
                q="the",
                filter=api.InputMessagesFilterEmpty(),
                min_date=0,
                max_date=0,
                offset_id=0,
                add_offset=0,
                limit=10,
                max_id=0,
                min_id=0,
                hash=0,
                top_msg_id=news,
            )
        )
        assert [m.message for m in found.messages] == ["in the news"]
        channel = (await bob(api.ChannelsGetChannels(id=[bob.channel(group)]))).chats[0]
        assert channel.forum
        assert channel.forum_tabs


async def test_topics_are_listed_by_what_was_written_last() -> None:
    """Pinned ones first; found by title; page by page."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        a, b, c = [await topic(ada, group, name) for name in ("Apples", "Berries", "Cherries")]
        await say(bob, group, a, "ripe")
        listed = await topics(bob, group)
        assert [t.id for t in listed.topics] == [a, c, b, GENERAL]
        assert listed.count == 4
        assert listed.messages[0].message == "ripe"
        assert [t.title for t in (await topics(bob, group, q="err")).topics] == [
            "Cherries",
            "Berries",
        ]
        page = await topics(bob, group, limit=2)
        last = page.topics[-1]
        rest = await topics(bob, group, offset_id=last.top_message, offset_topic=last.id, limit=2)
        assert [t.id for t in (*page.topics, *rest.topics)] == [a, c, b, GENERAL]
        for number in (b, c):
            await ada(
                api.MessagesUpdatePinnedForumTopic(
                    peer=ada.peer(group), topic_id=number, pinned=True
                )
            )
        await v.settle()
        told = bob.told(api.UpdatePinnedForumTopic)
        assert [(u.topic_id, u.pinned) for u in told] == [(b, True), (c, True)]
        assert [t.id for t in (await topics(bob, group)).topics] == [c, b, a, GENERAL]
        await ada(api.MessagesReorderPinnedForumTopics(peer=ada.peer(group), order=[b], force=True))
        await v.settle()
        assert bob.told(api.UpdatePinnedForumTopics)[0].order == [b]
        assert (await one(bob, group, b)).pinned
        assert not (await one(bob, group, c)).pinned
        with pytest.raises(errors.ChatAdminRequired):
            await bob(
                api.MessagesUpdatePinnedForumTopic(peer=bob.peer(group), topic_id=a, pinned=True)
            )
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.MessagesReorderPinnedForumTopics(peer=bob.peer(group), order=[a]))


async def test_no_more_than_five_topics_are_pinned() -> None:
    """The sixth is refused."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        group = await forum(v, ada)
        numbers = [await topic(ada, group, f"Topic {i}") for i in range(6)]
        for number in numbers[:5]:
            await ada(
                api.MessagesUpdatePinnedForumTopic(
                    peer=ada.peer(group), topic_id=number, pinned=True
                )
            )
        with pytest.raises(errors.PinnedDialogsTooMuch):
            await ada(
                api.MessagesUpdatePinnedForumTopic(
                    peer=ada.peer(group), topic_id=numbers[5], pinned=True
                )
            )
        with pytest.raises(errors.PinnedDialogsTooMuch):
            await ada(api.MessagesReorderPinnedForumTopics(peer=ada.peer(group), order=numbers))


async def test_only_its_creator_divides_a_group_into_topics() -> None:
    """An admin may not; a channel and a discussion group cannot be forums."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Group", bob)
        channel = await ada.supergroup("Channel", broadcast=True)
        every = api.ChatAdminRights(
            **{n: True for n in api.ChatAdminRights.__struct_fields__ if n != "anonymous"}
        )
        await ada(
            api.ChannelsEditAdmin(
                channel=ada.channel(group), user_id=ada.user(bob), admin_rights=every
            )
        )
        wanted = {"enabled": True, "tabs": False}
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.ChannelsToggleForum(channel=bob.channel(group), **wanted))
        with pytest.raises(errors.MegagroupRequired):
            await ada(api.ChannelsToggleForum(channel=ada.channel(channel), **wanted))
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(channel), group=ada.channel(group))
        )
        with pytest.raises(errors.ChatDiscussionUnallowed):
            await ada(api.ChannelsToggleForum(channel=ada.channel(group), **wanted))
        await ada(
            api.ChannelsSetDiscussionGroup(
                broadcast=ada.channel(channel), group=api.InputChannelEmpty()
            )
        )
        await ada(api.ChannelsToggleForum(channel=ada.channel(group), **wanted))
        with pytest.raises(errors.ChatNotModified):
            await ada(api.ChannelsToggleForum(channel=ada.channel(group), **wanted))
        with pytest.raises(errors.MegagroupIdInvalid):
            await ada(
                api.ChannelsSetDiscussionGroup(
                    broadcast=ada.channel(channel), group=ada.channel(group)
                )
            )


async def test_where_there_are_no_topics_none_are_made_or_listed() -> None:
    """A group, a channel, a person."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Group", bob)
        for of in (group, bob):
            with pytest.raises(errors.ChannelForumMissing):
                await topic(ada, of, "News")
            with pytest.raises(errors.ChannelForumMissing):
                await topics(ada, of)
        with pytest.raises(errors.ChannelForumMissing):
            await ada(
                api.ChannelsToggleViewForumAsMessages(channel=ada.channel(group), enabled=True)
            )


async def test_a_stranger_sees_no_topic_and_makes_none() -> None:
    """Somebody outside a private forum, and somebody who was taken out of it."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(group),
                participant=ada.peer(bob),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )
        await v.settle()
        for outsider in (eve, bob):
            for asked in (
                topics(outsider, group),
                one(outsider, group, news),
                topic(outsider, group, "x"),
                within(outsider, group, news),
                say(outsider, group, news, "hello?"),
            ):
                with pytest.raises(errors.ChannelPrivate):
                    await asked


async def test_members_make_topics_unless_that_is_forbidden() -> None:
    """A default right of the group, and the right of admins to manage topics."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        group = await forum(v, ada, bob, cid)
        theirs = await topic(bob, group, "Of Bob")
        assert (await one(bob, group, theirs)).my
        assert not (await one(cid, group, theirs)).my
        await ada(
            api.MessagesEditChatDefaultBannedRights(
                peer=ada.peer(group),
                banned_rights=api.ChatBannedRights(manage_topics=True, until_date=0),
            )
        )
        with pytest.raises(errors.ChatAdminRequired):
            await topic(bob, group, "Another")
        await ada(
            api.ChannelsEditAdmin(
                channel=ada.channel(group),
                user_id=ada.user(cid),
                admin_rights=api.ChatAdminRights(manage_topics=True),
            )
        )
        assert await topic(cid, group, "Of Cid")
        edit = {"topic_id": theirs, "title": "Renamed"}
        await bob(api.MessagesEditForumTopic(peer=bob.peer(group), **edit))
        assert (await one(cid, group, theirs)).title == "Renamed"
        mine = await topic(ada, group, "Of Ada")
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.MessagesEditForumTopic(peer=bob.peer(group), topic_id=mine, title="x"))


async def test_the_same_random_id_makes_one_topic() -> None:
    """A request that is sent again is answered with the same topic."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        group = await forum(v, ada)
        asked = api.MessagesCreateForumTopic(peer=ada.peer(group), title="News", random_id=5)
        numbers = set()
        for _ in range(2):
            answer = await ada(asked)
            numbers |= {u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)}
        assert len(numbers) == 1
        assert (await topics(ada, group)).count == 2


async def test_what_a_topic_may_look_like() -> None:
    """A title there must be; a colour of six; perhaps a custom emoji that there is."""
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        group = await forum(v, ada)
        peer = ada.peer(group)
        with pytest.raises(errors.ChatTitleEmpty):
            await topic(ada, group, "  \n")
        with pytest.raises(errors.DocumentInvalid):
            await ada(
                api.MessagesCreateForumTopic(peer=peer, title="Icon", icon_emoji_id=7, random_id=1)
            )
        drawn = api.InputStickerSetEmojiDefaultTopicIcons()
        shown = await ada(api.MessagesGetStickerSet(stickerset=drawn, hash=0))
        first, second = (d.id for d in shown.documents[:2])
        number = await topic(ada, group, "Tower", icon_emoji_id=first)
        assert (await one(ada, group, number)).icon_emoji_id == first
        change = {"peer": peer, "topic_id": number}
        await ada(api.MessagesEditForumTopic(**change, icon_emoji_id=second))
        assert (await one(ada, group, number)).icon_emoji_id == second
        with pytest.raises(errors.TopicNotModified):
            await ada(api.MessagesEditForumTopic(**change, icon_emoji_id=second))
        with pytest.raises(errors.DocumentInvalid):
            await ada(api.MessagesEditForumTopic(**change, icon_emoji_id=7))
        await ada(api.MessagesEditForumTopic(**change, icon_emoji_id=0))
        assert (await one(ada, group, number)).icon_emoji_id is None
        with pytest.raises(errors.RandomIdEmpty):
            await ada(api.MessagesCreateForumTopic(peer=peer, title="None", random_id=0))
        assert (await one(ada, group, await topic(ada, group, "Blue", BLUE))).icon_color == BLUE
        odd = await one(ada, group, await topic(ada, group, "Odd", 0x123456))
        assert odd.icon_color != 0x123456


async def test_in_a_closed_topic_only_those_who_manage_topics_write() -> None:
    """Members are refused, by every way of sending; opened again, they may."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        there = await say(bob, group, news, "still open")
        await ada(api.MessagesEditForumTopic(peer=ada.peer(group), topic_id=news, closed=True))
        assert (await one(bob, group, news)).closed
        to = api.InputReplyToMessage(reply_to_msg_id=there)
        with pytest.raises(errors.TopicClosed):
            await say(bob, group, news, "late")
        with pytest.raises(errors.TopicClosed):
            await bob.say(group, "an answer into it", reply_to=to)
        with pytest.raises(errors.TopicClosed):
            await bob(
                api.MessagesForwardMessages(
                    from_peer=bob.peer(group),
                    to_peer=bob.peer(group),
                    id=[there],
                    random_id=[v.number()],
                    top_msg_id=news,
                )
            )
        with pytest.raises(errors.TopicClosed):
            await bob(
                api.MessagesSendMedia(
                    peer=bob.peer(group),
                    media=api.InputMediaDice(emoticon="🎲"),
                    message="",
                    random_id=v.number(),
                    reply_to=to,
                )
            )
        await say(ada, group, news, "the last word")
        await bob.say(group, "elsewhere")
        with pytest.raises(errors.TopicCloseSeparately):
            await ada(
                api.MessagesEditForumTopic(
                    peer=ada.peer(group), topic_id=news, closed=False, title="Open"
                )
            )
        with pytest.raises(errors.TopicNotModified):
            await ada(api.MessagesEditForumTopic(peer=ada.peer(group), topic_id=news, closed=True))
        await ada(api.MessagesEditForumTopic(peer=ada.peer(group), topic_id=news, closed=False))
        await say(bob, group, news, "open again")
        assert await within(bob, group, news) == ["still open", "the last word", "open again"]


async def test_general_can_be_hidden_and_no_other_topic() -> None:
    """Hiding closes it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        with pytest.raises(errors.TopicIdInvalid):
            await ada(api.MessagesEditForumTopic(peer=ada.peer(group), topic_id=news, hidden=True))
        with pytest.raises(errors.ChatAdminRequired):
            await bob(
                api.MessagesEditForumTopic(peer=bob.peer(group), topic_id=GENERAL, hidden=True)
            )
        await ada(api.MessagesEditForumTopic(peer=ada.peer(group), topic_id=GENERAL, hidden=True))
        general = await one(bob, group, GENERAL)
        assert general.hidden
        assert general.closed
        with pytest.raises(errors.TopicClosed):
            await bob.say(group, "nobody will see it")
        with pytest.raises(errors.TopicIdInvalid):
            await ada(api.MessagesEditForumTopic(peer=ada.peer(group), topic_id=999, title="x"))


async def test_a_deleted_topic_takes_its_messages_along() -> None:
    """Nobody writes in it any more; only who may delete messages may do this."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        await say(bob, group, news, "in the news")
        await bob.say(group, "elsewhere")
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.MessagesDeleteTopicHistory(peer=bob.peer(group), top_msg_id=news))
        with pytest.raises(errors.MessageDeleteForbidden):  # a topic goes as a whole
            await ada(api.ChannelsDeleteMessages(channel=ada.channel(group), id=[news]))
        with pytest.raises(errors.TopicIdInvalid):
            await ada(api.MessagesDeleteTopicHistory(peer=ada.peer(group), top_msg_id=GENERAL))
        gone = await ada(api.MessagesDeleteTopicHistory(peer=ada.peer(group), top_msg_id=news))
        await v.settle()
        assert (gone.pts_count, gone.offset) == (2, 0)
        assert await bob.texts(group) == ["elsewhere"]
        assert isinstance(await one(bob, group, news), api.ForumTopicDeleted)
        assert [t.id for t in (await topics(bob, group)).topics] == [GENERAL]
        for write in (
            say(bob, group, news, "too late"),
            bob.say(group, "x", reply_to=api.InputReplyToMessage(reply_to_msg_id=news)),
        ):
            with pytest.raises(errors.TopicDeleted):
                await write
        with pytest.raises(errors.TopicIdInvalid):
            await within(bob, group, news)


async def test_a_long_topic_is_deleted_a_thousand_messages_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer says that some are left; nobody writes meanwhile."""
    monkeypatch.setattr("chappe.features.topics.handlers.DELETED_MAX", 2)
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        for text in "abc":
            await say(bob, group, news, text)
        counts = []
        for _ in range(2):
            gone = await ada(api.MessagesDeleteTopicHistory(peer=ada.peer(group), top_msg_id=news))
            counts.append((gone.pts_count, gone.offset))
            with pytest.raises(errors.TopicDeleted):
                await say(bob, group, news, "too late")
        assert counts == [(2, 1), (2, 0)]
        assert await bob.texts(group) == []


async def test_each_topic_is_read_by_itself() -> None:
    """Reading one leaves the other unread; the writer learns of it, and the reader's other devices."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        a, b = await topic(ada, group, "A"), await topic(ada, group, "B")
        await say(ada, group, a, "one")
        last = await say(ada, group, a, "two")
        await say(ada, group, b, "three")
        assert (await one(bob, group, a)).unread_count == 3  # its beginning among them
        assert (await one(ada, group, a)).unread_count == 0
        await bob(api.MessagesReadDiscussion(peer=bob.peer(group), msg_id=a, read_max_id=last))
        await v.settle()
        mine = await one(bob, group, a)
        assert (mine.unread_count, mine.read_inbox_max_id) == (0, last)
        assert (await one(bob, group, b)).unread_count == 2
        assert (await one(ada, group, a)).read_outbox_max_id == last
        heard = bob.told(api.UpdateReadChannelDiscussionInbox)[0]
        assert (heard.channel_id, heard.top_msg_id, heard.read_max_id) == (group.id, a, last)
        shown = ada.told(api.UpdateReadChannelDiscussionOutbox)[0]
        assert (shown.channel_id, shown.top_msg_id, shown.read_max_id) == (group.id, a, last)
        await say(bob, group, b, "an answer")
        assert (await one(bob, group, b)).unread_count == 0
        await ada.say(group, "in General")
        general = await one(bob, group, GENERAL)
        assert general.unread_count == 2  # that Bob came, and this
        await bob(api.ChannelsReadHistory(channel=bob.channel(group), max_id=0))
        assert (await one(bob, group, GENERAL)).unread_count == 0


async def test_mentions_and_reactions_are_counted_in_their_topic() -> None:
    """Answering the message a topic begins with addresses nobody."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        a, b = await topic(bob, group, "A"), await topic(bob, group, "B")
        await say(ada, group, a, "to nobody")
        theirs = await say(bob, group, a, "a question")
        asked = await say(ada, group, a, "an answer", reply=theirs)
        await ada(
            api.MessagesSendReaction(
                peer=ada.peer(group), msg_id=theirs, reaction=[api.ReactionEmoji(emoticon="👍")]
            )
        )
        await v.settle()
        mine, other = await one(bob, group, a), await one(bob, group, b)
        assert (mine.unread_mentions_count, other.unread_mentions_count) == (1, 0)
        assert (mine.unread_reactions_count, other.unread_reactions_count) == (1, 0)
        given = {"offset_id": 0, "add_offset": 0, "limit": 10, "max_id": 0, "min_id": 0}
        found = await bob(
            api.MessagesGetUnreadMentions(peer=bob.peer(group), top_msg_id=a, **given)
        )
        assert [m.id for m in found.messages] == [asked]
        found = await bob(
            api.MessagesGetUnreadMentions(peer=bob.peer(group), top_msg_id=b, **given)
        )
        assert found.messages == []
        found = await bob(
            api.MessagesGetUnreadReactions(peer=bob.peer(group), top_msg_id=a, **given)
        )
        assert [m.id for m in found.messages] == [theirs]
        found = await bob(
            api.MessagesGetUnreadReactions(peer=bob.peer(group), top_msg_id=b, **given)
        )
        assert found.messages == []
        await bob(api.MessagesReadReactions(peer=bob.peer(group), top_msg_id=b))
        assert (await one(bob, group, a)).unread_reactions_count == 1
        await bob(api.MessagesReadReactions(peer=bob.peer(group), top_msg_id=a))
        assert (await one(bob, group, a)).unread_reactions_count == 0
        await bob(api.MessagesReadMentions(peer=bob.peer(group), top_msg_id=b))
        assert (await one(bob, group, a)).unread_mentions_count == 1
        await bob(api.MessagesReadMentions(peer=bob.peer(group), top_msg_id=a))
        assert (await one(bob, group, a)).unread_mentions_count == 0
