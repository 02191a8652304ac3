"""Answers, quotes, forwards and drafts: what refers to other messages, and what may leave a chat."""

from typing import Any

import pytest

from chappe.features.messages.scheduled import SCHEDULED_MAX
from chappe.tl import api, errors

from .village import Person, village


def answer(number: int, **more: Any) -> Any:
    """Return what is answered."""
    return api.InputReplyToMessage(reply_to_msg_id=number, **more)


async def message(of: Person, chat: Any, number: int) -> Any:
    """Return one message of a conversation as somebody has it."""
    return next(m for m in await of.history(chat) if m.id == number)


async def newest(of: Person, chat: Any) -> Any:
    """Return the newest message of a conversation as somebody has it."""
    return (await of.history(chat))[0]


async def test_an_answer_names_what_it_answers_in_everybodys_numbers() -> None:
    """Ada and Claude number the same message differently; each answer points at their own."""
    async with village() as v:
        ada, claude, bob = await v.people_named("Ada", "Claude", "Bob")
        await ada.say(bob, "so that numbers differ")
        number = await ada.say(claude, "coming?")
        theirs = (await newest(claude, ada)).id
        await claude.say(ada, "yes", reply_to=answer(theirs))
        assert (await newest(ada, claude)).reply_to.reply_to_msg_id == number
        assert (await newest(claude, ada)).reply_to.reply_to_msg_id == theirs
        await claude.say(ada, "to nothing", reply_to=answer(9999))
        assert (await newest(ada, claude)).reply_to is None


@pytest.mark.parametrize("kind", ["private", "group", "supergroup"])
async def test_a_quote_is_kept_where_it_is_from_and_as_it_was_drawn(kind: str) -> None:
    """Offsets count UTF-16 units; of two places the nearer is meant."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat: Any = bob
        if kind != "private":
            chat = await (ada.group if kind == "group" else ada.supergroup)("Club", bob)
        await ada.say(chat, "😀 one two 😀 one")
        there = ada if kind == "private" else chat
        theirs = (await newest(bob, there)).id
        bold = [api.MessageEntityBold(offset=0, length=3), api.MessageEntityUrl(offset=0, length=3)]
        await bob.say(
            there,
            "which one?",
            reply_to=answer(theirs, quote_text="one", quote_offset=13, quote_entities=bold),
        )
        for who, where in ((ada, chat), (bob, there)):
            header = (await newest(who, where)).reply_to
            assert (header.quote, header.quote_text, header.quote_offset) == (True, "one", 14)
            assert [type(e) for e in header.quote_entities] == [api.MessageEntityBold]
        for wrong in ("three", "x" * 1025, " "):
            with pytest.raises(errors.QuoteTextInvalid):
                await bob.say(there, "what?", reply_to=answer(theirs, quote_text=wrong))
        with pytest.raises(errors.QuoteTextInvalid):
            await bob.say(
                there,
                "what?",
                reply_to=answer(
                    theirs,
                    quote_text="one",
                    quote_entities=[api.MessageEntityBold(offset=2, length=9)],
                ),
            )
        with pytest.raises(errors.ReplyMessageIdInvalid):
            await bob.say(there, "what?", reply_to=answer(9999, quote_text="one"))


async def test_an_answer_in_another_chat_says_where_it_is_from_to_who_may_go_there() -> None:
    """Bob quotes a channel to Cid, who is not in it: Cid reads the quote, and gets no way in."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        news = await ada.supergroup("News", bob, broadcast=True)
        post = await ada.say(news, "the sun rose")
        given = answer(post, reply_to_peer_id=bob.peer(news), quote_text="sun")
        await bob.say(cid, "look", reply_to=given)
        mine = (await newest(bob, cid)).reply_to
        assert (mine.reply_to_peer_id, mine.reply_to_msg_id) == (
            api.PeerChannel(channel_id=news.id),
            post,
        )
        theirs = (await newest(cid, bob)).reply_to
        assert (theirs.reply_to_peer_id, theirs.reply_to_msg_id) == (None, None)
        assert (theirs.quote_text, theirs.reply_from.channel_post) == ("sun", post)
        with pytest.raises(errors.ChannelPrivate):
            await cid.say(bob, "more", reply_to=answer(post, reply_to_peer_id=cid.peer(news)))
        with pytest.raises(errors.ReplyMessageIdInvalid):
            await bob.say(cid, "more", reply_to=answer(999, reply_to_peer_id=bob.peer(news)))


