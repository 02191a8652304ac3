"""Coming in: by link, by asking, by name, by hand; with limits that fifty at once do not break."""

import asyncio
from typing import Any

import pytest

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.conversations import Message
from chappe.features.groups.events import ChannelChanged
from chappe.tl import api, errors

from .village import Person, village


async def link_to(by: Person, chat: Any, **how: Any) -> str:
    """Make an invite link and return its code."""
    made = await by(api.MessagesExportChatInvite(peer=by.peer(chat), **how))
    return str(made.link.rpartition("+")[2])


async def enter(who: Person, code: str) -> Any:
    """Come in by a link."""
    answer = await who(api.MessagesImportChatInvite(hash=code))
    await who.village.settle()
    return answer


async def is_in(by: Person, chat: Any, who: Person) -> bool:
    """Whether an admin finds somebody among the members."""
    found = await by(
        api.ChannelsGetParticipants(
            channel=by.channel(chat),
            filter=api.ChannelParticipantsRecent(),
            offset=0,
            limit=200,
            hash=0,
        )
    )
    return who.id in {getattr(p, "user_id", 0) for p in found.participants}


async def test_a_link_lets_in_and_shows_an_outsider_only_the_door() -> None:
    """Eve sees title, description and number, not who or what; with it she is in."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        for chat in (await ada.supergroup("Club", bob), await ada.group("Trio", bob)):
            await ada.say(chat, "the password is swordfish")
            code = await link_to(ada, chat)
            door = await eve(api.MessagesCheckChatInvite(hash=code))
            assert (door.title, door.participants_count) == (chat.title, 2)
            assert "swordfish" not in repr(door)
            assert "Bob" not in repr(door)
            await enter(eve, code)
            inside = await eve(api.MessagesCheckChatInvite(hash=code))
            assert isinstance(inside, api.ChatInviteAlready)
            with pytest.raises(errors.UserAlreadyParticipant):
                await enter(eve, code)
            await eve.say(chat, "hello")
            assert "hello" in await bob.texts(chat)
        for method in (api.MessagesCheckChatInvite, api.MessagesImportChatInvite):
            with pytest.raises(errors.InviteHashInvalid):
                await eve(method(hash="AAAAAAAAAAAAAAAA"))
            with pytest.raises(errors.InviteHashEmpty):
                await eve(method(hash=""))


async def test_a_link_ends_by_time_by_number_and_by_revocation() -> None:
    """To the second, to the person; who is in already may still look."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club")
        until = int(v.clock.time) + 60
        timed = await link_to(ada, sup, expire_date=until)
        single = await link_to(ada, sup, usage_limit=1)
        lasting = await link_to(ada, sup)
        await enter(bob, single)
        with pytest.raises(errors.InviteHashExpired):
            await enter(cid, single)
        v.clock.time = until
        with pytest.raises(errors.InviteHashExpired):
            await enter(cid, timed)
        with pytest.raises(errors.InviteHashExpired):
            await cid(api.MessagesCheckChatInvite(hash=timed))
        assert isinstance(await bob(api.MessagesCheckChatInvite(hash=timed)), api.ChatInviteAlready)
        with pytest.raises(errors.ChatInvitePermanent):
            await ada(
                api.MessagesEditExportedChatInvite(peer=ada.peer(sup), link=lasting, title="x")
            )
        replaced = await ada(
            api.MessagesEditExportedChatInvite(peer=ada.peer(sup), link=lasting, revoked=True)
        )
        with pytest.raises(errors.InviteHashExpired):
            await enter(cid, lasting)
        await enter(cid, replaced.new_invite.link.rpartition("+")[2])
        for bad, error in (
            ({"expire_date": int(v.clock.time)}, errors.ExpireDateInvalid),
            ({"usage_limit": -1}, errors.UsageLimitInvalid),
            ({"usage_limit": 100_000}, errors.UsageLimitInvalid),
        ):
            with pytest.raises(error):
                await link_to(ada, sup, **bad)


