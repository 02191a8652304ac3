"""Every list of messages is cut into pages by one documented rule (core.telegram.org/api/offsets)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.features.messages.pagination import SKIPPED_MAX, PageRequest, asked_by, page_in, page_of
from chappe.tl import api

from .forums import say as say_in
from .forums import topic
from .test_polls import ask as poll
from .test_polls import question, vote
from .test_reactions import react
from .test_search import EMPTY
from .village import Person, village

MANY = 9  # messages of a list that is asked for in every way

Ask = Callable[..., Awaitable[Any]]


def documented(numbers: Sequence[int], asked: PageRequest) -> list[int]:
    """Return the page of a list as the documentation says it: newest first, counted one by one."""
    before = sum(number >= asked.offset_id for number in numbers) if asked.offset_id else 0
    start = before + asked.add_offset
    page = [numbers[at] for at in range(start, start + asked.limit) if 0 <= at < len(numbers)]
    return [
        number
        for number in page
        if (not asked.min_id or number > asked.min_id)
        and (not asked.max_id or number < asked.max_id)
    ]


@dataclass
class Shelf:
    """A list as a box would hold it."""

    numbers: list[int]  # newest first
    read: int = 0

    async def newer(self, since: int, limit: int) -> list[int]:
        """See `Lines`."""
        found = [n for n in reversed(self.numbers) if n >= since][:limit]
        self.read += len(found)
        return found

    async def older(self, before: int, skip: int, limit: int) -> list[int]:
        """See `Lines`."""
        found = [n for n in self.numbers if not before or n < before][: skip + limit]
        self.read += len(found)
        return found[skip:]


ID = st.integers(0, 60)
ASKED = st.builds(
    PageRequest,
    offset_id=ID,
    add_offset=st.integers(-60, 60),
    limit=st.integers(0, 60),
    min_id=ID,
    max_id=ID,
    offset_date=st.just(0),
)


@settings(max_examples=500, deadline=None)
@given(st.sets(st.integers(1, 60)), ASKED)
def test_a_page_of_a_list_at_hand_and_of_one_that_is_read_is_the_documented_one(
    numbers: set[int], asked: PageRequest
) -> None:
    """Whatever is asked for; and no more is read than lies between the message named and the page's end."""
    shelf = Shelf(sorted(numbers, reverse=True))
    wanted = documented(shelf.numbers, asked)
    assert page_in(shelf.numbers, asked, number=int) == wanted
    by_date = asked._replace(offset_id=0, offset_date=asked.offset_id)
    assert page_in(shelf.numbers, by_date, number=int, date=int) == wanted
    call: Any = None  # nobody pays for fewer than a hundred
    assert asyncio.run(page_of(call, shelf, asked, number=int)) == wanted
    assert shelf.read <= asked.passed + asked.limit


def test_a_request_asks_for_no_more_than_a_page() -> None:
    """And for no less than nothing."""
    request = api.MessagesGetHistory(
        peer=api.InputPeerSelf(),
        offset_id=0,
        offset_date=0,
        add_offset=0,
        limit=1_000,
        max_id=0,
        min_id=0,
        hash=0,
    )
    assert asked_by(request).limit == 100
    request.limit = -1
    assert asked_by(request).limit == 0


# -- every list, through the dispatcher -------------------------------------------------------------


def ways(numbers: Sequence[int]) -> Iterator[PageRequest]:
    """Yield pages that begin at, between, before and behind messages, and reach to both sides."""
    offsets = (0, numbers[-1], numbers[4], numbers[4] + 1, numbers[0], numbers[0] + 1, 1 << 30)
    shifts = (-MANY - 3, -MANY, -5, -4, -1, 0, 1, 4, MANY + 1)
    for offset, shift, limit in product(offsets, shifts, (1, 4, 100)):
        yield PageRequest(offset, shift, limit)
    for low, high in ((numbers[6], 0), (0, numbers[2]), (numbers[6], numbers[2])):
        for offset, shift in ((0, 0), (numbers[4], -4), (numbers[4], 0)):
            yield PageRequest(offset, shift, MANY, low, high)


