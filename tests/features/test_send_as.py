"""In whose name people write in groups: their own, the group's, or that of a channel of theirs."""

from typing import Any

import pytest

from chappe.features.chats.rights import BANNED
from chappe.tl import api, errors

from .village import Person, Village, village


async def public(who: Person, title: str, name: str, *, broadcast: bool, members: Any = ()) -> Any:
    """Make a supergroup or channel that everybody can find."""
    chat = await who.supergroup(title, *members, broadcast=broadcast)
    await who(api.ChannelsUpdateUsername(channel=who.channel(chat), username=name))
    return chat


async def written(who: Person, group: Any) -> list[Any]:
    """Return in whose name each text of a group was written, oldest first."""
    page = reversed(await who.history(group))
    return [m.from_id for m in page if isinstance(m, api.Message)]


async def square(v: Village) -> tuple[Person, Person, Any, Any]:
    """Make a public group of Ada and Bob, and a public channel of Bob's."""
    ada, bob = await v.people_named("Ada", "Bob")
    group = await public(ada, "Square", "square", broadcast=False, members=(bob,))
    channel = await public(bob, "Bobcast", "bobcast", broadcast=True)
    return ada, bob, group, channel


async def test_somebody_writes_in_the_name_of_a_channel_of_theirs() -> None:
    """By every way of sending; all see the channel, and only the writer that it is theirs."""
    async with village() as v:
        ada, bob, group, channel = await square(v)
        as_channel = {"send_as": bob.peer(channel)}
        first = await bob.say(group, "a text", **as_channel)
        await bob(
            api.MessagesSendMedia(
                peer=bob.peer(group),
                media=api.InputMediaDice(emoticon="🎲"),
                message="",
                random_id=v.number(),
                **as_channel,
            )
        )
        await bob(
            api.MessagesForwardMessages(
                from_peer=bob.peer(group),
                to_peer=bob.peer(group),
                id=[first],
                random_id=[v.number()],
                **as_channel,
            )
        )
        await bob.say(group, "as myself")
        await v.settle()
        names = await written(ada, group)
        assert [getattr(n, "channel_id", 0) for n in names] == [channel.id] * 3 + [0]
        shown = next(m for m in await ada.history(group) if m.id == first)
        assert (shown.out, shown.post, shown.views) == (False, False, None)
        shown = next(m for m in await bob.history(group) if m.id == first)
        assert shown.out
        await bob(api.MessagesEditMessage(peer=bob.peer(group), id=first, message="edited"))
        with pytest.raises(errors.MessageAuthorRequired):
            await ada(api.MessagesEditMessage(peer=ada.peer(group), id=first, message="no"))
        with pytest.raises(errors.MessageIdInvalid):  # Ada runs the group, and learns of nobody
            await ada(api.ChannelsGetMessageAuthor(channel=ada.channel(group), id=first))


async def test_nobody_writes_in_a_name_that_is_not_theirs() -> None:
    """Another person, another's channel, a channel that nobody can find, a group."""
    async with village() as v:
        ada, bob, group, channel = await square(v)
        private = await bob.supergroup("Private", broadcast=True)
        other = await public(bob, "Other", "othersquare", broadcast=False)
        await ada(api.ContactsResolveUsername(username="bobcast"))
        for who, name in (
            (ada, ada.peer(channel)),
            (ada, ada.peer(bob)),
            (bob, bob.peer(private)),
            (bob, bob.peer(other)),
            (bob, bob.peer(group)),
            (bob, api.InputPeerChannel(channel_id=channel.id, access_hash=1)),
        ):
            with pytest.raises(errors.SendAsPeerInvalid):
                await who.say(group, "a lie", send_as=name)
        closed = await ada.supergroup("Closed", bob)
        basic = await ada.group("Basic", bob)
        for to in (closed, basic, ada):
            with pytest.raises(errors.SendAsPeerInvalid):
                await bob.say(to, "not here", send_as=bob.peer(channel))
        assert await ada.texts(group) == []
        await bob.say(closed, "as myself", send_as=bob.peer(bob))


async def test_whose_names_are_offered() -> None:
    """One's own first; with an anonymous admin, the group's in its place."""
    async with village() as v:
        ada, bob, group, channel = await square(v)

        async def offered(who: Person, of: Any) -> list[Any]:
            found = await who(api.ChannelsGetSendAs(peer=who.peer(of)))
            return [getattr(p.peer, "user_id", 0) or p.peer.channel_id for p in found.peers]

        assert await offered(bob, group) == [bob.id, channel.id]
        assert await offered(ada, group) == [ada.id]
        assert await offered(bob, channel) == [channel.id]
        basic = await ada.group("Basic", bob)
        assert await offered(bob, basic) == [bob.id]
        eve = await v.person("Eve")
        secret = await ada.supergroup("Secret")
        with pytest.raises(errors.ChannelPrivate):
            await offered(eve, secret)
        await ada(
            api.ChannelsEditAdmin(
                channel=ada.channel(group),
                user_id=ada.user(bob),
                admin_rights=api.ChatAdminRights(anonymous=True, change_info=True),
            )
        )
        assert await offered(bob, group) == [group.id, channel.id]
        await bob.say(group, "from the management")
        names = await written(ada, group)
        assert names[-1].channel_id == group.id
        with pytest.raises(errors.SendAsPeerInvalid):
            await bob.say(group, "as myself", send_as=bob.peer(bob))


