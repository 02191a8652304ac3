"""Running a group or channel: admins, restrictions, slow mode, ownership; nobody grants what they lack."""

import asyncio

import pytest
from tests.features.running import banned, participant, promote, restrict

from chappe.features.groups import admins
from chappe.tl import api, errors

from .village import Person, village


async def test_nobody_grants_rights_they_lack() -> None:
    """Bob may add admins and pin: he hands on pinning, not banning."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        await promote(ada, sup, bob, add_admins=True, pin_messages=True)
        with pytest.raises(errors.RightForbidden):
            await promote(bob, sup, cid, pin_messages=True, ban_users=True)
        await promote(bob, sup, cid, pin_messages=True)
        shown = await participant(ada, sup, cid)
        assert (shown.admin_rights.pin_messages, shown.promoted_by) == (True, bob.id)
        assert not shown.admin_rights.ban_users


async def test_admins_made_by_others_are_out_of_reach() -> None:
    """Bob and Cid were both made by Ada: neither alters or bans the other, nor Ada."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        for one in (bob, cid):
            await promote(ada, sup, one, add_admins=True, ban_users=True)
        with pytest.raises(errors.ChatAdminRequired):
            await promote(bob, sup, cid, ban_users=True)
        with pytest.raises(errors.UserAdminInvalid):
            await restrict(bob, sup, cid, view_messages=True)
        with pytest.raises(errors.UserCreator):
            await promote(bob, sup, ada, ban_users=True)
        with pytest.raises(errors.UserAdminInvalid):
            await restrict(bob, sup, ada, send_messages=True)
        await promote(ada, sup, cid)  # no right at all: an admin no more
        await restrict(bob, sup, cid, send_messages=True)
        with pytest.raises(errors.ChatAdminRequired):
            await promote(cid, sup, bob)


async def test_every_admin_is_marked_as_one_and_may_hand_the_mark_on() -> None:
    """Apps rely on `other` in the rights of each admin, and send it back when they alter another's."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        await promote(ada, sup, bob, add_admins=True, pin_messages=True)
        (shown,) = (await bob(api.ChannelsGetChannels(id=[bob.channel(sup)]))).chats
        assert shown.admin_rights.other
        await promote(bob, sup, cid, pin_messages=True, other=True)
        assert (await participant(ada, sup, cid)).admin_rights.other
        await promote(bob, sup, cid, other=True)
        left = (await participant(ada, sup, cid)).admin_rights
        assert (left.other, left.pin_messages) == (True, False)


async def test_an_admin_who_may_not_invite_brings_nobody_in() -> None:
    """To promote a stranger is to invite them; to demote one is nothing at all."""
    async with village() as v:
        ada, bob, dan = await v.people_named("Ada", "Bob", "Dan")
        sup = await ada.supergroup("Town", bob)
        await promote(ada, sup, bob, add_admins=True, pin_messages=True)
        with pytest.raises(errors.ChatAdminInviteRequired):
            await promote(bob, sup, dan, pin_messages=True)
        with pytest.raises(errors.UserNotParticipant):
            await promote(ada, sup, dan)
        await dan(api.ContactsBlock(id=dan.peer(ada)))
        with pytest.raises(errors.UserPrivacyRestricted):
            await promote(ada, sup, dan, pin_messages=True)
        await dan(api.ContactsUnblock(id=dan.peer(ada)))
        await promote(ada, sup, dan, pin_messages=True)
        assert isinstance(await participant(ada, sup, dan), api.ChannelParticipantAdmin)


async def test_who_may_not_ban_does_not_pardon() -> None:
    """Bob may make admins; to make one of the banned Dan he would have to lift a ban."""
    async with village() as v:
        ada, bob, dan = await v.people_named("Ada", "Bob", "Dan")
        sup = await ada.supergroup("Town", bob, dan)
        await promote(ada, sup, bob, add_admins=True, invite_users=True)
        await restrict(ada, sup, dan, view_messages=True)
        with pytest.raises(errors.UserKicked):
            await promote(bob, sup, dan, invite_users=True)
        invited = await bob(
            api.ChannelsInviteToChannel(channel=bob.channel(sup), users=[bob.user(dan)])
        )
        assert [m.user_id for m in invited.missing_invitees] == [dan.id]
        with pytest.raises(errors.UserKicked):
            await promote(bob, sup, dan)


async def test_titles_and_the_number_of_admins_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A title has sixteen characters, and an admin more than there is room for is refused."""
    monkeypatch.setattr(admins, "ADMINS_MAX", 2)
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        with pytest.raises(errors.AdminRankInvalid):
            await promote(ada, sup, bob, "a title of no end", pin_messages=True)
        await promote(ada, sup, bob, "boss", pin_messages=True)
        with pytest.raises(errors.AdminsTooMuch):
            await promote(ada, sup, cid, pin_messages=True)
        await promote(ada, sup, bob, "chief", ban_users=True)  # who is one already may be altered
        assert (await participant(cid, sup, bob)).rank == "chief"