async def test_words_of_a_private_chat_are_quoted_elsewhere_without_its_numbers() -> None:
    """Bob answers Ada's words in a group: her name by her leave, no number of a private box."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        group = await bob.group("Duo", cid)
        await ada.say(bob, "between us")
        theirs = (await newest(bob, ada)).id
        await bob.say(group, "she said", reply_to=answer(theirs, reply_to_peer_id=bob.peer(ada)))
        header = (await newest(cid, group)).reply_to
        assert (header.reply_to_msg_id, header.reply_to_peer_id) == (None, None)
        assert header.reply_from.from_id == api.PeerUser(user_id=ada.id)
        await ada(
            api.AccountSetPrivacy(
                key=api.InputPrivacyKeyForwards(), rules=[api.InputPrivacyValueDisallowAll()]
            )
        )
        await bob.say(group, "again", reply_to=answer(theirs, reply_to_peer_id=bob.peer(ada)))
        hidden = (await newest(cid, group)).reply_to.reply_from
        assert (hidden.from_id, hidden.from_name) == (None, "Ada")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_what_may_not_leave_a_chat_leaves_on_no_road(kind: str) -> None:
    """Forward, copy without author, save, quote elsewhere: refused; within the chat one may quote."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat = (
            await ada.group("Club", bob)
            if kind == "group"
            else await ada.supergroup("Club", bob, broadcast=kind == "channel")
        )
        await ada.say(chat, "stays here")
        number = (await newest(bob, chat)).id

        async def onward(to: Any, **how: Any) -> Any:
            return await bob(
                api.MessagesForwardMessages(
                    from_peer=bob.peer(chat),
                    to_peer=bob.peer(to),
                    id=[number],
                    random_id=[v.number()],
                    **how,
                )
            )

        await onward(bob)
        await ada(api.MessagesToggleNoForwards(peer=ada.peer(chat), enabled=True))
        await v.settle()
        for to in (bob, ada):
            for how in ({}, {"drop_author": True}, {"drop_media_captions": True}):
                with pytest.raises(errors.ChatForwardsRestricted):
                    await onward(to, **how)
            with pytest.raises(errors.ChatForwardsRestricted):
                await bob.say(
                    to,
                    "look",
                    reply_to=answer(number, reply_to_peer_id=bob.peer(chat), quote_text="stays"),
                )
        if kind != "channel":
            await bob.say(chat, "why?", reply_to=answer(number, quote_text="stays"))
        await ada(api.MessagesToggleNoForwards(peer=ada.peer(chat), enabled=False))
        await onward(ada)


async def test_one_message_may_be_kept_from_leaving() -> None:
    """Ada marks a message; Claude has it and cannot hand it on."""
    async with village() as v:
        ada, claude, bob = await v.people_named("Ada", "Claude", "Bob")
        await ada.say(claude, "for you", noforwards=True)
        theirs = await newest(claude, ada)
        assert theirs.noforwards
        with pytest.raises(errors.ChatForwardsRestricted):
            await claude(
                api.MessagesForwardMessages(
                    from_peer=claude.peer(ada),
                    to_peer=claude.peer(bob),
                    id=[theirs.id],
                    random_id=[1],
                )
            )
        with pytest.raises(errors.ChatForwardsRestricted):
            await claude.say(
                bob, "look", reply_to=answer(theirs.id, reply_to_peer_id=claude.peer(ada))
            )


