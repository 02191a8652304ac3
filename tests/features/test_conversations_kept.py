"""What is written stays until it is deleted: pages, reading, deleting, pinning, and what is never kept."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import Person, village

UNSEEN = (  # marks without a shape, fillers, selectors, tags, and all of them
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u3164",
    "\u2800 \u2800",
    "\u115f",
    "\ufe0f",
    "\u200d\ufe0f",
    "\u202e",
    "\xad",
    "\u034f",
    "\U000e0041",
    "\U000e0101",
    "\xa0",
    "\x00",
    "\ufffc",
    "\u180e",
)


async def numbers(of: Person, chat: Any, **how: Any) -> list[str]:
    """Return the texts of one page of a conversation, newest first."""
    given = {
        "offset_id": 0,
        "offset_date": 0,
        "add_offset": 0,
        "limit": 100,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **how,
    }
    got = await of(api.MessagesGetHistory(peer=of.peer(chat), **given))
    return [m.message for m in got.messages]


@pytest.mark.parametrize("kind", ["private", "supergroup"])
async def test_a_page_begins_where_it_is_told_to(kind: str) -> None:
    """By number, by date, shifted either way, bounded on either side."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat: Any = bob if kind == "private" else await ada.supergroup("S", bob)
        ids, dates = [], []
        for i in range(6):
            v.clock.time += 10
            ids.append(await ada.say(chat, str(i)))
            dates.append(int(v.clock.time))
        bounds = {"min_id": ids[0] - 1} if kind == "supergroup" else {}
        for how, texts in (
            ({"limit": 2}, "54"),
            ({"offset_id": ids[3], "limit": 2}, "21"),
            ({"offset_id": ids[3], "add_offset": -1, "limit": 2}, "32"),
            ({"offset_id": ids[3], "add_offset": -3, "limit": 3}, "543"),
            ({"offset_id": ids[3], "add_offset": 1, "limit": 2}, "10"),
            ({"offset_id": ids[3], "add_offset": -2, "limit": 4}, "4321"),
            ({"offset_date": dates[3], "limit": 2}, "21"),
            ({"max_id": ids[3]}, "210"),
            ({"min_id": ids[3]}, "54"),
            ({"limit": 0}, ""),
            ({"offset_id": ids[0]}, ""),
        ):
            assert "".join(await numbers(ada, chat, **{**bounds, **how})) == texts, how