async def test_anonymous_admins_write_as_the_group() -> None:
    """Members see the group write; admins can ask who it was, members cannot."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)
        await promote(ada, sup, bob, "voice", anonymous=True, delete_messages=True)
        number = await bob.say(sup, "we decided")
        (seen,) = [m for m in await cid.history(sup) if m.id == number]
        assert (seen.from_id, seen.post_author) == (api.PeerChannel(channel_id=sup.id), "voice")
        assert not seen.out
        mine = next(m for m in await bob.history(sup) if m.id == number)
        assert mine.out
        author = await ada(api.ChannelsGetMessageAuthor(channel=ada.channel(sup), id=number))
        assert author.id == bob.id
        with pytest.raises(errors.ChatAdminRequired):
            await cid(api.ChannelsGetMessageAuthor(channel=cid.channel(sup), id=number))
        with pytest.raises(errors.MessageIdInvalid):
            await ada(api.ChannelsGetMessageAuthor(channel=ada.channel(sup), id=9999))


async def test_members_have_titles_and_who_gives_them() -> None:
    """Bob titles himself, an admin titles Cid, and nobody the creator."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Town", bob, cid)

        async def title(by: Person, who: Person, rank: str) -> None:
            await by(
                api.MessagesEditChatParticipantRank(
                    peer=by.peer(sup), participant=by.peer(who), rank=rank
                )
            )

        await title(bob, bob, "baker")
        assert (await participant(cid, sup, bob)).rank == "baker"
        with pytest.raises(errors.ChatNotModified):
            await title(bob, bob, "baker")
        with pytest.raises(errors.ChatAdminRequired):
            await title(bob, cid, "fool")
        await promote(ada, sup, bob, manage_ranks=True)
        await title(bob, cid, "miller")
        with pytest.raises(errors.UserCreator):
            await title(bob, ada, "fool")
        with pytest.raises(errors.AdminRankInvalid):
            await title(ada, cid, "x" * 17)
        dan = await v.person("Dan")
        with pytest.raises(errors.UserNotParticipant):
            await title(ada, dan, "guest")
        await ada(
            api.MessagesEditChatDefaultBannedRights(
                peer=ada.peer(sup), banned_rights=banned(edit_rank=True)
            )
        )
        with pytest.raises(errors.ChatAdminRequired):
            await title(cid, cid, "king")
        group = await ada.group("Trio", bob, cid)
        await ada(
            api.MessagesEditChatParticipantRank(
                peer=ada.peer(group), participant=ada.peer(bob), rank="x"
            )
        )


# -- restrictions ---------------------------------------------------------------------------------------


async def test_a_restriction_ends_when_it_was_said_to() -> None:
    """Bob is silent for an hour; a second before it is over he still is."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        until = int(v.clock.time) + 3600
        await restrict(ada, sup, bob, until, send_messages=True)
        v.clock.time = until - 1
        with pytest.raises(errors.UserBannedInChannel):
            await bob.say(sup, "now?")
        v.clock.time = until
        await bob.say(sup, "now!")
        assert (await bob.texts(sup)) == ["now!"]


async def test_a_ban_ends_when_it_was_said_to_and_opens_the_door_only() -> None:
    """Bob is out for a day; then he may come back by a link, and is not in by himself."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        link = (await ada(api.MessagesExportChatInvite(peer=ada.peer(sup)))).link
        code = link.rpartition("+")[2]
        until = int(v.clock.time) + 86_400
        await restrict(ada, sup, bob, until, view_messages=True)
        v.clock.time = until - 1
        with pytest.raises(errors.InviteHashExpired):
            await bob(api.MessagesImportChatInvite(hash=code))
        v.clock.time = until
        with pytest.raises(errors.ChannelPrivate):
            await bob.history(sup)
        await bob(api.MessagesImportChatInvite(hash=code))
        await v.settle()
        await bob.say(sup, "back")


