"""What takes long to look through is read in pages, no further than wanted, and is paid for by who asks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.chats.records import LogEntry
from chappe.features.conversations import Dialog, Message, Reacted
from chappe.features.conversations.threads import InThread
from chappe.features.files.records import Content, File
from chappe.features.files.usage_counts import UNUSED_S
from chappe.features.messages import pagination
from chappe.features.search import everywhere as looking
from chappe.features.sync import handlers as sync
from chappe.ports import Record
from chappe.rpc import LIMITER, Limiter, Rate
from chappe.tl import api, errors
from chappe.updates import PAGE_RECORDS, NoticeRow

from .test_files_go import blobs, delete, document, fetch, send, upload
from .test_reactions import react
from .test_search import EMPTY, everywhere
from .village import Person, Village, village

MANY = 1_200  # messages of a long conversation


class Reads:
    """How many records were read at once, of each kind."""

    def __init__(self) -> None:
        self.scans: list[tuple[type[Record], int]] = []

    def of(self, kind: type[Record]) -> list[int]:
        """Return the sizes of the scans of a kind."""
        return [size for scanned, size in self.scans if scanned is kind]


@contextmanager
def reads(v: Village) -> Iterator[Reads]:
    """Count what is read."""
    noted, scan = Reads(), v.context.store.scan

    async def noting(kind: type[Record], *given: Any, **how: Any) -> Any:
        found = await scan(kind, *given, **how)
        noted.scans.append((kind, len(found)))
        return found

    v.context.store.scan = noting  # type: ignore[method-assign, assignment]  # counts, and does the same
    try:
        yield noted
    finally:
        v.context.store.scan = scan  # type: ignore[method-assign]


async def fill(v: Village, who: Person, peer: int, count: int = MANY, text: str = "word") -> None:
    """Put many messages into somebody's conversation, the newest of now; they say `word 1` and so on."""
    async with v.context.change(Owner(Kind.USER, who.id)) as change:
        first = change.next("pts", count) - count + 1
        for number in range(count):
            change.put(
                Message(
                    peer=peer,
                    id=first + number,
                    date=change.now - count + number,
                    sender=who.id,
                    out=True,
                    text=f"{text} {number}",
                )
            )
        change.put(Dialog(peer=peer, top=first + count - 1, date=change.now))


async def search(who: Person, chat: Any, q: str, **how: Any) -> Any:
    """Search in one conversation."""
    given = {
        "filter": EMPTY,
        "min_date": 0,
        "max_date": 0,
        "offset_id": 0,
        "add_offset": 0,
        "limit": 10,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **how,
    }
    return await who(api.MessagesSearch(peer=who.peer(chat), q=q, **given))


def poor(v: Village, scale: float = 0.01) -> None:
    """Let looking through records cost a hundred times as much."""
    v.context.give(LIMITER, Limiter(scale))


async def until_refused(ask: Callable[[], Awaitable[Any]]) -> int:
    """Ask again and again; return the seconds to wait that one is told at last."""
    for _ in range(50):
        try:
            await ask()
        except errors.FloodWait as wait:
            return int(wait.number)
    raise AssertionError("never refused")


# -- search -----------------------------------------------------------------------------------------


async def test_a_search_of_everything_reads_no_further_than_its_page() -> None:
    """Of two long conversations one page each, though every message is found; the pages lose nothing."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        for other in (bob, cid):
            await fill(v, ada, other.id)
        with reads(v) as noted:
            page = await everywhere(ada, "word", limit=20)
        assert len(page.messages) == 20
        assert sum(noted.of(Message)) <= 3 * looking.PAGE_MESSAGES
        found, rate, peer, number = [], 0, api.InputPeerEmpty(), 0
        while True:
            page = await everywhere(
                ada, "word", limit=100, offset_rate=rate, offset_peer=peer, offset_id=number
            )
            found += [(m.peer_id.user_id, m.id) for m in page.messages]
            if page.next_rate is None:
                break
            rate, number = page.next_rate, page.messages[-1].id
            peer = ada.peer(page.messages[-1].peer_id)
        assert len(found) == len(set(found)) == 2 * MANY


async def test_what_nobody_wrote_is_sought_in_pages_and_only_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All is read page by page, until one search has read what one may."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        for other in (bob, cid):
            await fill(v, ada, other.id)
        with reads(v) as noted:
            assert (await everywhere(ada, "absent")).messages == []
            assert (await search(ada, bob, "absent")).messages == []
        assert sum(noted.of(Message)) >= 3 * MANY
        assert max(noted.of(Message)) <= PAGE_RECORDS
        monkeypatch.setattr(looking, "MESSAGES_READ_MAX", 500)
        with reads(v) as noted:
            assert (await everywhere(ada, "absent")).messages == []
        assert sum(noted.of(Message)) <= 500 + looking.PAGE_MESSAGES


async def test_others_are_answered_while_somebody_searches() -> None:
    """Bob asks after Ada did, and is answered before her."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await fill(v, ada, bob.id)
        answered: list[str] = []

        async def ask(name: str, question: Any) -> None:
            await question
            answered.append(name)

        await asyncio.gather(
            ask("Ada", search(ada, bob, "absent")), ask("Bob", bob(api.UpdatesGetState()))
        )
        assert answered == ["Bob", "Ada"]


