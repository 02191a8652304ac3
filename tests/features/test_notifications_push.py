"""Who is away is told that something came: of what they want to hear, and never what it was."""

import json
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features.notifications.notifier import TOLD_S
from chappe.features.notifications.subscriptions import PushSubscription
from chappe.tl import api
from chappe.updates import PUSH_AUDIENCE

from .away import FOREVER, away, of, set_loudness
from .forums import forum
from .forums import topic as new_topic
from .village import Person

PLANTED: Final = "planted words"


# -- who is told, of what -----------------------------------------------------------------------------


async def test_a_message_is_told_to_a_browser_that_is_away() -> None:
    """That one came, and nothing of it; who wrote it and who has no browser is told nothing."""
    async with away() as a:
        ada, claude, eve = await a.v.people_named("Ada", "Claude", "Eve")
        device = await a.browser(ada)
        await claude.say(ada, PLANTED)
        assert await a.heard() == ["message"]
        ((to, payload, topic),) = a.service.told
        box = a.v.context.look(Owner(Kind.USER, ada.id))
        kept = await box.get(PushSubscription, device.key_id)
        assert kept is not None
        assert (to, json.loads(payload)["a"]) == (kept.address, kept.tag)
        assert json.loads(payload).keys() == {"v", "n", "a"}
        told = payload + topic.encode()
        for planted in (PLANTED, "Claude", "Ada", str(ada.id), str(claude.id), claude.phone):
            assert planted.encode() not in told
        assert 0 < len(topic) <= 32
        await ada.say(claude, "mine")
        await claude.say(eve, "hers")
        assert await a.heard() == []


async def test_a_browser_that_is_connected_is_told_by_its_connection() -> None:
    """One whose connection is gone is away, though its session rests for a while."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        device = await a.browser(ada)
        clients = a.v.server.dispatcher.clients
        device.reconnect()
        await device(api.UpdatesGetState())
        await claude.say(ada, "one")
        assert await a.heard() == []
        clients.rest(device.client, resting=True)
        await a.later(TOLD_S + 1)
        await claude.say(ada, "two")
        assert await a.heard() == ["message"]
        clients.rest(device.client, resting=False)
        await claude.say(ada, "three")
        assert await a.heard() == []
        await device(api.InvokeWithoutUpdates(query=api.UpdatesGetState()))
        await claude.say(ada, "four")
        assert await a.heard() == ["message"]
        device.disconnect()


async def test_each_browser_of_somebody_is_told() -> None:
    """Under a word of its own, which is always the same."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        for name in ("one", "two"):
            await a.browser(ada, name)
        for text in ("hear", "hear again"):
            await claude.say(ada, text)
            assert await a.heard() == ["message"] * 2
        topics = {(to.endpoint, topic) for to, _, topic in a.service.told}
        assert len(topics) == len({topic for _, topic in topics}) == 2


async def test_what_is_muted_is_not_told() -> None:
    """The dialog, else its kind; until the time is over. What makes no sound says so."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        now = int(a.v.clock.time)
        users = api.InputNotifyUsers()
        for peer, how, told in (
            (users, {"mute_until": now + 3600}, []),
            (of(ada, claude), {"mute_until": 0}, ["message"]),
            (users, {"mute_until": 0}, ["message"]),
            (of(ada, claude), {"mute_until": FOREVER}, []),
            (of(ada, claude), {"silent": True}, ["message, silent"]),
            (of(ada, claude), {"silent": False}, ["message"]),
            (of(ada, claude), {}, ["message"]),
            (users, {"silent": True}, ["message, silent"]),
            (of(ada, claude), {"mute_until": now + 3600}, []),
        ):
            await set_loudness(ada, peer, **how)
            await claude.say(ada, "hear")
            assert await a.heard() == told, (peer, how)
        await set_loudness(ada, users)
        a.v.clock.time += 3600
        await claude.say(ada, "hear")
        assert await a.heard() == ["message"]
        await claude.say(ada, "softly", silent=True)
        assert await a.heard() == ["message, silent"]


async def test_groups_and_channels_are_told_as_they_are_set() -> None:
    """Each kind by its own settings; who has left is told nothing, who comes in is."""
    async with away(twins=False) as a:
        ada, claude, eve = await a.v.people_named("Ada", "Claude", "Eve")
        await a.browser(ada)
        group = await claude.group("Trio", ada, eve)
        crowd = await claude.supergroup("Crowd", ada, eve)
        news = await claude.supergroup("News", ada, broadcast=True)
        await a.drain()
        chats, broadcasts = api.InputNotifyChats(), api.InputNotifyBroadcasts()
        for place, kind, other in (
            (group, chats, broadcasts),
            (crowd, chats, broadcasts),
            (news, broadcasts, chats),
        ):
            for peer, how, told in (
                (other, {"mute_until": FOREVER}, ["message"]),
                (kind, {"mute_until": FOREVER}, []),
                (of(ada, place), {"mute_until": 0, "silent": True}, ["message, silent"]),
                (kind, {"mute_until": 0}, ["message, silent"]),
                (of(ada, place), {"mute_until": FOREVER}, []),
                (of(ada, place), {}, ["message"]),
                (other, {}, ["message"]),
            ):
                await set_loudness(ada, peer, **how)
                await claude.say(place, "hear")
                assert await a.heard() == told, (place, peer, how)
        for place in (crowd, news):
            await ada(api.ChannelsLeaveChannel(channel=ada.channel(place)))
            await a.drain()
            await claude.say(place, "gone")
            assert await a.heard() == []
        await claude(
            api.ChannelsInviteToChannel(channel=claude.channel(crowd), users=[claude.user(ada)])
        )
        await a.drain()
        await eve.say(crowd, "back")
        assert await a.heard() == ["message"]


async def test_who_is_thrown_out_or_may_not_see_is_told_nothing() -> None:
    """The gate is that of the post itself."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        crowd = await claude.supergroup("Crowd", ada)
        await a.heard()
        rights = api.ChatBannedRights(view_messages=True, until_date=0)
        await claude(
            api.ChannelsEditBanned(
                channel=claude.channel(crowd), participant=claude.peer(ada), banned_rights=rights
            )
        )
        await a.heard()
        a.v.context.own(PUSH_AUDIENCE).watch(ada.id, (crowd.id,))  # as if it had not been heard of
        await claude.say(crowd, "unseen")
        assert await a.heard() == []


