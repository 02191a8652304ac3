"""Who runs a group without showing it: nothing a member is told, asks for or finds names them."""

import re
from typing import Any

import pytest

from chappe.tl import api, errors

from .running import participant, promote
from .test_polls import ask, question, vote
from .test_reactions import react
from .village import Person, Village, village

FILTERS = (
    api.ChannelParticipantsRecent(),
    api.ChannelParticipantsAdmins(),
    api.ChannelParticipantsSearch(q="Ada"),
    api.ChannelParticipantsContacts(q=""),
)


async def led(v: Village) -> tuple[Person, Person, Person, Any]:
    """Return Ada who leads a group as nobody, Bob who runs it with her, and Cid who came by her link."""
    ada, bob = await v.people_named("Ada", "Bob")
    sup = await ada.supergroup("Town", bob)
    every = {"add_admins": True, "invite_users": True, "pin_messages": True, "change_info": True}
    await promote(ada, sup, ada, "voice", anonymous=True)
    await promote(ada, sup, bob, **every)
    hide = api.ChannelsTogglePreHistoryHidden(channel=ada.channel(sup), enabled=True)
    await ada(hide)  # what she did before under her name
    link = await ada(api.MessagesExportChatInvite(peer=ada.peer(sup)))
    cid = await v.person("Cid")
    await cid(api.MessagesImportChatInvite(hash=link.link))
    await v.settle()
    return ada, bob, cid, sup


async def everything(who: Person, sup: Any, ids: list[int]) -> list[Any]:
    """Return what somebody finds who asks for all there is."""
    channel, peer = who.channel(sup), who.peer(sup)
    listing = {"channel": channel, "offset": 0, "limit": 100, "hash": 0}
    paging = {"offset_id": 0, "add_offset": 0, "limit": 50, "max_id": 0, "min_id": 0}
    asked: list[Any] = [
        api.ChannelsGetFullChannel(channel=channel),
        api.ChannelsGetChannels(id=[channel]),
        api.MessagesGetHistory(peer=peer, offset_date=0, hash=0, **paging),
        api.ChannelsGetMessages(channel=channel, id=[api.InputMessageID(id=i) for i in ids]),
        api.MessagesSearch(
            peer=peer,
            q="",
            filter=api.InputMessagesFilterEmpty(),
            min_date=0,
            max_date=0,
            hash=0,
            **paging,
        ),
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=20, hash=0
        ),
        api.UpdatesGetChannelDifference(
            channel=channel, filter=api.ChannelMessagesFilterEmpty(), pts=1, limit=100
        ),
        api.MessagesGetMessagesReactions(peer=peer, id=ids),
        api.ChannelsGetParticipant(channel=channel, participant=api.InputPeerSelf()),
        api.MessagesGetSplitRanges(),
        *(api.ChannelsGetParticipants(filter=f, **listing) for f in FILTERS),
        *(api.MessagesGetMessageReactionsList(peer=peer, id=i, limit=50) for i in ids),
        *(api.MessagesGetPollVotes(peer=peer, id=i, limit=50) for i in ids),
        *(api.MessagesGetMessageReadParticipants(peer=peer, msg_id=i) for i in ids),
        *(
            api.MessagesGetReplies(peer=peer, msg_id=i, offset_date=0, hash=0, **paging)
            for i in ids
        ),
    ]
    found = []
    for request in asked:
        try:
            found.append(await who(request))
        except errors.RpcError:
            continue
    return found


def names(person: Person, *told: Any) -> list[str]:
    """Return the places in which somebody's number stands by itself."""
    text = repr(told)
    found = re.finditer(rf"(?<!\d){person.id}(?!\d)", text)
    return [text[max(0, m.start() - 300) : m.end() + 100] for m in found]


