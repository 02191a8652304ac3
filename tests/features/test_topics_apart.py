"""What belongs to one topic: its draft, pins, loudness; how forums are shown and named; their bounds."""

import pytest
from tests.features.forums import BLUE, GENERAL, forum, one, say, topic, topics, within

from chappe.features import conversations
from chappe.tl import api, errors

from .village import village


async def test_each_topic_has_its_draft() -> None:
    """Kept beside the group's own, told to the other devices, gone when it is sent."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        to = api.InputReplyToMessage(reply_to_msg_id=news, top_msg_id=news)
        await bob(api.MessagesSaveDraft(peer=bob.peer(group), message="in the", reply_to=to))
        await bob(api.MessagesSaveDraft(peer=bob.peer(group), message="plain"))
        await v.settle()
        heard = bob.told(api.UpdateDraftMessage)
        assert [(u.top_msg_id, u.draft.message) for u in heard] == [
            (news, "in the"),
            (None, "plain"),
        ]
        assert (await one(bob, group, news)).draft.message == "in the"
        assert (await bob.dialog(group)).draft.message == "plain"
        assert (await one(ada, group, news)).draft is None
        every = await bob(api.MessagesGetAllDrafts())
        assert len(every.updates) == 2
        await say(bob, group, news, "in the news")
        assert (await one(bob, group, news)).draft.message == "in the"
        await say(bob, group, news, "in the news", clear_draft=True)
        assert (await one(bob, group, news)).draft is None
        assert (await bob.dialog(group)).draft.message == "plain"
        await bob(api.MessagesSaveDraft(peer=bob.peer(group), message="again", reply_to=to))
        await bob(api.MessagesClearAllDrafts())
        assert (await one(bob, group, news)).draft is None


async def test_pins_typing_and_loudness_belong_to_a_topic() -> None:
    """Unpinning all of one topic leaves the others; who types is shown where they type."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        a, b = await topic(ada, group, "A"), await topic(ada, group, "B")
        pinned = [await say(ada, group, a, "one"), await say(ada, group, b, "two")]
        for number in pinned:
            await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(group), id=number))
        await v.settle()
        shown = {m.id: m for m in await bob.history(group)}
        acts = [m for m in shown.values() if isinstance(m, api.MessageService)]
        heads = [
            m.reply_to.reply_to_top_id
            for m in acts
            if isinstance(m.action, api.MessageActionPinMessage)
        ]
        assert heads == [b, a]
        await ada(api.MessagesUnpinAllMessages(peer=ada.peer(group), top_msg_id=a))
        await v.settle()
        shown = {m.id: m for m in await bob.history(group)}
        assert [shown[n].pinned for n in pinned] == [False, True]
        await ada(
            api.MessagesSetTyping(
                peer=ada.peer(group), top_msg_id=a, action=api.SendMessageTypingAction()
            )
        )
        await v.settle()
        assert bob.told(api.UpdateChannelUserTyping)[0].top_msg_id == a
        quiet = api.InputNotifyForumTopic(peer=bob.peer(group), top_msg_id=a)
        await bob(
            api.AccountUpdateNotifySettings(
                peer=quiet, settings=api.InputPeerNotifySettings(silent=True)
            )
        )
        await v.settle()
        assert (await one(bob, group, a)).notify_settings.silent
        assert (await one(bob, group, b)).notify_settings.silent is None
        heard = bob.told(api.UpdateNotifySettings)[0].peer
        assert isinstance(heard, api.NotifyForumTopic)
        assert (heard.peer.channel_id, heard.top_msg_id) == (group.id, a)


async def test_a_forum_can_be_shown_as_one_conversation() -> None:
    """Each for themselves, on all their devices."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        asked = api.ChannelsToggleViewForumAsMessages(channel=bob.channel(group), enabled=True)
        await bob(asked)
        await v.settle()
        assert bob.told(api.UpdateChannelViewForumAsMessages)[0].enabled
        assert (await bob.dialog(group)).view_forum_as_messages
        assert not (await ada.dialog(group)).view_forum_as_messages
        with pytest.raises(errors.ChatNotModified):
            await bob(asked)


async def test_a_group_may_stop_being_a_forum_and_become_one_again() -> None:
    """Topics and what is in them are there still; what was written between is in General."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await forum(v, ada, bob)
        news = await topic(ada, group, "News")
        first = await say(bob, group, news, "in the news")
        await bob.say(group, "in General")
        channel = ada.channel(group)
        await ada(api.ChannelsToggleForum(channel=channel, enabled=False, tabs=False))
        with pytest.raises(errors.ChannelForumMissing):
            await topics(bob, group)
        to = api.InputReplyToMessage(reply_to_msg_id=first)
        await bob.say(group, "between", reply_to=to)
        await ada(api.ChannelsToggleForum(channel=channel, enabled=True, tabs=False))
        await v.settle()
        assert await within(bob, group, news) == ["in the news"]
        assert await within(bob, group, GENERAL) == ["in General", "between"]


async def test_an_old_client_says_all_this_by_older_names() -> None:
    """Before layer 216 the methods belonged to channels, and so did the updates."""
    async with village() as v:
        ada = await v.person("Ada", layer=198)
        group = await forum(v, ada)

        channel = ada.channel(group)
        made = await ada(
            api.ChannelsCreateForumTopic(
                channel=channel, title="News", random_id=9, icon_color=BLUE
            )
        )
        number = next(u.id for u in made.updates if isinstance(u, api.UpdateMessageID))
        listed = await ada(
            api.ChannelsGetForumTopics(
                channel=channel, offset_date=0, offset_id=0, offset_topic=0, limit=10
            )
        )
        assert [t.id for t in listed.topics] == [number, GENERAL]
        await ada(api.ChannelsEditForumTopic(channel=channel, topic_id=number, title="Olds"))
        byid = await ada(api.ChannelsGetForumTopicsByID(channel=channel, topics=[number]))
        assert byid.topics[0].title == "Olds"
        await ada(api.ChannelsUpdatePinnedForumTopic(channel=channel, topic_id=number, pinned=True))
        await v.settle()
        heard = ada.told(api.UpdateChannelPinnedTopic)[0]
        assert (heard.channel_id, heard.topic_id, heard.pinned) == (group.id, number, True)
        await ada(api.ChannelsReorderPinnedForumTopics(channel=channel, order=[number]))
        gone = await ada(api.ChannelsDeleteTopicHistory(channel=channel, top_msg_id=number))
        assert gone.offset == 0


async def test_a_forum_holds_so_many_topics_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound, so that listing them stays quick."""
    monkeypatch.setattr("chappe.features.topics.handlers.TOPICS_MAX", 2)
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        group = await forum(v, ada)
        for name in "ab":
            await topic(ada, group, name)
        with pytest.raises(errors.ChannelTooLarge):
            await topic(ada, group, "c")


def test_the_general_topic_has_the_number_apps_know() -> None:
    """It is 1 everywhere."""
    assert conversations.GENERAL == GENERAL