async def test_fifty_at_once_come_in_by_a_link_for_ten() -> None:
    """Ten are in, forty are told it is spent, and the count is ten."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        crowd = await v.people_named(*(f"P{i}" for i in range(50)))
        sup = await ada.supergroup("Club")
        code = await link_to(ada, sup, usage_limit=10)
        done = await asyncio.gather(
            *(p(api.MessagesImportChatInvite(hash=code)) for p in crowd), return_exceptions=True
        )
        assert sum(isinstance(d, errors.InviteHashExpired) for d in done) == 40
        await v.settle()
        shown = await ada(api.MessagesGetExportedChatInvite(peer=ada.peer(sup), link=code))
        assert shown.invite.usage == 10
        came = await ada(
            api.MessagesGetChatInviteImporters(
                peer=ada.peer(sup),
                link=code,
                offset_date=0,
                offset_user=api.InputUserEmpty(),
                limit=100,
            )
        )
        assert came.count == 10
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(sup)))
        assert full.full_chat.participants_count == 11


async def test_one_person_ten_times_at_once_counts_once() -> None:
    """Bob taps ten times: he is in once, and the link was used once."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Club")
        code = await link_to(ada, sup, usage_limit=5)
        done = await asyncio.gather(
            *(bob(api.MessagesImportChatInvite(hash=code)) for _ in range(10)),
            return_exceptions=True,
        )
        assert sum(isinstance(d, errors.UserAlreadyParticipant) for d in done) == 9
        shown = await ada(api.MessagesGetExportedChatInvite(peer=ada.peer(sup), link=code))
        assert shown.invite.usage == 1


async def test_who_asks_waits_until_somebody_decides() -> None:
    """Admins are told who asks; Bob is let in, Cid turned away, Dan banned meanwhile and not let in."""
    async with village() as v:
        ada, bob, cid, dan = await v.people_named("Ada", "Bob", "Cid", "Dan")
        sup = await ada.supergroup("Club")
        code = await link_to(ada, sup, request_needed=True, title="ask")
        for one in (bob, cid, dan):
            with pytest.raises(errors.InviteRequestSent):
                await enter(one, code)
            with pytest.raises(errors.InviteRequestSent):
                await enter(one, code)  # asking twice is asking once
            with pytest.raises(errors.ChannelPrivate):
                await one.history(sup)
        await v.settle()
        assert ada.told(api.UpdatePendingJoinRequests)[-1].requests_pending == 3
        assert bob.told(api.UpdatePendingJoinRequests) == []
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(sup)))
        assert full.full_chat.requests_pending == 3
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(sup),
                participant=ada.peer(dan),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )

        async def decide(who: Person, *, approved: bool) -> Any:
            return await ada(
                api.MessagesHideChatJoinRequest(
                    peer=ada.peer(sup), user_id=ada.user(who), approved=approved
                )
            )

        await decide(bob, approved=True)
        await decide(cid, approved=False)
        for one in (bob, cid, dan):
            with pytest.raises(errors.HideRequesterMissing):
                await decide(one, approved=True)
        await v.settle()
        assert [await is_in(ada, sup, p) for p in (bob, cid, dan)] == [True, False, False]
        assert ada.told(api.UpdatePendingJoinRequests)[-1].requests_pending == 0