async def test_a_saved_message_says_where_it_was() -> None:
    """From a channel and from a person: the chat and the number; without author: nothing."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await ada.supergroup("News", bob, broadcast=True)
        post = await ada.say(news, "rain")
        await ada.say(bob, "take a coat")
        told = (await newest(bob, ada)).id

        async def save(chat: Any, number: int, **how: Any) -> Any:
            await bob(
                api.MessagesForwardMessages(
                    from_peer=bob.peer(chat),
                    to_peer=api.InputPeerSelf(),
                    id=[number],
                    random_id=[v.number()],
                    **how,
                )
            )
            await v.settle()
            return (await newest(bob, bob)).fwd_from

        saved = await save(news, post)
        assert (saved.saved_from_peer, saved.saved_from_msg_id, saved.channel_post) == (
            api.PeerChannel(channel_id=news.id),
            post,
            post,
        )
        saved = await save(ada, told)
        assert (saved.saved_from_peer, saved.saved_from_msg_id) == (
            api.PeerUser(user_id=ada.id),
            told,
        )
        assert await save(ada, told, drop_author=True) is None
        cid = await v.person("Cid")
        await bob(
            api.MessagesForwardMessages(
                from_peer=bob.peer(news), to_peer=bob.peer(cid), id=[post], random_id=[v.number()]
            )
        )
        await v.settle()
        assert (await newest(cid, bob)).fwd_from.saved_from_peer is None


async def test_forwards_are_refused_by_number_right_and_random_id() -> None:
    """What is not there, what is a service message, and what has no number of its own."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.group("Duo", bob)
        service = (await newest(ada, group)).id
        number = await ada.say(group, "hi")

        async def onward(ids: list[int], randoms: list[int], to: Any = None) -> Any:
            return await ada(
                api.MessagesForwardMessages(
                    from_peer=ada.peer(group),
                    to_peer=ada.peer(to or bob),
                    id=ids,
                    random_id=randoms,
                )
            )

        for ids in ([999], [service]):
            with pytest.raises(errors.MessageIdInvalid):
                await onward(ids, [1])
        empty: list[int] = []
        for ids, randoms in ((empty, empty), ([number], empty)):
            with pytest.raises(errors.RandomIdInvalid):
                await onward(ids, randoms)
        await onward([number, number], [1, 2])
        await onward([number], [1])  # the same again is the same
        await v.settle()
        assert await bob.texts(ada) == ["hi", "hi"]
        await bob(api.ContactsBlock(id=bob.peer(ada)))
        await onward([number], [3])
        await v.settle()
        assert await bob.texts(ada) == ["hi", "hi"]
        await bob(api.ContactsUnblock(id=bob.peer(ada)))
        await ada(api.ContactsBlock(id=ada.peer(bob)))
        with pytest.raises(errors.YouBlockedUser):
            await onward([number], [4])


async def test_what_is_done_in_a_chat_leaves_drafts_alone() -> None:
    """To rename, to let messages vanish: whoever does it goes on writing where they were.

    What is sent clears a draft only where the app says so: a program that answers for somebody does not.
    """
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        sup = await ada.supergroup("Club", claude)
        group = await ada.group("Duo", claude)
        await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message="begun"))
        await ada(api.MessagesSetHistoryTTL(peer=ada.peer(claude), period=86_400))
        await ada(api.MessagesSaveDraft(peer=ada.peer(group), message="begun"))
        await ada(api.MessagesEditChatTitle(chat_id=group.id, title="Two"))
        await ada(api.MessagesSaveDraft(peer=ada.peer(sup), message="begun"))
        await ada(api.ChannelsEditTitle(channel=ada.channel(sup), title="The club"))
        await v.settle()
        for chat in (claude, group, sup):
            await ada.say(chat, "by a program")
            assert (await ada.dialog(chat)).draft.message == "begun"
        for chat in (claude, group, sup):
            await ada.say(chat, "finished", clear_draft=True)
            assert (await ada.dialog(chat)).draft is None
            assert isinstance(ada.told(api.UpdateDraftMessage)[-1].draft, api.DraftMessageEmpty)
        assert (await ada(api.MessagesGetAllDrafts())).updates == []


async def test_what_is_refused_finishes_nothing() -> None:
    """Neither at once nor for later: what Ada has begun is all that is left of it."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message="begun"))
        due = int(v.clock.now()) + 86_400
        for turn in range(SCHEDULED_MAX):
            await ada.say(claude, f"tomorrow {turn}", schedule_date=due)
        with pytest.raises(errors.ScheduleTooMuch):
            await ada.say(claude, "one more", schedule_date=due, clear_draft=True)
        with pytest.raises(errors.MessageTooLong):
            await ada.say(claude, "x" * 4097, clear_draft=True)
        assert (await ada.dialog(claude)).draft.message == "begun"


@pytest.mark.parametrize("how", ["later", "a place", "an album"])
async def test_whatever_is_sent_finishes_what_was_begun(how: str) -> None:
    """A place, an album, and what is only to be sent tomorrow."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message="begun"))
        point = api.InputMediaGeoPoint(geo_point=api.InputGeoPoint(lat=1.0, long=2.0))
        given = {"peer": ada.peer(claude), "clear_draft": True}
        if how == "later":
            due = int(v.clock.now()) + 86_400
            await ada.say(claude, "tomorrow", schedule_date=due, clear_draft=True)
        elif how == "a place":
            await ada(api.MessagesSendMedia(**given, media=point, message="", random_id=v.number()))
        else:
            single = api.InputSingleMedia(media=point, random_id=v.number(), message="")
            await ada(api.MessagesSendMultiMedia(**given, multi_media=[single]))
        assert (await ada.dialog(claude)).draft is None


