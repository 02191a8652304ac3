"""What is told to nobody whom it does not concern: by answers that are about something else."""

import asyncio
from typing import Any

import pytest

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import SERVICE_USER
from chappe.features.folders.records import INVITES_MAX, FolderLink
from chappe.tl import api, errors

from .running import participant, promote, restrict
from .test_files_go import picture, upload
from .test_folders_shared import folder, keep, share
from .test_send_as import square
from .village import Person, Village, village


def recent(by: Person, chat: Any) -> Any:
    """Return the request for the members of a supergroup."""
    return api.ChannelsGetParticipants(
        channel=by.channel(chat), filter=api.ChannelParticipantsRecent(), offset=0, limit=50, hash=0
    )


async def shared(who: Person, *chats: Any) -> str:
    """Share a folder of chats; return its link."""
    await keep(who, folder(2, *(who.peer(c) for c in chats)))
    return await share(who, *chats)


# -- slow mode for commenters -------------------------------------------------------------------------


async def test_slow_mode_binds_who_comments_without_being_a_member() -> None:
    """Who joins in between waits on, and is counted and listed as everybody is; others are not."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        channel = await ada.supergroup("C", broadcast=True)
        group = await ada.supergroup("G")
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(channel), username="a_channel"))
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(channel), group=ada.channel(group))
        )
        await ada.say(channel, "post")
        (there,) = [m for m in await ada.history(group) if getattr(m, "message", "") == "post"]
        answer = api.InputReplyToMessage(reply_to_msg_id=there.id)
        await ada(api.ChannelsToggleSlowMode(channel=ada.channel(group), seconds=60))
        await bob.say(group, "first", reply_to=answer)
        with pytest.raises(errors.SlowmodeWait) as refused:
            await bob.say(group, "second", reply_to=answer)
        assert refused.value.number == 60
        assert (await ada(recent(ada, group))).count == 1
        v.clock.time += 60
        await bob.say(group, "second", reply_to=answer)
        await bob(api.ChannelsJoinChannel(channel=bob.channel(group)))
        await v.settle()
        assert (await ada(recent(ada, group))).count == 2
        with pytest.raises(errors.SlowmodeWait):
            await bob.say(group, "third")
        v.clock.time += 60
        await bob.say(group, "third")
        assert (await ada.texts(group)) == ["post", "first", "second", "third"]


# -- folders ------------------------------------------------------------------------------------------


async def test_a_folder_s_link_tells_nothing_of_chats_whose_invite_was_revoked() -> None:
    """Neither to strangers nor to the one who shared it and was thrown out."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        secret = await ada.supergroup("Before", bob)
        other = await bob.supergroup("Other")
        await promote(ada, secret, bob, invite_users=True)
        slug = await shared(bob, secret, other)

        async def told(who: Person) -> set[str]:
            answer = await who(api.ChatlistsCheckChatlistInvite(slug=slug))
            return {chat.title for chat in answer.chats}

        assert await told(eve) == {"Before", "Other"}
        await restrict(ada, secret, bob, view_messages=True)
        links = await ada(
            api.MessagesGetExportedChatInvites(
                peer=ada.peer(secret), admin_id=ada.user(bob), limit=10
            )
        )
        for link in links.invites:
            await ada(
                api.MessagesEditExportedChatInvite(
                    peer=ada.peer(secret), link=link.link, revoked=True
                )
            )
        await ada(api.ChannelsEditTitle(channel=ada.channel(secret), title="After"))
        assert await told(eve) == {"Other"}
        assert await told(bob) == {"Other"}
        assert await told(ada) == {"After", "Other"}


async def test_codes_of_folders_are_given_back() -> None:
    """When there are too many links already, and when the folder goes with them."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        place = await ada.supergroup("Place")
        before = await names(v, ada)
        await shared(ada, place)
        given = {"chatlist": api.InputChatlistDialogFilter(filter_id=2), "title": ""}
        for _ in range(INVITES_MAX - 2):
            await ada(api.ChatlistsExportChatlistInvite(**given, peers=[ada.peer(place)]))
        box = Owner(Kind.USER, ada.id)
        async with v.context.change(box):  # both pass the gate, and one of them finds no room
            asked = [
                asyncio.create_task(
                    ada(api.ChatlistsExportChatlistInvite(**given, peers=[ada.peer(place)]))
                )
                for _ in range(2)
            ]
            for _ in range(200):
                await asyncio.sleep(0)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(a, errors.InvitesTooMuch) for a in answers) == 1
        links = await v.context.look(box).scan(FolderLink)
        assert len(links) == INVITES_MAX
        assert await names(v, ada) == before + INVITES_MAX
        await ada(api.MessagesUpdateDialogFilter(id=2))
        assert await names(v, ada) == before


async def names(v: Village, who: Person) -> int:
    """Return how many names somebody has claimed, of whatever kind."""
    boxes = [v.context.look(Owner(Kind.NAMES, shard)) for shard in range(SHARD_COUNT)]
    rows = [row for box in boxes for row in await box.scan(accounts.names.NameClaim)]
    return sum((row.kind, row.id) == (Kind.USER, who.id) for row in rows)


# -- members ------------------------------------------------------------------------------------------


async def test_restrictions_are_for_admins_and_the_restricted_to_know() -> None:
    """By whom, for admins only: one of them is anonymous."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        place = await ada.supergroup("S", bob, eve)
        await promote(ada, place, ada, anonymous=True)
        await restrict(ada, place, bob, send_media=True)
        page = await eve(recent(eve, place))
        kinds = {p.user_id: type(p) for p in page.participants}
        assert kinds == {eve.id: api.ChannelParticipantSelf, bob.id: api.ChannelParticipant}
        assert ada.id not in {u.id for u in page.users}
        assert isinstance(await participant(eve, place, bob), api.ChannelParticipant)
        own = await participant(bob, place, bob)
        assert own.banned_rights.send_media
        assert own.kicked_by == bob.id
        seen = await participant(ada, place, bob)
        assert (seen.kicked_by, seen.banned_rights.send_media) == (ada.id, True)