async def test_a_name_chosen_once_holds_until_another_is() -> None:
    """It is shown with the group, and falls away when the channel can no longer be found."""
    async with village() as v:
        ada, bob, group, channel = await square(v)

        async def chosen() -> Any:
            full = await bob(api.ChannelsGetFullChannel(channel=bob.channel(group)))
            return full.full_chat.default_send_as

        assert (await chosen()).user_id == bob.id
        await bob(api.MessagesSaveDefaultSendAs(peer=bob.peer(group), send_as=bob.peer(channel)))
        assert (await chosen()).channel_id == channel.id
        await bob.say(group, "in the channel's name")
        await bob.say(group, "in mine", send_as=bob.peer(bob))
        with pytest.raises(errors.SendAsPeerInvalid):
            await ada(
                api.MessagesSaveDefaultSendAs(peer=ada.peer(group), send_as=ada.peer(channel))
            )
        await bob(api.ChannelsUpdateUsername(channel=bob.channel(channel), username=""))
        await bob.say(group, "in mine again")
        names = await written(ada, group)
        assert [getattr(n, "user_id", 0) for n in names] == [0, bob.id, bob.id]
        assert (await chosen()).user_id == bob.id


async def test_in_a_discussion_group_its_channels_owner_writes_in_its_name() -> None:
    """Also where neither can be found by a name."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Talk", bob)
        channel = await ada.supergroup("News", broadcast=True)
        with pytest.raises(errors.SendAsPeerInvalid):
            await ada.say(group, "not yet", send_as=ada.peer(channel))
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(channel), group=ada.channel(group))
        )
        await ada.say(group, "from the editors", send_as=ada.peer(channel))
        assert (await written(bob, group))[0].channel_id == channel.id


async def test_a_channel_can_be_banned_from_a_group() -> None:
    """Its owner stays; only who may ban does it; it is listed, logged, and can be let again."""
    async with village() as v:
        ada, bob, group, channel = await square(v)
        await ada(api.ContactsResolveUsername(username="bobcast"))

        async def ban(who: Person, what: Any, **rights: bool) -> Any:
            return await who(
                api.ChannelsEditBanned(
                    channel=who.channel(group),
                    participant=what,
                    banned_rights=api.ChatBannedRights(until_date=0, **rights),
                )
            )

        with pytest.raises(errors.ChatAdminRequired):
            await ban(bob, bob.peer(channel), view_messages=True)
        for what in (ada.peer(group), api.InputPeerChannel(channel_id=channel.id, access_hash=3)):
            with pytest.raises(errors.ParticipantIdInvalid):
                await ban(ada, what, view_messages=True)
        await ban(ada, ada.peer(channel), view_messages=True)
        with pytest.raises(errors.SendAsPeerInvalid):
            await bob.say(group, "still here?", send_as=bob.peer(channel))
        await bob.say(group, "as myself")
        kicked = await ada(
            api.ChannelsGetParticipants(
                channel=ada.channel(group),
                filter=api.ChannelParticipantsKicked(q=""),
                offset=0,
                limit=10,
                hash=0,
            )
        )
        assert [p.peer.channel_id for p in kicked.participants] == [channel.id]
        assert kicked.participants[0].banned_rights.view_messages
        log = await ada(
            api.ChannelsGetAdminLog(channel=ada.channel(group), q="", max_id=0, min_id=0, limit=1)
        )
        assert log.events[0].action.new_participant.peer.channel_id == channel.id
        await ban(ada, ada.peer(channel))
        await bob.say(group, "back", send_as=bob.peer(channel))
        assert BANNED["view_messages"]


async def test_a_forum_topic_can_be_made_in_a_channels_name() -> None:
    """It is shown as its creator."""
    async with village() as v:
        ada, bob, group, channel = await square(v)
        await ada(api.ChannelsToggleForum(channel=ada.channel(group), enabled=True, tabs=False))
        made = await bob(
            api.MessagesCreateForumTopic(
                peer=bob.peer(group), title="Casts", random_id=4, send_as=bob.peer(channel)
            )
        )
        number = next(u.id for u in made.updates if isinstance(u, api.UpdateMessageID))
        found = await ada(api.MessagesGetForumTopicsByID(peer=ada.peer(group), topics=[number]))
        assert found.topics[0].from_id.channel_id == channel.id
        assert not found.topics[0].my