async def hold(ask: Ask, numbers: Sequence[int], *, narrowed: bool = False) -> None:
    """Hold every page of a list to the documentation. A search looks only between `min_id` and `max_id`."""
    assert len(numbers) >= MANY
    for asked in ways(numbers):
        listed = [n for n in numbers if asked.keeps(n)] if narrowed else numbers
        answer = await ask(
            offset_id=asked.offset_id,
            add_offset=asked.add_offset,
            limit=asked.limit,
            min_id=asked.min_id,
            max_id=asked.max_id,
        )
        assert [m.id for m in answer.messages] == documented(listed, asked), asked


def history(who: Person, chat: Any) -> Ask:
    """Return how to ask for pages of a conversation."""
    return lambda **how: who(
        api.MessagesGetHistory(peer=who.peer(chat), offset_date=0, hash=0, **how)
    )


def replies(who: Person, chat: Any, top: int) -> Ask:
    """Return how to ask for pages of a thread or topic."""
    return lambda **how: who(
        api.MessagesGetReplies(peer=who.peer(chat), msg_id=top, offset_date=0, hash=0, **how)
    )


def found(who: Person, chat: Any, **what: Any) -> Ask:
    """Return how to ask for pages of what a search finds."""
    given = {"q": "", "filter": EMPTY, "min_date": 0, "max_date": 0, "hash": 0, **what}
    return lambda **how: who(api.MessagesSearch(peer=who.peer(chat), **given, **how))


async def talk(who: Person, chat: Any, between: Any = None) -> list[int]:
    """Say many things, others between them elsewhere; return their numbers, newest first."""
    numbers = []
    for number in range(MANY):
        numbers.append(await who.say(chat, f"word {number}"))
        if between is not None and number % 2:
            await who.say(between, "elsewhere")
    return numbers[::-1]


async def test_a_conversation_of_two() -> None:
    """Numbers have holes: other conversations are in the same box."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await hold(history(ada, bob), await talk(ada, bob, between=ada))


async def test_a_group_whose_beginning_somebody_does_not_see() -> None:
    """For Bob it begins with what came after him; the place of a page is one among those."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town")
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(sup), enabled=True))
        for number in range(3):
            await ada.say(sup, f"before {number}")
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(sup), users=[ada.user(bob)]))
        await v.settle()
        for number in range(MANY):
            await ada.say(sup, f"word {number}")
        numbers = [m.id for m in await bob.history(sup)]
        assert len(await ada.history(sup)) > len(numbers)
        await hold(history(bob, sup), numbers)


async def test_a_thread() -> None:
    """What is said elsewhere in the group does not count."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        sup = await ada.supergroup("Town")
        top = await ada.say(sup, "what do you think?")
        numbers = []
        for number in range(MANY):
            to = api.InputReplyToMessage(reply_to_msg_id=top)
            numbers.append(await ada.say(sup, f"word {number}", reply_to=to))
            await ada.say(sup, "elsewhere")
        await hold(replies(ada, sup, top), numbers[::-1])


async def test_the_general_topic_with_what_was_said_before_there_were_topics() -> None:
    """Half of it is in no index."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        sup = await ada.supergroup("Forum")
        early = [m.id for m in await ada.history(sup)]
        early = [await ada.say(sup, "early") for _ in range(4)][::-1] + early
        await ada(api.ChannelsToggleForum(channel=ada.channel(sup), enabled=True, tabs=False))
        news = await topic(ada, sup, "News")
        late: list[int] = []
        while len(early) + len(late) < MANY:
            late.append(await ada.say(sup, "late"))
            await say_in(ada, sup, news, "elsewhere")
        answer = await replies(ada, sup, 1)(
            offset_id=0, add_offset=0, limit=100, min_id=0, max_id=0
        )
        general = [m.id for m in answer.messages]
        assert set(late[::-1] + early[:4]) <= set(general)
        await hold(replies(ada, sup, 1), general)