async def test_everybody_who_asks_is_decided_upon_at_once() -> None:
    """Those of one link only, or all."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club")
        one, two = [await link_to(ada, sup, request_needed=True, title=t) for t in "ab"]
        for who, code in ((bob, one), (cid, two)):
            with pytest.raises(errors.InviteRequestSent):
                await enter(who, code)
        await ada(api.MessagesHideAllChatJoinRequests(peer=ada.peer(sup), link=one, approved=True))
        await v.settle()
        assert [await is_in(ada, sup, p) for p in (bob, cid)] == [True, False]
        await ada(api.MessagesHideAllChatJoinRequests(peer=ada.peer(sup)))
        await v.settle()
        assert not await is_in(ada, sup, cid)


async def test_who_comes_in_finds_the_message_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a link, approved, invited, or with a group that grew: an app that looks at once counts right."""
    found: dict[tuple[int, int], str] = {}
    render = ChannelChanged.render

    async def look_at_once(event: ChannelChanged, viewer: Any, pts: int) -> Any:
        owner = Owner(Kind.CHANNEL, event.id)
        top = await viewer.look(owner).get(chats.Top)
        message = await viewer.look(owner).get(Message, accounts.peer_id(owner), top.id)
        action = type(tl.decode(message.action)).__name__ if message is not None else ""
        found.setdefault((viewer.user, event.id), action)
        return await render(event, viewer, pts)

    monkeypatch.setattr(ChannelChanged, "render", look_at_once)
    async with village() as v:
        ada, bob, cid, dan = await v.people_named("Ada", "Bob", "Cid", "Dan")
        sup = await ada.supergroup("Club", bob)
        await enter(cid, await link_to(ada, sup))
        with pytest.raises(errors.InviteRequestSent):
            await enter(dan, await link_to(ada, sup, request_needed=True, title="ask"))
        await ada(
            api.MessagesHideChatJoinRequest(
                peer=ada.peer(sup), user_id=ada.user(dan), approved=True
            )
        )
        await v.settle()
        group = await ada.group("Small", bob)
        grown = (await ada(api.MessagesMigrateChat(chat_id=group.id))).updates[0].channel_id
        await v.settle()
        assert {place: said for place, said in found.items() if place[0] != ada.id} == {
            (bob.id, sup.id): "MessageActionChatAddUser",
            (cid.id, sup.id): "MessageActionChatJoinedByLink",
            (dan.id, sup.id): "MessageActionChatAddUser",
            (bob.id, grown): "MessageActionChannelMigrateFrom",
        }


async def test_who_left_and_comes_back_is_told_how_much_is_read() -> None:
    """Bob's devices remember how far he had read: what was said while he was gone is not unread."""
    async with village(twins=False) as v:  # they must ask for what was said meanwhile
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Club", bob)
        code = await link_to(ada, sup)
        await ada.say(sup, "before")
        await bob(api.ChannelsLeaveChannel(channel=bob.channel(sup)))
        missed = await ada.say(sup, "meanwhile")
        assert bob.listener.told(api.UpdateReadChannelInbox) == []
        await enter(bob, code)
        told = bob.listener.told(api.UpdateReadChannelInbox)[0]
        assert (told.channel_id, told.max_id) == (sup.id, missed)
        assert told.still_unread_count == 0  # he himself says that he came


async def test_links_belong_to_who_made_them() -> None:
    """Another admin neither sees nor revokes Bob's link; the creator does both."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club", bob, cid)
        for one in (bob, cid):
            await ada(
                api.ChannelsEditAdmin(
                    channel=ada.channel(sup),
                    user_id=ada.user(one),
                    rank="",
                    admin_rights=api.ChatAdminRights(invite_users=True),
                )
            )
        await v.settle()
        code = await link_to(bob, sup, title="bob's")
        for asked in (
            api.MessagesGetExportedChatInvite(peer=cid.peer(sup), link=code),
            api.MessagesEditExportedChatInvite(peer=cid.peer(sup), link=code, revoked=True),
            api.MessagesGetExportedChatInvites(
                peer=cid.peer(sup), admin_id=cid.user(bob), limit=10
            ),
            api.MessagesDeleteRevokedExportedChatInvites(
                peer=cid.peer(sup), admin_id=cid.user(bob)
            ),
            api.MessagesGetAdminsWithInvites(peer=cid.peer(sup)),
        ):
            with pytest.raises(errors.ChatAdminRequired):
                await cid(asked)
        with pytest.raises(errors.InviteRevokedMissing):
            await ada(api.MessagesDeleteExportedChatInvite(peer=ada.peer(sup), link=code))
        await ada(api.MessagesEditExportedChatInvite(peer=ada.peer(sup), link=code, revoked=True))
        counts = await ada(api.MessagesGetAdminsWithInvites(peer=ada.peer(sup)))
        assert [(a.admin_id, a.revoked_invites_count) for a in counts.admins] == [(bob.id, 1)]
        await ada(
            api.MessagesDeleteRevokedExportedChatInvites(peer=ada.peer(sup), admin_id=ada.user(bob))
        )
        with pytest.raises(errors.InviteHashExpired):
            await ada(api.MessagesGetExportedChatInvite(peer=ada.peer(sup), link=code))


async def test_a_link_of_another_chat_opens_nothing_here() -> None:
    """Bob, an admin elsewhere, cannot read or revoke a link by naming his own chat."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup, other = await ada.supergroup("Club"), await bob.supergroup("Pub")
        code = await link_to(ada, sup)
        for asked in (
            api.MessagesGetExportedChatInvite(peer=bob.peer(other), link=code),
            api.MessagesEditExportedChatInvite(peer=bob.peer(other), link=code, revoked=True),
            api.MessagesDeleteExportedChatInvite(peer=bob.peer(other), link=code),
        ):
            with pytest.raises(errors.InviteHashExpired):
                await bob(asked)