async def test_reading_is_counted_down_and_told_to_the_writer() -> None:
    """Three come, two are read, one is left; the writer knows how far, and when."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sent = [await ada.say(bob, str(i)) for i in range(3)]
        theirs = [m.id for m in await bob.history(ada)][::-1]
        assert (await bob.dialog(ada)).unread_count == 3
        with pytest.raises(errors.MessageNotReadYet):
            await ada(api.MessagesGetOutboxReadDate(peer=ada.peer(bob), msg_id=sent[0]))
        v.clock.time += 7
        await bob(api.MessagesReadHistory(peer=bob.peer(ada), max_id=theirs[1]))
        await v.settle()
        assert (await bob.dialog(ada)).unread_count == 1
        assert (await ada.dialog(bob)).read_outbox_max_id == sent[1]
        assert bob.told(api.UpdateReadHistoryInbox)[-1].still_unread_count == 1
        seen = await ada(api.MessagesGetOutboxReadDate(peer=ada.peer(bob), msg_id=sent[1]))
        assert seen.date == int(v.clock.time)
        again = await bob(api.MessagesReadHistory(peer=bob.peer(ada), max_id=theirs[0]))
        assert again.pts_count == 0
        with pytest.raises(errors.MessageIdInvalid):
            await ada(api.MessagesGetOutboxReadDate(peer=ada.peer(bob), msg_id=9999))
        sup = await ada.supergroup("S")
        with pytest.raises(errors.PeerIdInvalid):
            await ada(api.MessagesReadHistory(peer=ada.peer(sup), max_id=0))
        key = api.InputPrivacyKeyStatusTimestamp()
        for one, error in (
            (ada, errors.YourPrivacyRestricted),
            (bob, errors.UserPrivacyRestricted),
        ):
            await one(api.AccountSetPrivacy(key=key, rules=[api.InputPrivacyValueDisallowAll()]))
            with pytest.raises(error):
                await ada(api.MessagesGetOutboxReadDate(peer=ada.peer(bob), msg_id=sent[1]))
            await one(api.AccountSetPrivacy(key=key, rules=[api.InputPrivacyValueAllowAll()]))
        v.clock.time += 8 * 86_400
        with pytest.raises(errors.MessageTooOld):
            await ada(api.MessagesGetOutboxReadDate(peer=ada.peer(bob), msg_id=sent[1]))


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_who_has_read_is_named_with_the_moment(kind: str) -> None:
    """Bob has, Cid has not; after a week nobody says."""
    async with village() as v:
        ada, bob, _cid = people = await v.people_named("Ada", "Bob", "Cid")
        chat = await (ada.group if kind == "group" else ada.supergroup)("Trio", *people[1:])
        number = await ada.say(chat, "read this")
        v.clock.time += 60
        when = int(v.clock.time)
        if kind == "group":
            await bob(api.MessagesReadHistory(peer=bob.peer(chat), max_id=0))
        else:
            await bob(api.ChannelsReadHistory(channel=bob.channel(chat), max_id=number))
        v.clock.time += 60
        asked = api.MessagesGetMessageReadParticipants(peer=ada.peer(chat), msg_id=number)
        assert [(r.user_id, r.date) for r in await ada(asked)] == [(bob.id, when)]
        with pytest.raises(errors.MsgIdInvalid):
            await ada(api.MessagesGetMessageReadParticipants(peer=ada.peer(chat), msg_id=9999))
        theirs = next(
            m for m in await bob.history(chat) if getattr(m, "message", "") == "read this"
        )
        with pytest.raises(errors.MsgIdInvalid):  # who else has read is the writer's to know
            await bob(api.MessagesGetMessageReadParticipants(peer=bob.peer(chat), msg_id=theirs.id))
        v.clock.time += 8 * 86_400
        with pytest.raises(errors.MsgTooOld):
            await ada(asked)
        await v.settle()


async def test_messages_are_deleted_for_oneself_or_for_both() -> None:
    """Without revoke the other keeps them; with it they are gone, unread ones uncounted."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        mine = await ada.say(bob, "mine")
        both = await ada.say(bob, "both")
        await ada(api.MessagesDeleteMessages(id=[mine]))
        await ada(api.MessagesDeleteMessages(id=[both, both, 9999], revoke=True))
        await v.settle()
        assert await ada.texts(bob) == []
        assert await bob.texts(ada) == ["mine"]
        assert (await bob.dialog(ada)).unread_count == 1
        nothing = await ada(api.MessagesDeleteMessages(id=[both], revoke=True))
        assert nothing.pts_count == 0


