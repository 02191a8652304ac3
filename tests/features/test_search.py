"""Search: words without case or accents, tags that are whole, pages that lose nothing, and only one's own."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import Person, village

EMPTY = api.InputMessagesFilterEmpty()


async def find(who: Person, chat: Any, q: str, **how: Any) -> list[str]:
    """Return the texts found in a conversation."""
    given = {
        "filter": EMPTY,
        "min_date": 0,
        "max_date": 0,
        "offset_id": 0,
        "add_offset": 0,
        "limit": 100,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **how,
    }
    answer = await who(api.MessagesSearch(peer=who.peer(chat), q=q, **given))
    return [m.message for m in answer.messages]


async def everywhere(who: Person, q: str, **how: Any) -> Any:
    """Return what is found in all conversations."""
    given = {
        "filter": EMPTY,
        "min_date": 0,
        "max_date": 0,
        "offset_rate": 0,
        "offset_peer": api.InputPeerEmpty(),
        "offset_id": 0,
        "limit": 100,
        **how,
    }
    return await who(api.MessagesSearchGlobal(q=q, **given))


async def test_case_and_accents_do_not_matter_and_every_word_does() -> None:
    """Whoever looks for `cafe` finds Café; both words must be there, in any order."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for text in ("Un CAFÉ crème", "die Straße", "cafe\u0301 noir", "ЁЖ в тумане", "nothing"):
            await ada.say(claude, text)
        assert await find(claude, ada, "cafe") == ["cafe\u0301 noir", "Un CAFÉ crème"]
        assert await find(claude, ada, "CRÈME café") == ["Un CAFÉ crème"]
        assert await find(claude, ada, "STRASSE") == ["die Straße"]
        assert await find(claude, ada, "еж") == ["ЁЖ в тумане"]
        assert await find(claude, ada, "cafe tea") == []
        assert len(await find(claude, ada, "")) == 5


async def test_a_hashtag_is_found_whole() -> None:
    """#art is not in #artist, nor in the word art."""
    async with village() as v:
        ada = await v.person("Ada")
        for text in ("see #Art now", "an #artist", "art", "#ART"):
            await ada.say(ada, text)
        assert await find(ada, ada, "#art") == ["#ART", "see #Art now"]


async def test_a_search_is_narrowed_by_who_when_and_what() -> None:
    """By sender, dates, numbers and kind; in pages."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.group("Duo", bob)
        numbers = []
        for i in range(4):
            v.clock.time += 100
            numbers.append(await (ada if i % 2 else bob).say(group, f"word {i}"))
        start = int(v.clock.time) - 300
        assert await find(ada, group, "word", from_id=ada.peer(bob)) == ["word 2", "word 0"]
        assert await find(ada, group, "word", min_date=start) == ["word 3", "word 2", "word 1"]
        assert await find(ada, group, "word", max_date=start + 100) == ["word 0"]
        assert await find(ada, group, "word", limit=2) == ["word 3", "word 2"]
        mine = [m.id for m in await ada.history(group) if isinstance(m, api.Message)]
        assert await find(ada, group, "word", offset_id=mine[1]) == ["word 1", "word 0"]
        assert await find(ada, group, "word", max_id=mine[1]) == ["word 1", "word 0"]
        assert await find(ada, group, "word", min_id=mine[1]) == ["word 3"]
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(group), id=mine[3]))
        assert await find(ada, group, "", filter=api.InputMessagesFilterPinned()) == ["word 0"]
        counters = await ada(
            api.MessagesGetSearchCounters(
                peer=ada.peer(group),
                filters=[api.InputMessagesFilterPinned(), api.InputMessagesFilterUrl()],
            )
        )
        assert [c.count for c in counters] == [1, 0]
        await v.settle()


async def test_everything_of_ones_own_is_found_page_by_page() -> None:
    """Across private chats, groups and channels, each once; by folder and by kind."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        chats = [
            bob,
            await ada.group("G", bob),
            await ada.supergroup("S", bob),
            await ada.supergroup("N", bob, broadcast=True),
        ]
        for i in range(3):
            v.clock.time += i % 2
            for chat in chats:
                await ada.say(chat, f"needle {i}")
        await eve.say(bob, "needle of Eve")
        found, rate, peer, number = [], 0, api.InputPeerEmpty(), 0
        while True:
            page = await everywhere(
                ada, "needle", limit=5, offset_rate=rate, offset_peer=peer, offset_id=number
            )
            found += [(repr(m.peer_id), m.id) for m in page.messages]
            if page.next_rate is None:
                break
            rate, number = page.next_rate, page.messages[-1].id
            peer = ada.peer(page.messages[-1].peer_id)
        assert len(found) == len(set(found)) == 12
        for how, count in (
            ({"users_only": True}, 3),
            ({"groups_only": True}, 6),
            ({"broadcasts_only": True}, 3),
            ({"folder_id": 1}, 0),
        ):
            assert len((await everywhere(ada, "needle", **how)).messages) == count
        with pytest.raises(errors.SearchQueryEmpty):
            await everywhere(ada, " ")
        assert (await everywhere(eve, "needle")).count == 1
        await v.settle()


async def test_posts_of_public_channels_are_found_by_anybody() -> None:
    """By tag or by words; private channels, and those that keep their words, are not looked into."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        public, private, closed = [
            await ada.supergroup(t, broadcast=True) for t in ("Open", "Private", "Closed")
        ]
        for chat, name in ((public, "open_news"), (closed, "closed_news")):
            await ada(api.ChannelsUpdateUsername(channel=ada.channel(chat), username=name))
        await ada(api.MessagesToggleNoForwards(peer=ada.peer(closed), enabled=True))
        for chat in (public, private, closed):
            await ada.say(chat, f"{chat.title} has #news")

        async def posts(**how: Any) -> list[str]:
            answer = await eve(
                api.ChannelsSearchPosts(
                    offset_rate=0, offset_peer=api.InputPeerEmpty(), offset_id=0, limit=10, **how
                )
            )
            return [m.message for m in answer.messages]

        assert await posts(hashtag="news") == ["Open has #news"]
        assert await posts(query="HAS open") == ["Open has #news"]
        assert await posts(hashtag="new") == []
        with pytest.raises(errors.SearchQueryEmpty):
            await posts(query=" ")
        flood = await eve(api.ChannelsCheckSearchPostsFlood(query="x"))
        assert (flood.query_is_free, flood.stars_amount) == (True, 0)


async def test_places_that_move_are_found_until_they_stop() -> None:
    """For an hour; a place that stands still is none."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        point = api.InputGeoPoint(lat=48.1, long=11.5)
        for medium in (
            api.InputMediaGeoLive(geo_point=point, period=3600),
            api.InputMediaGeoPoint(geo_point=point),
        ):
            await ada(
                api.MessagesSendMedia(
                    peer=ada.peer(bob), media=medium, message="", random_id=v.number()
                )
            )
        await v.settle()
        asked = api.MessagesGetRecentLocations(peer=bob.peer(ada), limit=10, hash=0)
        found = (await bob(asked)).messages
        assert [type(m.media) for m in found] == [api.MessageMediaGeoLive]
        v.clock.time += 3600
        assert (await bob(asked)).messages == []
        with pytest.raises(errors.PeerIdInvalid):
            await bob(
                api.MessagesGetRecentLocations(
                    peer=api.InputPeerUser(user_id=ada.id, access_hash=1), limit=1, hash=0
                )
            )
