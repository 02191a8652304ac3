"""What is sent again is what it was, among a sender's latest messages; and what is forgotten."""

import asyncio
import struct

import pytest

from chappe.core import Kind, Owner
from chappe.features.conversations import deduplication
from chappe.ports import EngineError, StoreFull
from chappe.tl import api, errors
from chappe.updates import Change

from .post import ADA, CLAUDE, EVE, Post, open_post

KEPT = deduplication.SLOTS * deduplication.SLOT_IDS_MAX


async def say(post: Post, user: int, to: int, random_id: int) -> int:
    """Let somebody write; return the message's number."""
    given = {"message": "Here I am", "random_id": random_id}
    updates = await post.ask(user, api.MessagesSendMessage(peer=post.peer(user, to), **given))
    return int(
        updates.id if isinstance(updates, api.UpdateShortSentMessage) else updates.updates[0].id
    )


async def test_what_a_client_repeats_is_one_message() -> None:
    """All of a long queue, sent twice since the connection broke before any answer."""
    post = await open_post()
    queue = range(1, 3 * deduplication.SLOT_IDS_MAX)
    first = [await say(post, ADA, CLAUDE, n) for n in queue]
    again = [await say(post, ADA, CLAUDE, n) for n in queue]
    assert first == again
    assert len(set(first)) == len(queue)
    await post.server.delivery.relay.settle()
    assert len(await post.inbox(CLAUDE, ADA)) == 100  # a whole page; none of them twice
    assert await post.context.look(Owner(Kind.USER, CLAUDE)).counter("pts") >= len(queue)


async def test_anothers_random_id_is_their_own() -> None:
    """Two may choose the same number."""
    post = await open_post()
    hers = await say(post, ADA, CLAUDE, 7)
    await say(post, EVE, CLAUDE, 7)
    await post.server.delivery.relay.settle()
    assert len(await post.inbox(CLAUDE, ADA)) == len(await post.inbox(CLAUDE, EVE)) == 1
    assert await say(post, ADA, CLAUDE, 7) == hers


async def fill(change: Change, user: int, ids: range) -> None:
    """Remember random_ids, each of the message that has its number."""
    for random_id in ids:
        deduplication.remember(
            change, user, await deduplication.recent_sends_of(change, user), random_id, random_id
        )


@pytest.mark.parametrize("sent", [1, 71, 72, 73, KEPT - 1, KEPT, KEPT + 1, 2 * KEPT + 30])
async def test_a_box_remembers_the_latest_and_no_more(sent: int) -> None:
    """Whatever the count, the latest are known; what is kept is bounded."""
    post = await open_post()
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        await fill(change, ADA, range(1, sent + 1))
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        slots = await deduplication.recent_sends_of(change, ADA)
        surely = range(max(1, sent - KEPT + deduplication.SLOT_IDS_MAX), sent + 1)
        assert [deduplication.already_sent(slots, n) for n in surely] == list(surely)
        assert deduplication.already_sent(slots, sent + 1) == 0
        assert len(slots) <= deduplication.SLOTS
        assert sum(len(s.ids) for s in slots) <= KEPT * 8
        if sent > KEPT:
            assert deduplication.already_sent(slots, 1) == 0


async def test_numbers_are_found_whole_only() -> None:
    """The end of one random_id and the beginning of the next are no random_id."""
    post = await open_post()
    two = struct.pack("<qq", 0x1122334455667788, 0x1020304050607080)
    across = struct.unpack("<q", two[3:11])[0]
    async with post.context.change(Owner(Kind.USER, ADA)) as change:
        for random_id, number in ((0x1122334455667788, 5), (0x1020304050607080, 6)):
            deduplication.remember(
                change, ADA, await deduplication.recent_sends_of(change, ADA), random_id, number
            )
        slots = await deduplication.recent_sends_of(change, ADA)
        assert deduplication.already_sent(slots, across) == 0
        assert [
            deduplication.already_sent(slots, n) for n in (0x1122334455667788, 0x1020304050607080)
        ] == [5, 6]
        deduplication.remember(change, ADA, slots, across, 7)
        assert (
            deduplication.already_sent(await deduplication.recent_sends_of(change, ADA), across)
            == 7
        )
        deduplication.remember(change, ADA, await deduplication.recent_sends_of(change, ADA), -9, 8)
        assert deduplication.already_sent(await deduplication.recent_sends_of(change, ADA), -9) == 8


async def test_what_is_sent_again_before_it_is_kept_is_answered_when_it_is() -> None:
    """If it is lost, both are refused; nobody is told of a message that is not there."""
    post = await open_post()
    engine, gate = post.context.store.engine, asyncio.Event()
    commit = engine.commit

    async def full(_batch: object) -> None:
        await gate.wait()
        raise StoreFull("The disk is full.")

    engine.commit = full  # type: ignore[assignment]
    sent = [asyncio.create_task(say(post, ADA, CLAUDE, 7)) for _ in range(2)]
    for _ in range(50):
        await asyncio.sleep(0)
    assert [task.done() for task in sent] == [False, False]
    gate.set()
    ends = await asyncio.gather(*sent, return_exceptions=True)
    assert [isinstance(end, EngineError | errors.RpcError) for end in ends] == [True, True]
    engine.commit = commit
    first = await say(post, ADA, CLAUDE, 7)
    assert first == await say(post, ADA, CLAUDE, 7)
    await post.server.delivery.relay.settle()
    assert len(await post.inbox(CLAUDE, ADA)) == 1