async def test_who_had_much_looked_through_waits_as_long_as_is_said() -> None:
    """Ada owes for her searches, Bob does not; what costs nothing is open to her all the while."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for one, other in ((ada, bob), (bob, ada)):
            await fill(v, one, other.id)
        poor(v)
        counters = api.MessagesGetSearchCounters(
            peer=ada.peer(bob), filters=[api.InputMessagesFilterUrl()]
        )
        assert [c.count for c in await ada(counters)] == [0]
        seconds = await until_refused(lambda: ada(counters))
        with pytest.raises(errors.FloodWait):
            await search(ada, bob, "word")
        with pytest.raises(errors.FloodWait):
            await everywhere(ada, "word")
        assert len(await ada.history(bob)) == 100
        assert len((await search(bob, ada, "word")).messages) == 10
        v.clock.time += seconds
        assert len((await search(ada, bob, "word")).messages) == 10


async def test_between_two_pages_of_any_search_everybody_else_is_served() -> None:
    """Eight people search at once; what Bob asks meanwhile waits for a page or two, not for eight a turn."""
    async with village(twins=False) as v:
        bob, *searching = await v.people_named("Bob", *"ABCDEFGH")
        for one in searching:
            await fill(v, one, bob.id, 10 * PAGE_RECORDS)
        searches = [asyncio.ensure_future(search(one, bob, "absent")) for one in searching]
        await asyncio.sleep(0)
        with reads(v) as noted:
            number = await bob.device(
                api.MessagesSendMessage(
                    peer=bob.peer(searching[0]), message="meanwhile", random_id=v.number()
                )
            )
            pages = len([size for size in noted.of(Message) if size == PAGE_RECORDS])
        assert number.id
        assert pages <= len(searching)
        assert not any(one.done() for one in searches)
        assert [found.messages for found in await asyncio.gather(*searches)] == [[]] * 8


async def test_who_searches_much_at_once_has_no_more_turns_than_who_searches_once() -> None:
    """Ada's five searches and Bob's one: of the pages that are read, every other one is Bob's."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for one, other in ((ada, bob), (bob, ada)):
            await fill(v, one, other.id)
        read: list[int] = []
        scan = v.context.store.scan

        async def noting(kind: type[Record], owner: Owner, *given: Any, **how: Any) -> Any:
            if kind is Message:
                read.append(owner.id)
            return await scan(kind, owner, *given, **how)

        v.context.store.scan = noting  # type: ignore[method-assign, assignment]  # does the same
        try:
            asked = [search(ada, bob, "absent") for _ in range(3)]
            asked += [search(bob, ada, "absent"), everywhere(ada, "absent"), everywhere(ada, "no")]
            await asyncio.gather(*asked)
        finally:
            v.context.store.scan = scan  # type: ignore[method-assign]
        mine = [at for at, owner in enumerate(read) if owner == bob.id]
        assert len(mine) == -(-MANY // PAGE_RECORDS)
        assert mine[-1] <= 2 * len(mine) + 1
        assert len(read) > 5 * len(mine)


async def test_searching_without_pause_reads_so_many_records_a_second_and_no_more() -> None:
    """Ada asks again as soon as she may, for an hour; reading of other kinds is open to her meanwhile."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town")
        await fill(v, ada, bob.id)
        scale = 0.01
        poor(v, scale)
        size, refill_s, _ = Rate.SEARCH.value
        began, until = v.clock.time, v.clock.time + 3_600
        with reads(v) as noted:
            while v.clock.time < until:
                v.clock.time += await until_refused(lambda: search(ada, bob, "absent"))
        pages = sum(noted.of(Message)) / PAGE_RECORDS
        earned = size * scale + (v.clock.time - began) * scale / refill_s
        assert earned / 2 < pages <= earned + MANY / PAGE_RECORDS
        await until_refused(lambda: search(ada, bob, "absent"))
        log = await ada(
            api.ChannelsGetAdminLog(channel=ada.channel(sup), q="", max_id=0, min_id=0, limit=10)
        )
        assert isinstance(log, api.ChannelsAdminLogResults)


async def test_a_search_says_how_many_there_are_and_pages_through_them() -> None:
    """Counted as far as is read; offsets lead on from page to page."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await fill(v, ada, bob.id)
        first = await search(ada, bob, "word")
        assert (first.count, first.messages[0].message) == (MANY, f"word {MANY - 1}")
        last = first.messages[-1].id
        second = await search(ada, bob, "word", offset_id=last)
        assert [m.id for m in second.messages] == [last - i for i in range(1, 11)]
        back = await search(ada, bob, "word", offset_id=last, add_offset=-5)
        assert [m.id for m in back.messages] == [last - i + 5 for i in range(1, 11)]


async def test_posts_of_many_channels_are_looked_at_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A search of public channels ends where it has read enough."""
    monkeypatch.setattr("chappe.features.search.posts.ALL_READ_MAX", 3)
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        for number in range(4):
            channel = await ada.supergroup("Open", broadcast=True)
            await ada(
                api.ChannelsUpdateUsername(
                    channel=ada.channel(channel), username=f"open_news_{number}"
                )
            )
            await ada.say(channel, "news of today")
        with reads(v) as noted:
            answer = await ada(
                api.ChannelsSearchPosts(
                    query="news",
                    offset_rate=0,
                    offset_peer=api.InputPeerEmpty(),
                    offset_id=0,
                    limit=10,
                )
            )
        assert 3 <= sum(noted.of(Message)) < 8
        assert 1 <= len(answer.messages) < 4


# -- reading ----------------------------------------------------------------------------------------


async def test_passing_over_many_messages_is_done_in_pages_and_bounded() -> None:
    """Ada begins a thousand messages further back; further than one may, she finds nothing."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await fill(v, ada, bob.id)

        async def page(add_offset: int, offset_id: int = 0) -> list[str]:
            found = await ada(
                api.MessagesGetHistory(
                    peer=ada.peer(bob),
                    offset_id=offset_id,
                    offset_date=0,
                    add_offset=add_offset,
                    limit=5,
                    max_id=0,
                    min_id=0,
                    hash=0,
                )
            )
            return [m.message for m in found.messages]

        with reads(v) as noted:
            assert await page(1_000) == [f"word {MANY - 1_001 - i}" for i in range(5)]
            assert await page(-1_000, offset_id=1) == [f"word {999 - i}" for i in range(5)]
        assert max(noted.of(Message)) <= PAGE_RECORDS
        with reads(v) as noted:
            assert await page(pagination.SKIPPED_MAX + 1) == []
        assert sum(noted.of(Message)) == 0
        poor(v, 0.001)
        await until_refused(lambda: page(1_000))
        with pytest.raises(errors.FloodWait):
            await page(-1_000, offset_id=1)
        assert len(await page(0)) == 5


async def test_a_thread_by_date_is_found_by_halving() -> None:
    """Of forty answers the five before a moment are read, not all."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        sup = await ada.supergroup("Talk")
        top = await ada.say(sup, "what do you think?")
        for number in range(40):
            v.clock.time += 10
            await ada.say(sup, f"{number}", reply_to=api.InputReplyToMessage(reply_to_msg_id=top))
        with reads(v) as noted:
            found = await ada(
                api.MessagesGetReplies(
                    peer=ada.peer(sup),
                    msg_id=top,
                    offset_id=0,
                    limit=5,
                    max_id=0,
                    min_id=0,
                    hash=0,
                    offset_date=int(v.clock.time) - 100,
                    add_offset=0,
                )
            )
        assert [m.message for m in found.messages] == ["28", "27", "26", "25", "24"]
        assert sum(noted.of(InThread)) == 5


async def test_whom_saved_messages_came_from_is_found_out_once() -> None:
    """In pages, and not again until something changes."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        await fill(v, ada, ada.id)
        request = api.MessagesGetSavedDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=10, hash=0
        )
        with reads(v) as noted:
            first = await ada(request)
        assert (len(first.dialogs), max(noted.of(Message))) == (1, PAGE_RECORDS)
        with reads(v) as noted:
            again = await ada(request)
        assert (again.dialogs, noted.of(Message)) == (first.dialogs, [])
        await ada.say(ada, "one more")
        assert (await ada(request)).dialogs[0].top_message != first.dialogs[0].top_message