async def test_drafts_keep_what_they_answer_and_are_cleared_by_sending() -> None:
    """Text, entities, answer, quote and effect come back on every device; an empty one clears."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        sup = await ada.supergroup("Club", claude)
        number = await ada.say(claude, "a long story")
        post = await ada.say(sup, "elsewhere")
        await ada(
            api.MessagesSaveDraft(
                peer=ada.peer(claude),
                message=" I think ",
                invert_media=True,
                effect=77,
                entities=[api.MessageEntityBold(offset=1, length=1)],
                no_webpage=True,
                reply_to=answer(number, quote_text="long", quote_offset=2),
            )
        )
        draft = (await ada.dialog(claude)).draft
        assert (draft.message, draft.no_webpage, draft.effect) == ("I think", True, 77)
        assert (draft.reply_to.quote_text, draft.reply_to.quote_offset) == ("long", 2)
        assert draft.entities == [api.MessageEntityBold(offset=0, length=1)]
        await ada(
            api.MessagesSaveDraft(
                peer=ada.peer(claude),
                message="no:",
                reply_to=answer(post, reply_to_peer_id=ada.peer(sup)),
            )
        )
        draft = (await ada.dialog(claude)).draft
        assert draft.reply_to.reply_to_peer_id == ada.peer(sup)
        await v.settle()
        await ada.say(claude, "no.", clear_draft=True)
        assert (await ada.dialog(claude)).draft is None
        await ada(api.MessagesSaveDraft(peer=ada.peer(sup), message="one"))
        await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message="two"))
        assert len((await ada(api.MessagesGetAllDrafts())).updates) == 2
        await ada(api.MessagesSaveDraft(peer=ada.peer(sup), message=""))
        await ada(api.MessagesSaveDraft(peer=ada.peer(sup), message=""))
        await ada(api.MessagesClearAllDrafts())
        assert (await ada(api.MessagesGetAllDrafts())).updates == []
        with pytest.raises(errors.MessageTooLong):
            await ada(api.MessagesSaveDraft(peer=ada.peer(sup), message="x" * 4097))
        with pytest.raises(errors.EntityBoundsInvalid):
            await ada(
                api.MessagesSaveDraft(
                    peer=ada.peer(sup),
                    message="x",
                    entities=[api.MessageEntityBold(offset=0, length=2)],
                )
            )
        with pytest.raises(errors.PeerIdInvalid):
            await ada(
                api.MessagesSaveDraft(
                    peer=api.InputPeerUser(user_id=claude.id, access_hash=1), message="x"
                )
            )


async def test_who_answers_what_is_gone_is_told_that_it_answers_nothing() -> None:
    """The sending app reads what every other device reads; as it does of a text that was trimmed."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        gone = await ada.say(bob, "x")
        await ada(api.MessagesDeleteMessages(id=[gone]))

        async def send(text: str, **more: Any) -> Any:
            return await ada(
                api.MessagesSendMessage(
                    peer=ada.peer(bob), message=text, random_id=v.number(), **more
                )
            )

        told = await send("y", reply_to=answer(gone))
        (new,) = (u.message for u in told.updates if isinstance(u, api.UpdateNewMessage))
        kept = (await ada.history(bob))[0]
        assert (new.id, new.reply_to) == (kept.id, None) == (kept.id, kept.reply_to)
        told = await send("  z ")
        (new,) = (u.message for u in told.updates if isinstance(u, api.UpdateNewMessage))
        assert new.message == "z"
        there = (await ada.history(bob))[0].id
        assert isinstance(await send("y", reply_to=answer(there)), api.UpdateShortSentMessage)
        assert isinstance(await send("plain"), api.UpdateShortSentMessage)