async def test_a_public_group_is_joined_by_name_and_the_banned_stay_out() -> None:
    """Anybody reads and joins; who is banned does neither; a full group takes nobody."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Club", bob)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(sup), username="theclub"))
        await ada.say(sup, "welcome")
        found = await eve(api.ContactsResolveUsername(username="TheClub"))
        assert found.peer.channel_id == sup.id
        assert await eve.texts(sup) == ["welcome"]
        with pytest.raises(errors.ChatWriteForbidden):
            await eve.say(sup, "hi")
        await eve(api.ChannelsJoinChannel(channel=eve.channel(sup)))
        await v.settle()
        await eve.say(sup, "hi")
        with pytest.raises(errors.UserAlreadyParticipant):
            await eve(api.ChannelsJoinChannel(channel=eve.channel(sup)))
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(sup),
                participant=ada.peer(eve),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )
        await v.settle()
        for asked in (
            api.ChannelsJoinChannel(channel=eve.channel(sup)),
            api.ChannelsGetFullChannel(channel=eve.channel(sup)),
        ):
            with pytest.raises(errors.ChannelPrivate):
                await eve(asked)
        await ada(api.ChannelsToggleJoinRequest(channel=ada.channel(sup), enabled=True))
        dan = await v.person("Dan")
        with pytest.raises(errors.InviteRequestSent):
            await dan(api.ChannelsJoinChannel(channel=dan.channel(sup)))
        with pytest.raises(errors.UserNotParticipant):
            await dan(api.ChannelsLeaveChannel(channel=dan.channel(sup)))


async def test_names_of_chats_are_free_taken_or_wrong() -> None:
    """A name is somebody's, or nobody's, or no name."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup, other = await ada.supergroup("Club", bob), await ada.supergroup("Pub")

        async def name(chat: Any, username: str) -> Any:
            return await ada(
                api.ChannelsUpdateUsername(channel=ada.channel(chat), username=username)
            )

        await name(sup, "theclub")
        with pytest.raises(errors.UsernameNotModified):
            await name(sup, "theclub")
        with pytest.raises(errors.UsernameOccupied):
            await name(other, "TheClub")
        with pytest.raises(errors.UsernameInvalid):
            await name(other, "no name")
        taken = api.ChannelsCheckUsername(channel=ada.channel(other), username="theclub")
        assert isinstance(await ada(taken), api.BoolFalse) or not await ada(taken)
        public = await ada(api.ChannelsGetAdminedPublicChannels())
        assert [c.title for c in public.chats] == ["Club"]
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.ChannelsUpdateUsername(channel=bob.channel(sup), username="bobs_club"))
        await name(sup, "")
        await name(other, "theclub")