async def test_a_query_of_the_admin_log_is_read_in_small_pages_and_paid_for() -> None:
    """Opening an entry takes long: a few at a time, and who asks too often waits."""
    async with village(twins=False) as v:
        ada = await v.person("Ada")
        sup = await ada.supergroup("Town")
        for number in range(60):
            await ada(api.ChannelsEditTitle(channel=ada.channel(sup), title=f"Town {number}"))

        async def ask() -> Any:
            return await ada(
                api.ChannelsGetAdminLog(
                    channel=ada.channel(sup), q="absent", max_id=0, min_id=0, limit=100
                )
            )

        with reads(v) as noted:
            assert (await ask()).events == []
        assert sum(noted.of(LogEntry)) >= 60
        assert max(noted.of(LogEntry)) <= 25
        poor(v, 0.001)
        await until_refused(ask)


async def test_old_notices_are_paid_for_and_new_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who asks for the difference since long ago again and again waits; who is up to date does not."""
    monkeypatch.setattr(sync, "NOTICES_A_SLICE", 4)
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for number in range(12):
            v.clock.time += 10
            await ada(api.MessagesSaveDraft(peer=ada.peer(bob), message=f"well {number}"))
        state = await ada(api.UpdatesGetState())
        poor(v, 0.001)
        long_ago = api.UpdatesGetDifference(pts=state.pts, date=ada.since.date, qts=state.qts)
        with reads(v) as noted:
            await until_refused(lambda: ada(long_ago))
        assert max(noted.of(NoticeRow)) == 4
        recent = int(v.clock.time)
        got = await ada(api.UpdatesGetDifference(pts=state.pts, date=recent, qts=state.qts))
        assert len(got.other_updates) == 1


# -- reactions, and files ---------------------------------------------------------------------------


async def test_of_many_who_reacted_only_those_who_are_shown_are_read() -> None:
    """The newest three, also after some of them took it back; nobody looks through all the others."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club", bob, cid)
        number = await ada.say(sup, "a poem")
        peer = accounts.peer_id(Owner(Kind.CHANNEL, sup.id))
        await react(bob, sup, number, "🔥")
        async with v.context.change(Owner(Kind.CHANNEL, sup.id)) as change:
            message = await change.get(Message, peer, number)
            assert message is not None
            change.put(msgspec.structs.replace(message, reactions=(("🔥", 301),)))
            for stranger in range(1, 301):  # long ago
                change.put(
                    Reacted(peer=peer, id=number, user=stranger, words=("🔥",), date=stranger)
                )

        async def recent() -> list[int]:
            shown = next(m for m in await ada.history(sup) if m.id == number)
            return [r.peer_id.user_id for r in shown.reactions.recent_reactions]

        v.clock.time += 1
        await react(cid, sup, number, "❤")
        with reads(v) as noted:
            assert await recent() == [cid.id, bob.id, 300]
            v.clock.time += 1
            await react(bob, sup, number, "❤")
            assert await recent() == [bob.id, cid.id, 300]
            await react(bob, sup, number)
            assert await recent() == [cid.id, 300, 299]
            await react(cid, sup, number)
            assert await recent() == [300, 299, 298]
        assert sum(noted.of(Reacted)) <= 2 * 2  # whether anybody is left, for the author
        listed = await ada(
            api.MessagesGetMessageReactionsList(peer=ada.peer(sup), id=number, limit=5)
        )
        assert listed.count == 300


async def test_bytes_sent_under_many_names_go_with_the_last_and_no_list_is_read() -> None:
    """Four names for the same bytes: three go, and the fourth still shows them; then the bytes go."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        numbers = [
            await send(ada, bob, document(await upload(ada, b"the same", f"{i}.txt")))
            for i in range(4)
        ]
        box = v.context.look(Owner(Kind.USER, ada.id))
        assert (len(await box.scan(File)), [c.files for c in await box.scan(Content)]) == (4, [4])
        with reads(v) as noted:
            for number in (numbers[3], numbers[0], numbers[1]):
                await delete(ada, bob, number)
            await v.wait(UNUSED_S)
        assert noted.of(File) == []
        assert [c.files for c in await box.scan(Content)] == [1]
        assert await fetch(bob, ada) == b"the same"
        again = await send(ada, bob, document(await upload(ada, b"the same", "again.txt")))
        assert len(blobs(v)) == 1
        for number in (numbers[2], again):
            await delete(ada, bob, number)
        await v.wait(UNUSED_S)
        assert (await box.scan(File), await box.scan(Content), blobs(v)) == ([], [], {})