async def test_saved_messages_of_one_source() -> None:
    """Ada's own notes among those that came from Bob."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        theirs = await bob.say(ada, "keep this")
        heard = (await ada.history(bob))[0].id
        assert theirs
        numbers = []
        for number in range(MANY):
            numbers.append(await ada.say(ada, f"note {number}"))
            if number % 2:
                await ada(
                    api.MessagesForwardMessages(
                        from_peer=ada.peer(bob),
                        id=[heard],
                        random_id=[v.number()],
                        to_peer=ada.peer(ada),
                    )
                )

        def saved(**how: int) -> Awaitable[Any]:
            return ada(
                api.MessagesGetSavedHistory(peer=ada.peer(ada), offset_date=0, hash=0, **how)
            )

        await hold(saved, numbers[::-1])


@pytest.mark.parametrize("place", ["a dialog", "a channel"])
async def test_what_a_search_finds(place: str) -> None:
    """By a word, and by a kind; a search also says where in all that is found its page begins."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat: Any = bob if place == "a dialog" else await ada.supergroup("News", broadcast=True)
        numbers = []
        for number in range(MANY):
            numbers.append(await ada.say(chat, f"word {number}"))
            await ada.say(chat, "something else")
            await ada(
                api.MessagesUpdatePinnedMessage(
                    peer=ada.peer(chat), id=numbers[-1], silent=True, pm_oneside=True
                )
            )
        numbers.reverse()
        by_word = found(ada, chat, q="word")
        await hold(by_word, numbers, narrowed=True)
        await hold(found(ada, chat, filter=api.InputMessagesFilterPinned()), numbers, narrowed=True)
        at_one = await by_word(offset_id=numbers[3], add_offset=-1, limit=1, min_id=0, max_id=0)
        assert [m.id for m in at_one.messages] == [numbers[3]]
        assert (at_one.offset_id_offset, at_one.count) == (4, MANY)


async def test_messages_that_mention_somebody() -> None:
    """Bob's unread mentions, which are a list like any other."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        await bob(api.AccountUpdateUsername(username="bob_the_first"))
        numbers = []
        for number in range(MANY):
            numbers.append(await ada.say(sup, f"@bob_the_first {number}"))
            await ada.say(sup, "elsewhere")

        def mentions(**how: int) -> Awaitable[Any]:
            return bob(api.MessagesGetUnreadMentions(peer=bob.peer(sup), **how))

        await hold(mentions, numbers[::-1])


async def test_messages_with_reactions_nobody_has_looked_at() -> None:
    """What Bob reacted to is a list of Ada's."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        numbers = []
        for number in range(MANY):
            numbers.append(await ada.say(sup, f"word {number}"))
            await react(bob, sup, numbers[-1], "🔥")

        def reactions(**how: int) -> Awaitable[Any]:
            return ada(api.MessagesGetUnreadReactions(peer=ada.peer(sup), **how))

        await hold(reactions, numbers[::-1])