async def test_in_a_group_only_admins_delete_what_others_wrote() -> None:
    """Bob deletes his own for all, Cid's only for himself; the creator deletes Cid's for all."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        group = await ada.group("Trio", bob, cid)
        await cid.say(group, "by Cid")
        mine = await bob.say(group, "by Bob")

        async def number(of: Person) -> int:
            return next(
                m.id for m in await of.history(group) if getattr(m, "message", "") == "by Cid"
            )

        with pytest.raises(errors.MessageDeleteForbidden):
            await bob(api.MessagesDeleteMessages(id=[await number(bob)], revoke=True))
        await bob(api.MessagesDeleteMessages(id=[await number(bob)]))
        await bob(api.MessagesDeleteMessages(id=[mine], revoke=True))
        await v.settle()
        assert await cid.texts(group) == ["by Cid"]
        await ada(api.MessagesDeleteMessages(id=[await number(ada)], revoke=True))
        await v.settle()
        assert await cid.texts(group) == []
        later = await bob.say(group, "one more")
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(bob)))
        await v.settle()
        with pytest.raises(errors.MessageDeleteForbidden):
            await bob(api.MessagesDeleteMessages(id=[later], revoke=True))
        await bob(api.MessagesDeleteMessages(id=[later]))


async def test_a_history_is_deleted_by_number_by_date_and_whole() -> None:
    """What is newer, older or later said stays; revoked it is gone for both."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        ids, dates = [], []
        for i in range(6):
            v.clock.time += 10
            ids.append(await ada.say(bob, str(i)))
            dates.append(int(v.clock.time))

        async def delete(**how: Any) -> Any:
            return await ada(api.MessagesDeleteHistory(peer=ada.peer(bob), **{"max_id": 0, **how}))

        gone = await delete(max_id=ids[0])
        assert (gone.pts_count, gone.offset) == (1, 0)
        await delete(min_date=dates[2], max_date=dates[3], revoke=True)
        await v.settle()
        assert await ada.texts(bob) == ["1", "4", "5"]
        assert await bob.texts(ada) == ["0", "1", "4", "5"]
        await delete(just_clear=True)
        assert await ada.texts(bob) == []
        (left,) = await ada.history(bob)
        assert (left.id, left.date) == (ids[5], dates[5])
        assert isinstance(left.action, api.MessageActionHistoryClear)
        assert await bob.texts(ada) == ["0", "1", "4", "5"]
        await bob.say(ada, "again")
        await delete(revoke=True)
        await v.settle()
        assert await bob.texts(ada) == ["0", "1", "4", "5"]
        sup = await ada.supergroup("S")
        with pytest.raises(errors.PeerIdInvalid):
            await ada(api.MessagesDeleteHistory(peer=ada.peer(sup), max_id=0))


async def test_a_cleared_conversation_keeps_its_place_and_nothing_that_was_said() -> None:
    """The newest message becomes word of the clearing; what others do to theirs does not bring it back."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for text in ("one", "two"):
            await ada.say(bob, text)
        last = await bob.say(ada, "three")
        await bob(api.MessagesUpdatePinnedMessage(peer=bob.peer(ada), id=last))
        await v.settle()
        newest = (await ada.history(bob))[0].id

        async def clear() -> Any:
            answer = await ada(
                api.MessagesDeleteHistory(peer=ada.peer(bob), max_id=0, just_clear=True)
            )
            await v.settle()
            return answer

        first = await clear()
        assert first.offset == 0
        assert ada.told(api.UpdateDeleteMessages)
        shown = ada.told(api.UpdateEditMessage)[-1].message
        assert (shown.id, type(shown.action)) == (newest, api.MessageActionHistoryClear)
        dialog = await ada.dialog(bob)
        assert (dialog.top_message, dialog.unread_count) == (newest, 0)
        again = await clear()
        assert (again.pts, again.pts_count) == (first.pts, 0)
        mine = next(m.id for m in await bob.history(ada) if getattr(m, "message", "") == "three")
        await bob(api.MessagesEditMessage(peer=bob.peer(ada), id=mine, message="three!"))
        await bob(
            api.MessagesSendReaction(
                peer=bob.peer(ada), msg_id=mine, reaction=[api.ReactionEmoji(emoticon="👍")]
            )
        )
        await bob(api.MessagesDeleteMessages(id=[mine], revoke=True))
        await v.settle()
        (left,) = await ada.history(bob)
        assert (left.id, left.reactions) == (newest, None)
        await ada.say(bob, "anew")
        assert await ada.texts(bob) == ["anew"]
        await ada(api.MessagesDeleteHistory(peer=ada.peer(bob), max_id=0))
        await v.settle()
        assert await ada.history(bob) == []


async def test_a_channels_past_is_put_away_by_one_or_ended_for_all() -> None:
    """Bob clears his view and keeps counting; the creator ends it for everybody."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("S", bob)
        first = await ada.say(sup, "old @bob")
        await bob(api.ChannelsDeleteHistory(channel=bob.channel(sup), max_id=first))
        await v.settle()
        assert await bob.texts(sup) == []
        assert await ada.texts(sup) == ["old @bob"]
        assert bob.told(api.UpdateChannelAvailableMessages)[-1].available_min_id == first
        full = await bob(api.ChannelsGetFullChannel(channel=bob.channel(sup)))
        assert full.full_chat.available_min_id == first
        await ada.say(sup, "new")
        assert await bob.texts(sup) == ["new"]
        with pytest.raises(errors.ChatAdminRequired):
            await bob(
                api.ChannelsDeleteHistory(channel=bob.channel(sup), max_id=0, for_everyone=True)
            )
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(sup), username="the_s_group"))
        with pytest.raises(errors.ChannelParicipantMissing):
            await eve(api.ChannelsDeleteHistory(channel=eve.channel(sup), max_id=0))
        await ada(api.ChannelsDeleteHistory(channel=ada.channel(sup), max_id=0, for_everyone=True))
        await v.settle()
        assert await ada.texts(sup) == await bob.texts(sup) == []