async def test_people_are_put_in_only_if_they_let_themselves() -> None:
    """Who blocked Ada, or lets nobody, is named as missing; the others are in."""
    async with village() as v:
        ada, bob, cid, dan = await v.people_named("Ada", "Bob", "Cid", "Dan")
        await cid(api.ContactsBlock(id=cid.peer(ada)))
        await dan(
            api.AccountSetPrivacy(
                key=api.InputPrivacyKeyChatInvite(), rules=[api.InputPrivacyValueDisallowAll()]
            )
        )
        sup = await ada.supergroup("Club")
        users = [ada.user(p) for p in (bob, cid, dan)]
        done = await ada(api.ChannelsInviteToChannel(channel=ada.channel(sup), users=users))
        assert {m.user_id for m in done.missing_invitees} == {cid.id, dan.id}
        made = await ada(api.MessagesCreateChat(users=users, title="Trio"))
        await v.settle()
        assert {m.user_id for m in made.missing_invitees} == {cid.id, dan.id}
        group = made.updates.chats[0]
        alone = await ada(
            api.MessagesAddChatUser(chat_id=group.id, user_id=ada.user(dan), fwd_limit=0)
        )
        assert [m.user_id for m in alone.missing_invitees] == [dan.id]
        with pytest.raises(errors.UserAlreadyParticipant):
            await ada(api.MessagesAddChatUser(chat_id=group.id, user_id=ada.user(bob), fwd_limit=0))
        with pytest.raises(errors.UserIdInvalid):
            await ada(
                api.ChannelsInviteToChannel(
                    channel=ada.channel(sup), users=[api.InputUser(user_id=bob.id, access_hash=7)]
                )
            )
        with pytest.raises(errors.ChatTitleEmpty):
            await ada(api.MessagesCreateChat(users=users, title="  "))


