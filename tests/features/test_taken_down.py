"""Messages taken down are gone for everybody, and come back as they were: whoever is here, or slept."""

from typing import Any

import pytest

from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts, restrictions
from chappe.features.chats import Top
from chappe.features.conversations import (
    Counted,
    Dialog,
    InThread,
    Mention,
    Message,
    Pin,
    Reacted,
    Thread,
)
from chappe.features.reports import where_reported
from chappe.features.restrictions import BoxAct, Copies, Posts, TakenDown
from chappe.tl import api, errors
from chappe.updates import EventRow

from .test_reports import kept, report
from .village import START, Person, Village, village

WINDOW_S = 180 * 86_400
KEPT = (Message, Counted, Pin, Reacted, Thread, InThread, Top, Dialog, Mention)


async def take_down(v: Village, act: int, where: Posts | Copies) -> None:
    """Have messages taken down by an act of this number."""
    async with v.context.change(HOUSE) as change:
        until = int(v.clock.now()) + WINDOW_S
        await restrictions.take_down(v.context, change, act, where, until)
    await v.settle()


async def restore(v: Village, act: int, where: Posts | Copies) -> None:
    """Have undone what an act of this number did."""
    async with v.context.change(HOUSE) as change:
        await restrictions.restore_taken_down(v.context, change, act, where)
    await v.settle()


async def cells(v: Village, *owners: Owner) -> dict[Any, list[Any]]:
    """Return what boxes keep of messages and beside them."""
    return {
        (owner, kind.__name__): await v.context.look(owner).scan(kind)
        for owner in owners
        for kind in KEPT
    }


async def react(who: Person, chat: Any, number: int) -> None:
    """Have somebody react to a message."""
    await who(
        api.MessagesSendReaction(
            peer=who.peer(chat), msg_id=number, reaction=[api.ReactionEmoji(emoticon="👍")]
        )
    )


async def pin(who: Person, chat: Any, number: int) -> None:
    """Have somebody pin a message."""
    await who(api.MessagesUpdatePinnedMessage(peer=who.peer(chat), id=number, silent=True))


async def test_a_message_of_a_group_goes_and_comes_back_with_all_that_stood_beside_it() -> None:
    """Number, text, reactions, pin, thread and counts; with the group's other messages untouched."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        hall = await ada.supergroup("Hall", bob)
        first = await ada.say(hall, "good morning")
        answer = api.InputReplyToMessage(reply_to_msg_id=first)
        bad = await bob.say(hall, "buy gold @Ada", reply_to=answer)
        await react(ada, hall, bad)
        await pin(ada, hall, bad)
        await v.settle()
        box = Owner.channel(hall.id)
        before = await cells(v, box)
        where = Posts(hall.id, (bad,))
        await take_down(v, 7, where)
        assert "buy gold @Ada" not in await ada.texts(hall)
        assert "good morning" in await bob.texts(hall)
        assert await v.context.look(box).scan(Message, accounts.peer_id(box)) != []
        assert await v.context.look(box).get(Message, accounts.peer_id(box), bad) is None
        await take_down(v, 7, where)  # a repeated job
        await restore(v, 7, where)
        assert await cells(v, box) == before
        await restore(v, 7, where)
        await take_down(v, 7, where)  # done already, and undone
        assert await cells(v, box) == before
        assert ada.told(api.UpdateEditChannelMessage)[-1].message.id == bad


async def test_both_copies_of_a_private_message_go_and_come_back() -> None:
    """Though the reporter has deleted theirs, and after the events that found it were dropped."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await bob.say(ada, "hello")
        bad = await bob.say(ada, "buy gold")
        number = (await ada.history(bob))[0].id
        await report(ada, bob, [number], b"dislike")
        await v.settle()
        (filed,) = await kept(v)
        where = where_reported(filed)
        assert where == Copies(ada.id, bob.id, ((bob.id, bad),))
        boxes = (Owner.user(ada.id), Owner.user(bob.id))
        before = await cells(v, *boxes)
        await take_down(v, 7, where)
        assert await ada.texts(bob) == await bob.texts(ada) == ["hello"]
        async with v.context.change(Owner.user(bob.id)) as change:  # as pruning does
            change.drop(EventRow, bad)
        await restore(v, 7, where)
        assert await cells(v, *boxes) == before
        found = await bob(api.MessagesGetMessages(id=[api.InputMessageID(id=bad)]))
        assert found.messages[0].message == "buy gold"
        await ada(api.MessagesDeleteMessages(id=[number]))
        await take_down(v, 8, where)
        assert await bob.texts(ada) == ["hello"]