async def test_pins_are_for_both_or_for_oneself_and_all_go_at_once() -> None:
    """A pin is told by a message; one's own is not; unpinning all takes each."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        one, two = await ada.say(bob, "one"), await ada.say(bob, "two")
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(bob), id=one))
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(bob), id=two, pm_oneside=True))
        await v.settle()

        async def pinned(of: Person, other: Any) -> list[str]:
            return [m.message for m in await of.history(other) if getattr(m, "pinned", False)]

        assert await pinned(ada, bob) == ["two", "one"]
        assert await pinned(bob, ada) == ["one"]
        service = (await bob.history(ada))[0]
        assert isinstance(service.action, api.MessageActionPinMessage)
        for wrong in (9999, (await ada.history(bob))[0].id):
            with pytest.raises(errors.MessageIdInvalid):
                await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(bob), id=wrong))
        await bob(api.MessagesUnpinAllMessages(peer=bob.peer(ada)))
        await v.settle()
        assert await pinned(ada, bob) == ["two"]
        again = await bob(api.MessagesUnpinAllMessages(peer=bob.peer(ada)))
        assert again.pts_count == 0


async def test_what_cannot_be_a_message_is_never_kept() -> None:
    """Nothing, nothing to see, too much, entities outside it, numbers that are none."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")

        async def send(text: str, random_id: int = 0, **how: Any) -> Any:
            return await ada(
                api.MessagesSendMessage(
                    peer=ada.peer(bob), message=text, random_id=random_id or v.number(), **how
                )
            )

        for empty in ("", " \n\t ", *UNSEEN):
            with pytest.raises(errors.MessageEmpty):
                await send(empty)
        with pytest.raises(errors.MessageTooLong):
            await send("x" * 4097)
        with pytest.raises(errors.MessageTooLong):
            await send("😀" * 2049)
        await send("😀" * 2048)
        for offset, length in ((-1, 2), (0, 0), (1, 3), (2**31 - 1, 1)):
            with pytest.raises(errors.EntityBoundsInvalid):
                await send("abc", entities=[api.MessageEntityBold(offset=offset, length=length)])
        with pytest.raises(errors.RandomIdEmpty):
            await ada(api.MessagesSendMessage(peer=ada.peer(bob), message="x", random_id=0))
        await v.settle()
        assert len(await bob.texts(ada)) == 1