async def test_who_is_addressed_in_a_muted_group_is_told() -> None:
    """Unless whoever addresses them is muted: apps do the same."""
    async with away() as a:
        ada, claude, eve = await a.v.people_named("Ada", "Claude", "Eve")
        await a.browser(ada)
        group = await claude.group("Trio", ada, eve)
        crowd = await claude.supergroup("Crowd", ada, eve)
        await a.drain()
        for place in (group, crowd):
            mine = await ada.say(place, "ask me")
            if place is group:
                mine = (await claude.history(group))[0].id
            await set_loudness(ada, of(ada, place), mute_until=FOREVER)
            await claude.say(place, "hear")
            assert await a.heard() == []
            reply = api.InputReplyToMessage(reply_to_msg_id=mine)
            await claude.say(place, "answer", reply_to=reply)
            assert await a.heard() == ["mention"]
            await set_loudness(ada, of(ada, claude), mute_until=FOREVER)
            await claude.say(place, "answer", reply_to=reply)
            assert await a.heard() == []
            await set_loudness(ada, of(ada, claude))


async def test_a_topic_is_as_loud_as_it_is_set() -> None:
    """Before its forum; and read by itself."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        place = await forum(a.v, claude, ada)
        topic = await new_topic(claude, place, "Tides")
        await a.drain()
        inside = api.InputReplyToMessage(reply_to_msg_id=topic, top_msg_id=topic)
        named = api.InputNotifyForumTopic(peer=ada.peer(place), top_msg_id=topic)
        await set_loudness(ada, named, mute_until=FOREVER)
        await claude.say(place, "in", reply_to=inside)
        assert await a.heard() == []
        await claude.say(place, "beside")
        assert await a.heard() == ["message"]
        await set_loudness(ada, named, mute_until=0)
        await set_loudness(ada, of(ada, place), mute_until=FOREVER)
        await claude.say(place, "beside")
        assert await a.heard() == []
        await claude.say(place, "in", reply_to=inside)
        assert await a.heard() == ["message"]


async def test_reactions_are_told_of_whom_one_wants_to_hear() -> None:
    """Of contacts, all, or nobody; one's own and those taken back are no news."""
    async with away() as a:
        ada, claude = await a.v.people_named("Ada", "Claude")
        await a.browser(ada)
        crowd = await claude.supergroup("Crowd", ada)
        hers = [
            (claude, await ada.say(claude, "like this")),
            (crowd, await ada.say(crowd, "and this")),
        ]
        theirs = [(ada, (await claude.history(ada))[0].id), hers[1]]
        await a.drain()

        async def react(word: str, by: Person = claude) -> list[str]:
            for place, number in theirs if by is claude else hers:
                await by(
                    api.MessagesSendReaction(
                        peer=by.peer(place),
                        msg_id=number,
                        reaction=[api.ReactionEmoji(emoticon=word)] if word else [],
                    )
                )
                await a.settle()
            return await a.heard() + await a.heard()

        def notices(of_whom: Any) -> Any:
            settings = api.ReactionsNotifySettings(
                messages_notify_from=of_whom,
                sound=api.NotificationSoundDefault(),
                show_previews=True,
            )
            return api.AccountSetReactionsNotifySettings(settings=settings)

        assert await react("👍") == []
        await ada(notices(api.ReactionNotificationsFromAll()))
        assert set(await react("❤")) == {"reaction"}
        assert await react("") == []
        await ada(notices(None))
        assert await react("👍") == []
        await ada(notices(api.ReactionNotificationsFromContacts()))
        await ada(
            api.ContactsAddContact(id=ada.user(claude), first_name="C", last_name="", phone="")
        )
        assert set(await react("❤")) == {"reaction"}
        assert await react("👍", by=ada) == []
