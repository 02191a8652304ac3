"""Finding chats by name: one's own, and public ones; private ones only by those who are in."""

from typing import Any

import pytest

from chappe.core import Kind
from chappe.features.chats.listing import Listed
from chappe.tl import api, errors

from .village import Person, Village, village


async def find(who: Person, query: str, limit: int = 20) -> tuple[list[int], list[int]]:
    """Return the chats somebody finds: those they are in, and others."""
    found = await who(api.ContactsSearch(q=query, limit=limit))
    shown = {c.id for c in found.chats}
    halves = []
    for peers in (found.my_results, found.results):
        ids = [getattr(p, "channel_id", 0) or getattr(p, "chat_id", 0) for p in peers]
        halves.append([i for i in ids if i])
        assert set(halves[-1]) <= shown
    return halves[0], halves[1]


async def public(who: Person, title: str, username: str, *members: Person, **kind: bool) -> Any:
    """Make a supergroup or channel that everybody may find."""
    chat = await who.supergroup(title, *members, **kind)
    await rename(who, chat, username)
    return chat


async def rename(who: Person, chat: Any, username: str) -> None:
    """Give a chat another public name, or none."""
    await who(api.ChannelsUpdateUsername(channel=who.channel(chat), username=username))
    await who.village.settle()


async def listed(v: Village) -> int:
    """Return how many rows the directory has."""
    found = 0
    for owner in await v.context.store.engine.owners(Kind.NAMES, limit=10_000):
        found += len(await v.context.look(owner).scan(Listed))
    return found


async def test_public_chats_are_found_by_how_their_words_begin() -> None:
    """By any word of the title or the username, whatever the case and accents; all words must fit."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        town = await public(ada, "Café Society of Żagań", "coffee_lovers")
        news = await public(ada, "Society News", "dailynews", broadcast=True)
        for query in (
            "cafe",
            "CAFÉ",
            "zag",
            "coffee_lovers",
            "@coffee_lovers",
            "lovers",
            "soc caf",
        ):
            assert await find(eve, query) == ([], [town.id]), query
        assert await find(eve, "society") == ([], [town.id, news.id])
        assert await find(eve, "so") == ([], [town.id, news.id])
        assert await find(eve, "society dai") == ([], [news.id])
        for query in ("afe", "s", "society x", "cafes", "zzz"):
            assert await find(eve, query) == ([], []), query
        with pytest.raises(errors.SearchQueryEmpty):
            await find(eve, "@ ")


async def test_what_one_is_in_is_found_by_any_part_of_its_name() -> None:
    """Private ones too, and basic groups; others do not find those."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        secret = await ada.supergroup("Surprise party", bob)
        group = await ada.group("Party of two", bob)
        open_ = await public(ada, "Partygoers", "partygoers", bob)
        found, others = await find(bob, "part")
        assert (set(found), others) == ({secret.id, group.id, open_.id}, [])
        assert (await find(bob, "PRISE"))[0] == [secret.id]
        assert await find(eve, "party") == ([], [open_.id])
        await bob(api.ChannelsLeaveChannel(channel=bob.channel(secret)))
        await v.settle()
        assert await find(bob, "surprise") == ([], [])


async def test_the_largest_come_first_and_no_more_than_wanted() -> None:
    """By the number of their members."""
    async with village() as v:
        ada, bob, cid, eve = await v.people_named("Ada", "Bob", "Cid", "Eve")
        small = await public(ada, "Chess one", "chessone")
        large = await public(ada, "Chess two", "chesstwo", bob, cid)
        middle = await public(ada, "Chess three", "chessthree", bob)
        assert (await find(eve, "chess"))[1] == [large.id, middle.id, small.id]
        assert (await find(eve, "chess", limit=1))[1] == [large.id]


async def test_who_renames_hides_or_ends_a_chat_takes_it_from_the_list() -> None:
    """And nothing of it stays in the directory."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        town = await public(ada, "Town hall", "townhall")
        await ada(api.ChannelsEditTitle(channel=ada.channel(town), title="City council"))
        await v.settle()
        assert await find(eve, "hall") == ([], [])
        assert await find(eve, "council") == await find(eve, "townh") == ([], [town.id])
        await rename(ada, town, "citycouncil")
        assert await find(eve, "townh") == ([], [])
        await rename(ada, town, "")
        assert await find(eve, "council") == ([], [])
        assert await listed(v) == 0
        await rename(ada, town, "townagain")
        assert await find(eve, "council") == ([], [town.id])
        assert await listed(v) > 0
        await ada(api.ChannelsDeleteChannel(channel=ada.channel(town)))
        await v.wait(1)
        assert await find(eve, "council") == ([], [])
        assert await listed(v) == 0


async def test_who_was_thrown_out_does_not_find_it() -> None:
    """Not among their own, and not among the public ones."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        town = await public(ada, "Town hall", "townhall", bob)
        assert await find(bob, "town") == ([town.id], [])
        ban = api.ChatBannedRights(view_messages=True, until_date=0)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(town), participant=ada.peer(bob), banned_rights=ban
            )
        )
        await v.settle()
        assert await find(bob, "town") == ([], [])


async def test_one_search_looks_at_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many begin alike."""
    monkeypatch.setattr("chappe.features.chats.listing.LISTED_MAX", 3)
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        for number in range(5):
            await public(ada, "Chess", f"chess{number}")
        assert len((await find(eve, "chess"))[1]) == 3