async def test_of_more_than_a_hundred_entities_the_first_are_kept() -> None:
    """Nothing is said of the others; they are not looked at."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        many = [api.MessageEntityBold(offset=2 * i, length=1) for i in range(100)]
        astray = api.MessageEntityBold(offset=9_000, length=1)
        await ada.say(bob, "x " * 120, entities=[*many, astray])
        assert (await bob.history(ada))[0].entities == many
        await ada.say(bob, "a.com " * 300)
        assert len((await bob.history(ada))[0].entities) == 100


async def test_a_caption_and_an_edit_with_nothing_to_see_are_as_empty_as_a_text() -> None:
    """An edit to that is refused; a draft of it is none."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await ada.say(bob, "seen")
        for unseen in UNSEEN:
            with pytest.raises(errors.MessageEmpty):
                await ada(api.MessagesEditMessage(peer=ada.peer(bob), id=number, message=unseen))
        assert await bob.texts(ada) == ["seen"]


async def test_entities_are_measured_in_units_moved_with_the_text_and_found() -> None:
    """Outer spaces go and entities with them; links, tags and mentions are seen by the server."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        bold = api.MessageEntityBold(offset=2, length=4)
        await ada.say(bob, "  😀 ok #tag @ada_l https://a.example/x  ", entities=[bold])
        message = (await bob.history(ada))[0]
        assert message.message == "😀 ok #tag @ada_l https://a.example/x"
        seen = [(type(e).__name__[13:], e.offset, e.length) for e in message.entities]
        assert seen == [
            ("Bold", 0, 4),
            ("Hashtag", 6, 4),
            ("Mention", 11, 6),
            ("Url", 18, 19),
        ]


async def test_an_edit_is_refused_by_author_age_and_sameness() -> None:
    """Two days and a second is too late; the same again is no edit; one's own notes last."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number, note = await ada.say(bob, "helo"), await ada.say(ada, "note")

        async def edit(who: Person, chat: Any, at: int, text: str) -> Any:
            return await who(api.MessagesEditMessage(peer=who.peer(chat), id=at, message=text))

        with pytest.raises(errors.MessageNotModified):
            await edit(ada, bob, number, "helo")
        with pytest.raises(errors.MessageEmpty):
            await edit(ada, bob, number, " ")
        with pytest.raises(errors.MessageTooLong):
            await edit(ada, bob, number, "x" * 4097)
        with pytest.raises(errors.MessageIdInvalid):
            await edit(ada, bob, 9999, "x")
        data = await ada(api.MessagesGetMessageEditData(peer=ada.peer(bob), id=number))
        assert not data.caption
        v.clock.time += 172_800
        await edit(ada, bob, number, "hello")
        v.clock.time += 1
        with pytest.raises(errors.MessageEditTimeExpired):
            await edit(ada, bob, number, "hello!")
        await edit(ada, ada, note, "a note")
        await v.settle()
        assert await bob.texts(ada) == ["hello"]


async def test_typing_is_told_to_who_is_here_and_kept_nowhere() -> None:
    """To the other, the members, not to oneself; not from who is blocked."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group, sup = await ada.group("G", bob), await ada.supergroup("S", bob)
        kinds = (
            api.SendMessageTypingAction(),
            api.SendMessageUploadPhotoAction(progress=7),
            api.SendMessageCancelAction(),
        )
        for chat, told in (
            (bob, api.UpdateUserTyping),
            (group, api.UpdateChatUserTyping),
            (sup, api.UpdateChannelUserTyping),
        ):
            for action in kinds:
                await ada(api.MessagesSetTyping(peer=ada.peer(chat), action=action))
            await v.settle()
            assert [getattr(u, "action", None) for u in bob.told(told)] == list(kinds)
            assert ada.told(told) == []
        await bob(api.ContactsBlock(id=bob.peer(ada)))
        await ada(api.MessagesSetTyping(peer=ada.peer(bob), action=kinds[0]))
        await v.settle()
        assert len(bob.told(api.UpdateUserTyping)) == len(kinds)