async def test_who_has_read_a_message_is_not_told_where_members_are_hidden() -> None:
    """Admins see them, and everybody where they are not hidden."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("S", bob)
        number = await bob.say(place, "seen?")
        top = await ada.say(place, "yes")
        await ada(api.ChannelsReadHistory(channel=ada.channel(place), max_id=top))
        asked = api.MessagesGetMessageReadParticipants(peer=bob.peer(place), msg_id=number)
        assert [r.user_id for r in await bob(asked)] == [ada.id]
        await ada(api.ChannelsToggleParticipantsHidden(channel=ada.channel(place), enabled=True))
        with pytest.raises(errors.ChatAdminRequired):
            await bob(asked)
        await ada(api.MessagesGetMessageReadParticipants(peer=ada.peer(place), msg_id=top))


async def test_general_is_by_the_forum_not_by_its_creator() -> None:
    """Who may be anonymous."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        place = await ada.supergroup("F", bob)
        await promote(ada, place, ada, anonymous=True)
        await ada(api.ChannelsToggleForum(channel=ada.channel(place), enabled=True, tabs=False))
        found = await bob(
            api.MessagesGetForumTopics(
                peer=bob.peer(place), offset_date=0, offset_id=0, offset_topic=0, limit=10
            )
        )
        (general,) = found.topics
        assert general.from_id == api.PeerChannel(channel_id=place.id)


async def test_nobody_answers_what_was_written_before_they_may_see() -> None:
    """Neither its number nor its author is told by the answer."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        place = await ada.supergroup("S", eve)
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(place), enabled=True))
        hidden = await eve.say(place, "before Bob")
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(place), users=[ada.user(bob)]))
        await v.settle()
        open_ = await eve.say(place, "with Bob")
        for number, answered in ((hidden, None), (open_, open_)):
            sent = await bob.say(
                place, "what?", reply_to=api.InputReplyToMessage(reply_to_msg_id=number)
            )
            (shown,) = [m for m in await eve.history(place) if m.id == sent]
            assert getattr(shown.reply_to, "reply_to_msg_id", None) == answered
            assert shown.mentioned is (answered is not None)


async def test_who_was_removed_from_a_group_sees_no_page_of_it() -> None:
    """Neither its picture nor its settings; who is in sees them."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        group = await ada.group("G", bob, eve)
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(bob)))
        photo = api.InputChatUploadedPhoto(file=await upload(ada, picture()))
        await ada(api.MessagesEditChatPhoto(chat_id=group.id, photo=photo))
        await ada(api.MessagesSetHistoryTTL(peer=ada.peer(group), period=86_400))
        await ada(
            api.MessagesSetChatAvailableReactions(
                peer=ada.peer(group), available_reactions=api.ChatReactionsNone()
            )
        )
        await v.settle()

        async def page(who: Person) -> Any:
            return (await who(api.MessagesGetFullChat(chat_id=group.id))).full_chat

        seen, hidden = await page(eve), await page(bob)
        assert isinstance(seen.chat_photo, api.Photo)
        assert isinstance(seen.available_reactions, api.ChatReactionsNone)
        assert seen.ttl_period == 86_400
        assert (hidden.chat_photo, hidden.available_reactions, hidden.ttl_period) == (None,) * 3


async def test_the_log_does_not_name_who_writes_as_their_channel() -> None:
    """Edits are in it, for its admins to see; whose channel it is is not."""
    async with village() as v:
        ada, bob, group, channel = await square(v)
        number = await bob.say(group, "as it was", send_as=bob.peer(channel))
        mine = await bob.say(group, "as myself")
        for one in (number, mine):
            await bob(
                api.MessagesEditMessage(peer=bob.peer(group), id=one, message=f"edited {one}")
            )
        kinds = api.ChannelAdminLogEventsFilter(edit=True)
        found = await ada(
            api.ChannelsGetAdminLog(
                channel=ada.channel(group), q="", max_id=0, min_id=0, limit=10, events_filter=kinds
            )
        )
        assert [e.user_id for e in found.events] == [bob.id, SERVICE_USER]
        assert {bob.id, SERVICE_USER} <= {u.id for u in found.users}
        assert [e.action.new_message.id for e in found.events] == [mine, number]


# -- invite links -------------------------------------------------------------------------------------


async def test_who_comes_by_a_link_while_it_is_altered_is_counted() -> None:
    """So that it lets in as many as was said."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        place = await ada.supergroup("S")
        made = await ada(api.MessagesExportChatInvite(peer=ada.peer(place), usage_limit=1))
        code = made.link.rsplit("+", 1)[1]
        async with v.context.change(
            Owner(Kind.CHANNEL, place.id)
        ):  # all wait for it, in this order
            coming = asyncio.create_task(bob(api.MessagesImportChatInvite(hash=code)))
            for _ in range(20):
                await asyncio.sleep(0)
            naming = asyncio.create_task(
                ada(
                    api.MessagesEditExportedChatInvite(
                        peer=ada.peer(place), link=made.link, title="named"
                    )
                )
            )
            for _ in range(20):
                await asyncio.sleep(0)
        answer = (await asyncio.gather(coming, naming))[1]
        assert (answer.invite.title, answer.invite.usage) == ("named", 1)
        with pytest.raises(errors.InviteHashExpired):
            await eve(api.MessagesImportChatInvite(hash=code))
