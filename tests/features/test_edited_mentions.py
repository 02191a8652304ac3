"""Who is addressed follows what a message says now: edits take marks away and set them."""

from typing import Any

import pytest

from chappe.tl import api

from .village import Person, Village, village

KINDS = ["group", "supergroup"]


async def club(v: Village, kind: str) -> tuple[Person, Person, Person, Any]:
    """Return Ada, Bob and Claude, who have usernames, and where they meet."""
    ada, bob, claude = await v.people_named("Ada", "Bob", "Claude")
    for who, name in ((ada, "ada_ll"), (bob, "bob_bb"), (claude, "claude_s")):
        await who(api.AccountUpdateUsername(username=name))
    make = ada.group if kind == "group" else ada.supergroup
    return ada, bob, claude, await make("Club", bob, claude)


async def unread(who: Person, chat: Any) -> int:
    """Return how many unread mentions somebody has, as dialog and list agree."""
    await who.village.settle()
    counted = (await who.dialog(chat)).unread_mentions_count
    listed = await who(
        api.MessagesGetUnreadMentions(
            peer=who.peer(chat), offset_id=0, add_offset=0, limit=100, max_id=0, min_id=0
        )
    )
    assert len(listed.messages) == counted
    assert all(m.mentioned and m.media_unread for m in listed.messages)
    return int(counted)


async def edit(who: Person, chat: Any, number: int, text: str, **more: Any) -> None:
    """Give a message another text."""
    await who(api.MessagesEditMessage(peer=who.peer(chat), id=number, message=text, **more))
    await who.village.settle()


async def newest(who: Person, chat: Any) -> Any:
    """Return the newest message as somebody reads it."""
    await who.village.settle()
    return (await who.history(chat))[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_mention_that_is_edited_out_is_not_unread_any_more(kind: str) -> None:
    """Bob was addressed, then Claude, then nobody."""
    async with village() as v:
        ada, bob, claude, chat = await club(v, kind)
        number = await ada.say(chat, "hey @bob_bb")
        assert (await unread(bob, chat), await unread(claude, chat)) == (1, 0)
        await edit(ada, chat, number, "hey @claude_s")
        assert (await unread(bob, chat), await unread(claude, chat)) == (0, 1)
        assert not (await newest(bob, chat)).mentioned
        assert (await newest(claude, chat)).mentioned
        await edit(ada, chat, number, "hey")
        assert (await unread(bob, chat), await unread(claude, chat)) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_who_has_looked_is_not_marked_again_by_an_edit_that_still_names_them(
    kind: str,
) -> None:
    """Another word in it is no other mention; taken out and put in again is one."""
    async with village() as v:
        ada, bob, _, chat = await club(v, kind)
        number = await ada.say(chat, "hey @bob_bb")
        await bob(api.MessagesReadMentions(peer=bob.peer(chat)))
        await edit(ada, chat, number, "hello @bob_bb")
        assert await unread(bob, chat) == 0
        assert (await newest(bob, chat)).mentioned
        await edit(ada, chat, number, "hello")
        await edit(ada, chat, number, "hello again, @bob_bb")
        assert await unread(bob, chat) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_who_is_answered_stays_addressed_whatever_the_answer_says(kind: str) -> None:
    """Bob wrote what Ada answers."""
    async with village() as v:
        ada, bob, _, chat = await club(v, kind)
        await bob.say(chat, "anybody?")
        asked = (await newest(ada, chat)).id
        number = await ada.say(chat, "yes", reply_to=api.InputReplyToMessage(reply_to_msg_id=asked))
        assert await unread(bob, chat) == 1
        await edit(ada, chat, number, "yes, me")
        assert await unread(bob, chat) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_mention_that_is_deleted_is_not_unread_any_more(kind: str) -> None:
    """Nor listed."""
    async with village() as v:
        ada, bob, _, chat = await club(v, kind)
        number = await ada.say(chat, "hey @bob_bb")
        if kind == "group":
            await ada(api.MessagesDeleteMessages(id=[number], revoke=True))
        else:
            await ada(api.ChannelsDeleteMessages(channel=ada.channel(chat), id=[number]))
        assert await unread(bob, chat) == 0


async def test_an_edit_addresses_nobody_who_is_not_there() -> None:
    """Eve is no member: naming her marks nothing for her, by an edit either."""
    async with village() as v:
        ada, _, _, chat = await club(v, "supergroup")
        eve = await v.person("Eve")
        await eve(api.AccountUpdateUsername(username="eve_outside"))
        number = await ada.say(chat, "hey")
        await edit(ada, chat, number, "hey @eve_outside")
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(chat), users=[ada.user(eve)]))
        assert await unread(eve, chat) == 0