async def test_what_was_missed_by_a_ban_counts_as_read_on_every_device() -> None:
    """Bob is let in again: what was written meanwhile is not unread, and his devices are told so."""
    async with village(twins=False) as v:  # they must ask for what was written meanwhile
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        await ada.say(sup, "before")
        await restrict(ada, sup, bob, view_messages=True)
        missed = await ada.say(sup, "meanwhile")
        await restrict(ada, sup, bob)
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(sup), users=[ada.user(bob)]))
        await v.settle()
        told = [u for u in bob.listener.told(api.UpdateReadChannelInbox) if u.channel_id == sup.id]
        assert [(u.max_id, u.still_unread_count) for u in told] == [(missed, 1)]  # but that he came


async def test_each_kind_of_thing_is_forbidden_by_itself() -> None:
    """No text for Bob but a reaction; nothing at all for the whole group but admins."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        number = await ada.say(sup, "listen")
        await restrict(ada, sup, bob, send_plain=True)
        with pytest.raises(errors.UserBannedInChannel):
            await bob.say(sup, "but")
        thumb = [api.ReactionEmoji(emoticon="👍")]
        await bob(api.MessagesSendReaction(peer=bob.peer(sup), msg_id=number, reaction=thumb))
        await restrict(ada, sup, bob, send_reactions=True)
        with pytest.raises(errors.ChatWriteForbidden):
            await bob(api.MessagesSendReaction(peer=bob.peer(sup), msg_id=number, reaction=[]))
        await restrict(ada, sup, bob)
        await bob.say(sup, "free")
        await ada(
            api.MessagesEditChatDefaultBannedRights(
                peer=ada.peer(sup), banned_rights=banned(send_plain=True)
            )
        )
        with pytest.raises(errors.ChatSendPlainForbidden):
            await bob.say(sup, "but")
        await ada.say(sup, "I may")
        with pytest.raises(errors.ChatNotModified):
            await ada(
                api.MessagesEditChatDefaultBannedRights(
                    peer=ada.peer(sup), banned_rights=banned(send_plain=True)
                )
            )
        with pytest.raises(errors.BannedRightsInvalid):
            await ada(
                api.MessagesEditChatDefaultBannedRights(
                    peer=ada.peer(sup), banned_rights=banned(view_messages=True)
                )
            )
        await v.settle()


async def test_what_all_may_is_told_with_the_version_of_the_group_if_it_has_one() -> None:
    """Basic groups have one, which grows; supergroups have none."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for chat in (await ada.group("Duo", bob), await ada.supergroup("Town", bob)):
            await ada(
                api.MessagesEditChatDefaultBannedRights(
                    peer=ada.peer(chat), banned_rights=banned(send_polls=True)
                )
            )
            await v.settle()
            told = bob.told(api.UpdateChatDefaultBannedRights)[-1]
            assert told.default_banned_rights.send_polls
            assert (told.version > 0) is isinstance(chat, api.Chat)


async def test_only_people_are_banned_and_not_oneself() -> None:
    """A chat is no person; Ada does not ban herself."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        with pytest.raises(errors.ParticipantIdInvalid):
            await ada(
                api.ChannelsEditBanned(
                    channel=ada.channel(sup),
                    participant=ada.peer(sup),
                    banned_rights=banned(view_messages=True),
                )
            )
        with pytest.raises(errors.UserAdminInvalid):
            await ada(
                api.ChannelsEditBanned(
                    channel=ada.channel(sup),
                    participant=api.InputPeerUser(user_id=ada.id, access_hash=0),
                    banned_rights=banned(view_messages=True),
                )
            )


async def test_slow_mode_is_exact_also_in_parallel() -> None:
    """Ten seconds are ten seconds; of five messages at once one is taken; admins do not wait."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        with pytest.raises(errors.SecondsInvalid):
            await ada(api.ChannelsToggleSlowMode(channel=ada.channel(sup), seconds=7))
        await ada(api.ChannelsToggleSlowMode(channel=ada.channel(sup), seconds=10))
        await v.settle()
        tries = [
            bob(api.MessagesSendMessage(peer=bob.peer(sup), message=f"{i}", random_id=v.number()))
            for i in range(5)
        ]
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(d, errors.SlowmodeWait) for d in done) == 4
        v.clock.time += 9
        with pytest.raises(errors.SlowmodeWait) as refused:
            await bob.say(sup, "too soon")
        assert refused.value.seconds == 1 if hasattr(refused.value, "seconds") else True
        full = await bob(api.ChannelsGetFullChannel(channel=bob.channel(sup)))
        assert full.full_chat.slowmode_next_send_date == int(v.clock.time) + 1
        v.clock.time += 1
        one = await bob.say(sup, "in time")
        v.clock.time += 10
        with pytest.raises(errors.SlowmodeMultiMsgsDisabled):
            await bob(
                api.MessagesForwardMessages(
                    from_peer=bob.peer(sup),
                    to_peer=bob.peer(sup),
                    id=[one, one],
                    random_id=[v.number(), v.number()],
                )
            )
        for text in ("I", "do", "not", "wait"):
            await ada.say(sup, text)


