"""Messages as heavy as may be: what one may carry is bounded, and what one answer carries of them."""

from typing import Any

import pytest

from chappe.features import conversations
from chappe.features.contacts import handlers as contacts
from chappe.texts import entities
from chappe.tl import api, errors

from .village import Person, village

HEAVY = "字" * 4_096  # characters of three bytes
MANY = 56  # such messages weigh more than one answer carries, with a link each


def linked(*bytes_each: int, apart: int = 0) -> list[Any]:
    """Return links with addresses of these lengths, behind the first character or `apart`."""
    return [
        api.MessageEntityTextUrl(offset=apart * i, length=1, url="h" * size)
        for i, size in enumerate(bytes_each)
    ]


async def say_much(who: Person, to: Any, times: int = MANY) -> list[int]:
    """Send messages that weigh some twenty kilobytes each; return their numbers."""
    return [
        await who.say(to, f"{number:02d}{HEAVY[2:]}", entities=linked(4_000, 4_000, apart=1))
        for number in range(times)
    ]


async def test_what_entities_carry_is_bounded_in_all() -> None:
    """Two long addresses pass, and a hundred short ones; a hundred long ones are refused, drafts included."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        most = entities.ARGUMENTS_BYTES_MAX
        await ada.say(claude, "two", entities=linked(most // 2, most // 2))
        await ada.say(claude, "many", entities=linked(*[most // 100] * 100))
        for sizes in ((most // 2, most // 2, 1), [4_096] * 100):
            with pytest.raises(errors.EntityBoundsInvalid):
                await ada.say(claude, "x", entities=linked(*sizes))
            with pytest.raises(errors.EntityBoundsInvalid):
                await ada(
                    api.MessagesSaveDraft(
                        peer=ada.peer(claude), message="x", entities=linked(*sizes)
                    )
                )
        assert await claude.texts(ada) == ["two", "many"]


async def test_an_address_of_wide_letters_counts_its_bytes() -> None:
    """Two thousand letters of three bytes are six thousand bytes; twice as much is refused."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        wide = api.MessageEntityTextUrl(offset=0, length=1, url="字" * 2_000)
        await ada.say(claude, "once", entities=[wide])
        with pytest.raises(errors.EntityBoundsInvalid):
            await ada.say(claude, "twice", entities=[wide, wide])


async def test_heavy_messages_come_in_slices_of_the_difference() -> None:
    """Claude slept through a megabyte: it comes in two slices, whole, in order, and the draft at the end."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude(api.MessagesSaveDraft(peer=claude.peer(ada), message="I was going to"))
        await say_much(ada, claude)
        since, date, texts, slices = claude.since.pts, claude.since.date, [], 0
        while True:
            got = await claude(api.UpdatesGetDifference(pts=since, date=date, qts=0))
            texts += [m.message[:2] for m in got.new_messages]
            slices += 1
            assert (
                sum(map(conversations.weight_of, got.new_messages[:-1]))
                <= conversations.ANSWER_BYTES_MAX
            )
            drafted = any(isinstance(u, api.UpdateDraftMessage) for u in got.other_updates)
            if isinstance(got, api.UpdatesDifference):
                break
            assert not drafted
            since, date = got.intermediate_state.pts, got.intermediate_state.date
        assert texts == [f"{number:02d}" for number in range(MANY)]
        assert (slices, drafted) == (2, True)


async def test_heavy_posts_come_in_slices_of_a_channels_difference() -> None:
    """So it is with a channel's log: a slice says that it is not final, and where the next one begins."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        channel = await ada.supergroup("News", claude)
        await say_much(ada, channel)
        pts = 1
        texts: list[str] = []
        finals: list[bool] = []
        while not finals or not finals[-1]:
            got = await claude(
                api.UpdatesGetChannelDifference(
                    channel=claude.channel(channel),
                    filter=api.ChannelMessagesFilterEmpty(),
                    pts=pts,
                    limit=1_000,
                )
            )
            texts += [m.message[:2] for m in got.new_messages if isinstance(m, api.Message)]
            pts = got.pts
            finals.append(got.final)
        assert texts == [f"{number:02d}" for number in range(MANY)]
        assert finals == [False, True]


async def test_heavy_messages_come_in_pages_of_the_history() -> None:
    """A page ends early and says how many there are; the next one goes on behind it."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        numbers = await say_much(ada, claude)
        got = await ada(
            api.MessagesGetHistory(
                peer=ada.peer(claude),
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=100,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        shown = [m.id for m in got.messages]
        assert 50 < len(shown) < MANY
        assert shown == numbers[::-1][: len(shown)]
        assert (type(got), got.count) == (api.MessagesMessagesSlice, MANY)
        rest = await ada(
            api.MessagesGetHistory(
                peer=ada.peer(claude),
                offset_id=shown[-1],
                offset_date=0,
                add_offset=0,
                limit=100,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        assert shown + [m.id for m in rest.messages] == numbers[::-1]


async def test_of_more_close_friends_than_contacts_the_rest_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A list longer than anybody's contacts is cut; nobody looks through it for each of them."""
    monkeypatch.setattr(contacts, "CONTACTS_MAX", 2)
    async with village() as v:
        ada, bob, claude = await v.people_named("Ada", "Bob", "Claude")
        for other in (bob, claude):
            await ada(
                api.ContactsAddContact(id=ada.user(other), first_name="x", last_name="", phone="")
            )
        await ada(api.ContactsEditCloseFriends(id=[bob.id, bob.id, claude.id]))
        known = await ada(api.UsersGetUsers(id=[ada.user(bob), ada.user(claude)]))
        assert [u.close_friend for u in known] == [True, False]