async def test_a_group_becomes_a_supergroup_with_all_its_people() -> None:
    """What was said stays where it was; who asleep was wakes up in the new one."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        group = await ada.group("Trio", bob, cid)
        await ada(api.MessagesEditChatAdmin(chat_id=group.id, user_id=ada.user(bob), is_admin=True))
        await bob.say(group, "old times")
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.MessagesMigrateChat(chat_id=group.id))
        moved = await ada(api.MessagesMigrateChat(chat_id=group.id))
        await v.settle()
        with pytest.raises(errors.ChatIdInvalid):
            await ada(api.MessagesMigrateChat(chat_id=group.id))
        sup = next(c for c in moved.chats if isinstance(c, api.Channel))
        with pytest.raises(errors.ChatWriteForbidden):
            await cid.say(group, "too late")
        await cid.say(sup, "new times")
        assert await bob.texts(sup) == ["new times"]
        assert await bob.texts(group) == ["old times"]
        full = await bob(api.ChannelsGetFullChannel(channel=bob.channel(sup)))
        assert full.full_chat.migrated_from_chat_id == group.id
        assert len(await is_admin(ada, sup)) == 2


async def is_admin(by: Person, chat: Any) -> list[int]:
    """Return who the admins are."""
    found = await by(
        api.ChannelsGetParticipants(
            channel=by.channel(chat),
            filter=api.ChannelParticipantsAdmins(),
            offset=0,
            limit=10,
            hash=0,
        )
    )
    return [p.user_id for p in found.participants]


async def test_members_are_found_by_kind_and_name() -> None:
    """Recent, admins, banned, restricted, by name, contacts, bots: each its own."""
    async with village() as v:
        ada, bob, cid, dan = await v.people_named("Ada", "Bob", "Cid", "Dan")
        sup = await ada.supergroup("Club", bob, cid, dan)
        for who, forbidden in ((cid, {"send_media": True}), (dan, {"view_messages": True})):
            await ada(
                api.ChannelsEditBanned(
                    channel=ada.channel(sup),
                    participant=ada.peer(who),
                    banned_rights=api.ChatBannedRights(until_date=0, **forbidden),
                )
            )
        await ada(
            api.ContactsAddContact(id=ada.user(bob), first_name="Bobby", last_name="", phone="")
        )

        async def found(by: Person, kind: Any) -> set[int]:
            answer = await by(
                api.ChannelsGetParticipants(
                    channel=by.channel(sup), filter=kind, offset=0, limit=10, hash=0
                )
            )
            return {getattr(p, "user_id", 0) or p.peer.user_id for p in answer.participants}

        assert await found(ada, api.ChannelParticipantsRecent()) == {ada.id, bob.id, cid.id}
        assert await found(ada, api.ChannelParticipantsAdmins()) == {ada.id}
        assert await found(ada, api.ChannelParticipantsKicked(q="")) == {dan.id}
        assert await found(ada, api.ChannelParticipantsBanned(q="")) == {cid.id}
        assert await found(ada, api.ChannelParticipantsSearch(q="CI")) == {cid.id}
        assert await found(ada, api.ChannelParticipantsContacts(q="")) == {bob.id}
        assert await found(ada, api.ChannelParticipantsBots()) == set()
        for kind in (api.ChannelParticipantsKicked(q=""), api.ChannelParticipantsBanned(q="")):
            with pytest.raises(errors.ChatAdminRequired):
                await found(bob, kind)
        with pytest.raises(errors.UserNotParticipant):
            await bob(
                api.ChannelsGetParticipant(channel=bob.channel(sup), participant=bob.peer(dan))
            )
        with pytest.raises(errors.UserIdInvalid):
            await bob(
                api.ChannelsGetParticipant(channel=bob.channel(sup), participant=bob.peer(sup))
            )
        await v.settle()


async def test_what_is_hidden_of_the_past_stays_hidden_on_every_road() -> None:
    """Cid came later: history, ids, search, counters, threads, links, forwards say nothing of before."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club", bob)
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(sup), enabled=True))
        first = await ada.say(sup, "a word on Cid #secret")
        reply = api.InputReplyToMessage(reply_to_msg_id=first)
        second = await bob.say(sup, "agreed", reply_to=reply)
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(sup), users=[ada.user(cid)]))
        await v.settle()
        peer, channel = cid.peer(sup), cid.channel(sup)
        assert await cid.texts(sup) == []
        got = await cid(
            api.ChannelsGetMessages(
                channel=channel, id=[api.InputMessageID(id=n) for n in (first, second)]
            )
        )
        assert [type(m) for m in got.messages] == [api.MessageEmpty] * 2
        page = {
            "offset_id": 0,
            "offset_date": 0,
            "add_offset": 0,
            "limit": 10,
            "max_id": 0,
            "min_id": 0,
            "hash": 0,
        }
        found = await cid(
            api.MessagesSearch(
                peer=peer,
                q="word",
                filter=api.InputMessagesFilterEmpty(),
                min_date=0,
                max_date=0,
                offset_id=0,
                add_offset=0,
                limit=10,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        assert found.messages == []
        for asked, error in (
            (api.MessagesGetReplies(peer=peer, msg_id=first, **page), errors.MsgIdInvalid),
            (api.ChannelsExportMessageLink(channel=channel, id=first), errors.MsgIdInvalid),
            (
                api.MessagesForwardMessages(
                    from_peer=peer, to_peer=api.InputPeerSelf(), id=[first], random_id=[5]
                ),
                errors.MessageIdInvalid,
            ),
            (
                api.MessagesSendReaction(peer=peer, msg_id=first, reaction=[]),
                errors.MessageIdInvalid,
            ),
            (
                api.MessagesGetMessageReactionsList(peer=peer, id=first, limit=10),
                errors.MsgIdInvalid,
            ),
        ):
            with pytest.raises(error):
                await cid(asked)
        third = await bob.say(sup, "still agreed", reply_to=reply)
        answers = await cid(api.MessagesGetReplies(peer=peer, msg_id=third, **page))
        assert [m.id for m in answers.messages] == [third]
        assert (await bob.texts(sup))[0] == "a word on Cid #secret"