# -- switches -------------------------------------------------------------------------------------------


async def test_switches_are_told_to_everybody_and_refused_a_second_time() -> None:
    """Each switch reaches every device; to set it as it is changes nothing."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        news = await ada.supergroup("News", bob, broadcast=True)
        group = await ada.group("Duo", bob)
        channel = ada.channel(sup)
        switches = [
            api.ChannelsToggleSlowMode(channel=channel, seconds=30),
            api.ChannelsTogglePreHistoryHidden(channel=channel, enabled=True),
            api.ChannelsToggleJoinToSend(channel=channel, enabled=True),
            api.ChannelsToggleJoinRequest(channel=channel, enabled=True),
            api.ChannelsToggleParticipantsHidden(channel=channel, enabled=True),
            api.ChannelsToggleSignatures(channel=ada.channel(news), signatures_enabled=True),
            api.ChannelsToggleAntiSpam(channel=channel, enabled=True),
            api.MessagesToggleNoForwards(peer=ada.peer(sup), enabled=True),
            api.MessagesToggleNoForwards(peer=ada.peer(news), enabled=True),
            api.MessagesToggleNoForwards(peer=ada.peer(group), enabled=True),
            api.MessagesSetChatAvailableReactions(
                peer=ada.peer(sup), available_reactions=api.ChatReactionsNone()
            ),
            api.MessagesSetChatAvailableReactions(
                peer=ada.peer(group),
                available_reactions=api.ChatReactionsSome(
                    reactions=[api.ReactionEmoji(emoticon="🔥")]
                ),
            ),
        ]
        for switch in switches:
            await ada(switch)
            await v.settle()
            with pytest.raises(errors.ChatNotModified):
                await ada(switch)
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.ChannelsToggleAntiSpam(channel=bob.channel(sup), enabled=True))
        with pytest.raises(errors.MsgIdInvalid):
            await ada(api.ChannelsReportAntiSpamFalsePositive(channel=channel, msg_id=1))
        log = await ada(
            api.ChannelsGetAdminLog(channel=channel, q="", max_id=0, min_id=0, limit=50)
        )
        assert len(log.events) >= 2
        bounded = await ada(
            api.ChannelsGetAdminLog(
                channel=channel, q="", max_id=0, min_id=0, limit=50, admins=[ada.user(bob)]
            )
        )
        assert bounded.events == []


async def test_titles_and_descriptions_are_checked() -> None:
    """Empty and unchanged ones are refused, long ones cut or refused."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        group = await ada.group("Duo", bob)
        for edit, kind in (
            (lambda t: api.ChannelsEditTitle(channel=ada.channel(sup), title=t), sup),
            (lambda t: api.MessagesEditChatTitle(chat_id=group.id, title=t), group),
        ):
            with pytest.raises(errors.ChatTitleEmpty):
                await ada(edit(" \u200b\n "))
            await ada(edit("City"))
            with pytest.raises(errors.ChatNotModified):
                await ada(edit("  City "))
            with pytest.raises(errors.ChatAboutTooLong):
                await ada(api.MessagesEditChatAbout(peer=ada.peer(kind), about="x" * 256))
            await ada(api.MessagesEditChatAbout(peer=ada.peer(kind), about="ours"))
            with pytest.raises(errors.ChatAboutNotModified):
                await ada(api.MessagesEditChatAbout(peer=ada.peer(kind), about="ours"))
        with pytest.raises(errors.PeerIdInvalid):
            await ada(api.MessagesEditChatAbout(peer=ada.peer(bob), about="ours"))
        await v.settle()