async def test_nothing_a_member_is_told_or_finds_names_who_leads_unseen() -> None:
    """She writes, reacts, votes, pins, types, renames, invites and reads; Cid never learns that it is she."""
    async with village() as v:
        ada, bob, cid, sup = await led(v)
        dan = await v.person("Dan")
        said = await cid.say(sup, "who is there?")
        own = await ada.say(sup, "we are", reply_to=api.InputReplyToMessage(reply_to_msg_id=said))
        await react(ada, sup, said, "👍")
        poll = await ask(cid, sup, question(public_voters=True, open_answers=True))
        await vote(cid, sup, poll, 0)
        await vote(ada, sup, poll, 0)
        added = api.InputPollAnswer(text=api.TextWithEntities(text="maybe", entities=[]))
        await ada(api.MessagesAddPollAnswer(peer=ada.peer(sup), msg_id=poll, answer=added))
        for request in (
            api.MessagesSetTyping(peer=ada.peer(sup), action=api.SendMessageTypingAction()),
            api.MessagesUpdatePinnedMessage(peer=ada.peer(sup), id=said),
            api.ChannelsEditTitle(channel=ada.channel(sup), title="Village"),
            api.ChannelsInviteToChannel(channel=ada.channel(sup), users=[ada.user(dan)]),
            api.ChannelsReadHistory(channel=ada.channel(sup), max_id=0),
            api.MessagesEditMessage(peer=ada.peer(sup), id=own, message="we are here"),
        ):
            await ada(request)
            await v.settle()
        assert cid.told(api.UpdateChannelUserTyping)[-1].from_id == api.PeerChannel(
            channel_id=sup.id
        )
        for one in (cid, dan):
            found = await everything(one, sup, [said, own, poll])
            assert len(found) > 12
            told = (one.listener.heard, one.listener.shown, sorted(one.listener.peers))
            assert not names(ada, found, told), names(ada, found, told)[0]
        (seen,) = (
            await cid(api.MessagesGetMessageReactionsList(peer=cid.peer(sup), id=said, limit=9))
        ).reactions
        assert seen.peer_id == api.PeerChannel(channel_id=sup.id)
        assert names(ada, await everything(bob, sup, [said, own, poll]))
        await v.wait(2)


async def test_members_do_not_find_who_leads_unseen_and_admins_do() -> None:
    """In no list, by no name; one's own place everybody sees."""
    async with village() as v:
        ada, bob, cid, sup = await led(v)
        for who, there in ((cid, False), (bob, True), (ada, True)):
            for kind in FILTERS[:3]:
                page = await who(
                    api.ChannelsGetParticipants(
                        channel=who.channel(sup), filter=kind, offset=0, limit=100, hash=0
                    )
                )
                assert (ada.id in [p.user_id for p in page.participants]) is there
        with pytest.raises(errors.UserNotParticipant):
            await participant(cid, sup, ada)
        assert isinstance(await participant(bob, sup, ada), api.ChannelParticipantCreator)
        assert (await participant(cid, sup, bob)).promoted_by == bob.id
        assert (await participant(bob, sup, bob)).promoted_by == ada.id


async def test_what_somebody_did_unseen_stays_so_when_they_show_themselves() -> None:
    """A reaction and a vote from before keep the face they were given with."""
    async with village() as v:
        ada, _, cid, sup = await led(v)
        number = await cid.say(sup, "a poem")
        await react(ada, sup, number, "🔥")
        await promote(ada, sup, ada, "voice")
        assert isinstance(await participant(cid, sup, ada), api.ChannelParticipantCreator)
        (seen,) = (
            await cid(api.MessagesGetMessageReactionsList(peer=cid.peer(sup), id=number, limit=9))
        ).reactions
        assert seen.peer_id == api.PeerChannel(channel_id=sup.id)
        await react(ada, sup, number, "👍")
        (seen,) = (
            await cid(api.MessagesGetMessageReactionsList(peer=cid.peer(sup), id=number, limit=9))
        ).reactions
        assert seen.peer_id == api.PeerUser(user_id=ada.id)


async def test_shared_groups_do_not_give_away_who_leads_one_or_is_hidden_in_it() -> None:
    """Cid shares a group with Bob and Ada; only Bob is seen in it, and nobody once members are hidden."""
    async with village() as v:
        ada, bob, cid, sup = await led(v)

        async def shared(who: Person, other: Person) -> list[int]:
            asked = api.MessagesGetCommonChats(user_id=who.user(other), max_id=0, limit=10)
            return [c.id for c in (await who(asked)).chats]

        assert await shared(cid, ada) == []
        assert await shared(cid, bob) == await shared(bob, ada) == [sup.id]
        await ada(api.ChannelsToggleParticipantsHidden(channel=ada.channel(sup), enabled=True))
        assert await shared(cid, bob) == []
        assert await shared(bob, cid) == [sup.id]


async def test_in_a_channel_readers_see_nobody() -> None:
    """Neither readers nor who runs it: only those who run it do."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        news = await ada.supergroup("News", bob, cid, broadcast=True)
        await promote(ada, news, bob, post_messages=True)
        for kind in FILTERS:
            listing = {"filter": kind, "offset": 0, "limit": 10, "hash": 0}
            with pytest.raises(errors.ChatAdminRequired):
                await cid(api.ChannelsGetParticipants(channel=cid.channel(news), **listing))
            await bob(api.ChannelsGetParticipants(channel=bob.channel(news), **listing))
        with pytest.raises(errors.ChatAdminRequired):
            await participant(cid, news, ada)
        assert isinstance(await participant(cid, news, cid), api.ChannelParticipantSelf)