async def test_everybody_in_a_basic_group_loses_a_message_and_who_left_it_too() -> None:
    """Each has a copy in their own box."""
    async with village() as v:
        ada, bob, cleo = await v.people_named("Ada", "Bob", "Cleo")
        group = await ada.group("Trio", bob, cleo)
        await bob.say(group, "buy gold")
        number = (await ada.history(group))[0].id
        await report(ada, group, [number], b"dislike")
        await cleo(api.MessagesDeleteChatUser(chat_id=group.id, user_id=api.InputUserSelf()))
        await v.settle()
        where = where_reported((await kept(v))[0])
        assert where is not None
        boxes = [Owner.user(p.id) for p in (ada, bob, cleo)]
        before = await cells(v, *boxes)
        await take_down(v, 7, where)
        for person in (ada, bob, cleo):
            look = v.context.look(Owner.user(person.id))
            texts = [m.text for m in await look.scan(Message, -group.id)]
            assert "buy gold" not in texts
        await restore(v, 7, where)
        assert await cells(v, *boxes) == before


async def test_what_a_group_says_of_a_post_goes_and_comes_back_with_it() -> None:
    """Comments stay: they are others' words."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await ada.supergroup("News", bob, broadcast=True)
        talk = await ada.supergroup("Talk", bob)
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(news), group=ada.channel(talk))
        )
        post = await ada.say(news, "buy gold")
        await v.settle()
        assert "buy gold" in await bob.texts(talk)
        boxes = (Owner.channel(news.id), Owner.channel(talk.id))
        before = await cells(v, *boxes)
        where = Posts(news.id, (post,))
        await take_down(v, 7, where)
        assert "buy gold" not in await bob.texts(news) + await bob.texts(talk)
        await restore(v, 7, where)
        assert await cells(v, *boxes) == before


async def test_what_two_decisions_took_down_comes_back_with_the_second() -> None:
    """Who wins against one of them has not won against the other."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        hall = await ada.supergroup("Hall", bob)
        bad, other = await bob.say(hall, "buy gold"), await bob.say(hall, "buy tin")
        first, second = Posts(hall.id, (bad,)), Posts(hall.id, (bad, other))
        await take_down(v, 7, first)
        await take_down(v, 8, second)
        await restore(v, 7, first)
        assert not {"buy gold", "buy tin"} & set(await ada.texts(hall))
        await restore(v, 8, second)
        assert {"buy gold", "buy tin"} <= set(await ada.texts(hall))


async def test_nothing_is_left_when_nobody_can_appeal_any_more() -> None:
    """Neither the message nor what was noted of the act; and a late reversal brings nothing back."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        hall = await ada.supergroup("Hall", bob)
        bad = await bob.say(hall, "buy gold")
        where = Posts(hall.id, (bad,))
        await take_down(v, 7, where)
        look = v.context.look(Owner.channel(hall.id))
        assert [one.message.text for one in await look.scan(TakenDown)] == ["buy gold"]
        await v.wait(WINDOW_S)
        assert (await look.scan(TakenDown), await look.scan(BoxAct)) == ([], [])
        await restore(v, 7, where)
        assert "buy gold" not in await ada.texts(hall)


async def send_file(who: Person, chat: Any) -> int:
    """Have somebody send a file; return its message."""
    await who(api.UploadSaveFilePart(file_id=5, file_part=0, bytes=b"gold" * 256))
    told = await who(
        api.MessagesSendMedia(
            peer=who.peer(chat),
            media=api.InputMediaUploadedDocument(
                file=api.InputFile(id=5, parts=1, name="gold.bin", md5_checksum=""),
                mime_type="application/octet-stream",
                attributes=[],
            ),
            message="",
            random_id=who.village.number(),
        )
    )
    return next(int(u.id) for u in told.updates if isinstance(u, api.UpdateMessageID))


async def test_a_file_that_was_taken_down_is_fetched_again_when_it_is_back() -> None:
    """And by nobody in between, whatever their app remembers of it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        hall = await ada.supergroup("Hall", bob)
        number = await send_file(bob, hall)
        document = (await ada.history(hall))[0].media.document
        place = api.InputDocumentFileLocation(
            id=document.id,
            access_hash=document.access_hash,
            file_reference=document.file_reference,
            thumb_size="",
        )
        fetch = api.UploadGetFile(location=place, offset=0, limit=4096)
        assert (await ada(fetch)).bytes == b"gold" * 256
        where = Posts(hall.id, (number,))
        await take_down(v, 7, where)
        with pytest.raises(errors.FileReferenceExpired):
            await ada(fetch)
        await restore(v, 7, where)
        assert (await ada(fetch)).bytes == b"gold" * 256


async def test_who_deleted_the_conversation_meanwhile_gets_nothing_back() -> None:
    """What they wanted gone stays gone; the other has it again."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        bad = await bob.say(ada, "buy gold")
        await v.settle()
        where = Copies(ada.id, bob.id, ((bob.id, bad),))
        await take_down(v, 7, where)
        await ada(api.MessagesDeleteHistory(peer=ada.peer(bob), max_id=0))
        async with v.context.change(Owner.user(ada.id)) as change:
            change.drop(Dialog, bob.id)
        await restore(v, 7, where)
        assert await bob.texts(ada) == ["buy gold"]
        assert await v.context.look(Owner(Kind.USER, ada.id)).scan(Message, bob.id) == []
        assert v.clock.now() == START