async def test_polls_with_votes_nobody_has_looked_at() -> None:
    """Of all topics, or of one; when one was looked at, the votes in the other are left."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Forum", bob)
        await ada(api.ChannelsToggleForum(channel=ada.channel(sup), enabled=True, tabs=False))
        news, other = await topic(ada, sup, "News"), await topic(ada, sup, "Other")
        numbers: dict[int, list[int]] = {news: [], other: []}
        for where in (*(news,) * MANY, other):
            to = api.InputReplyToMessage(reply_to_msg_id=where, top_msg_id=where)
            number = await poll(ada, sup, question(public_voters=True), reply_to=to)
            await vote(bob, sup, number, 0)
            numbers[where].insert(0, number)

        def voted(**how: int) -> Awaitable[Any]:
            return ada(api.MessagesGetUnreadPollVotes(peer=ada.peer(sup), **how))

        await hold(voted, [*numbers[other], *numbers[news]])
        await hold(lambda **how: voted(top_msg_id=news, **how), numbers[news])
        await ada(api.MessagesReadPollVotes(peer=ada.peer(sup), top_msg_id=news))
        left = await voted(offset_id=0, add_offset=0, limit=10, min_id=0, max_id=0)
        assert [m.id for m in left.messages] == numbers[other]


async def test_places_and_days_of_a_list_count_from_its_beginning() -> None:
    """The third message is the third, wherever one begins to ask; of one source, if it is named."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        numbers = []
        for number in range(MANY):
            v.clock.time += 86_400
            numbers.append(await ada.say(ada, f"https://example.org/{number}"))
        await bob.say(ada, "https://example.com")
        heard = (await ada.history(bob))[0].id
        await ada(
            api.MessagesForwardMessages(
                from_peer=ada.peer(bob), id=[heard], random_id=[v.number()], to_peer=ada.peer(ada)
            )
        )
        numbers.reverse()
        what = {
            "peer": ada.peer(ada),
            "filter": api.InputMessagesFilterUrl(),
            "saved_peer_id": ada.peer(ada),
        }
        for begin in (0, 3):
            offset = numbers[begin - 1] if begin else 0
            places = await ada(
                api.MessagesGetSearchResultsPositions(offset_id=offset, limit=100, **what)
            )
            assert [(p.msg_id, p.offset) for p in places.positions] == [
                (n, at) for at, n in enumerate(numbers) if at >= begin
            ]
            days = await ada(
                api.MessagesGetSearchResultsCalendar(offset_id=offset, offset_date=0, **what)
            )
            assert [p.max_msg_id for p in days.periods] == numbers[begin:]
            assert (places.count, days.count) == (MANY, MANY)
            assert days.offset_id_offset == (begin + 1 if begin else None)
        date = next(m.date for m in await ada.history(ada) if m.id == numbers[3])
        days = await ada(
            api.MessagesGetSearchResultsCalendar(offset_id=0, offset_date=date, **what)
        )
        assert [p.max_msg_id for p in days.periods] == numbers[4:]
        what["saved_peer_id"] = ada.peer(bob)
        places = await ada(api.MessagesGetSearchResultsPositions(offset_id=0, limit=100, **what))
        assert places.count == 1
        counted = await ada(
            api.MessagesGetSearchCounters(
                peer=ada.peer(ada), saved_peer_id=ada.peer(bob), filters=[what["filter"]]
            )
        )
        assert [c.count for c in counted] == [1]


# -- how libraries page through a list --------------------------------------------------------------


async def reversed_by(ask: Ask, offset: int, chunk: int) -> list[int]:
    """Read a list from behind a message to its newest, as Telethon's `reverse` does."""
    read: list[int] = []
    offset += 1
    for _ in range(20):
        answer = await ask(offset_id=offset, add_offset=-chunk, limit=chunk, min_id=0, max_id=0)
        page = [m.id for m in reversed(answer.messages) if m.id >= offset]
        read += page
        if len(answer.messages) < chunk:
            return read
        offset = page[-1] + 1
    raise AssertionError("it never ends")


async def test_reading_forwards_ends_with_the_newest() -> None:
    """From any message; from the newest there is nothing, not everything."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        numbers = await talk(ada, bob, between=ada)
        for at, number in enumerate(numbers):
            for ask in (history(ada, bob), found(ada, bob, q="word")):
                for chunk in (1, 4, MANY, 100):
                    assert await reversed_by(ask, number, chunk) == numbers[:at][::-1]


async def test_far_from_the_message_that_is_named_nothing_is_found() -> None:
    """In either direction, and of a thread as of a conversation; nothing is read for it."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        numbers = await talk(ada, bob)
        sup = await ada.supergroup("Town")
        top = await ada.say(sup, "well?")
        answer = await ada.say(sup, "yes", reply_to=api.InputReplyToMessage(reply_to_msg_id=top))
        for ask, number in ((history(ada, bob), numbers[0]), (replies(ada, sup, top), answer)):
            for shift in (-SKIPPED_MAX - 1, SKIPPED_MAX + 1):
                page = await ask(offset_id=number, add_offset=shift, limit=100, min_id=0, max_id=0)
                assert page.messages == []
