"""Pages of a conversation by date, its length, and what is pinned in it."""

import pytest

from chappe.core import Kind, Owner
from chappe.features.conversations import Message
from chappe.tl import api

from .post import ADA, CLAUDE, START, Post, open_post

GAPS = (0, 0, 5, 5, 5, 20, 21, 40, 40, 60)  # seconds after the start at which messages were written


async def conversation() -> tuple[Post, list[int]]:
    """Let Claude write to Ada at these moments, some messages deleted; return the numbers left with her."""
    post = await open_post()
    for at, second in enumerate(GAPS):
        post.clock.time = START + second
        await post.ask(
            CLAUDE,
            api.MessagesSendMessage(
                peer=post.peer(CLAUDE, ADA), message=f"{second}", random_id=at + 1
            ),
        )
        await post.server.delivery.relay.settle()
    numbers = [m.id for m in reversed(await post.inbox(ADA, CLAUDE))]
    await post.ask(ADA, api.MessagesDeleteMessages(id=[numbers[1], numbers[6]]))
    return post, [n for at, n in enumerate(numbers) if at not in {1, 6}]


async def page(post: Post, **how: int) -> list[Message]:
    """Return a page of what Ada has of Claude."""
    given = {
        "offset_id": 0,
        "offset_date": 0,
        "add_offset": 0,
        "limit": 3,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **how,
    }
    history = await post.ask(ADA, api.MessagesGetHistory(peer=post.peer(ADA, CLAUDE), **given))
    return list(history.messages)


@pytest.mark.parametrize("second", [*range(-1, 8), 19, 20, 21, 22, 39, 40, 41, 59, 60, 61])
async def test_a_page_by_date_begins_with_the_newest_message_before_it(second: int) -> None:
    """Whatever lies between, and wherever messages were deleted."""
    post, _ = await conversation()
    every = await page(post, limit=100)
    older = [m for m in every if m.date < START + second]
    assert await page(post, offset_date=START + second) == older[:3]
    assert await page(post, offset_date=START + second, limit=100) == older


async def test_the_length_of_a_conversation_follows_what_comes_and_goes() -> None:
    """It is counted anew when the box changes."""
    post, numbers = await conversation()

    async def length() -> int:
        history = await post.ask(
            ADA,
            api.MessagesGetHistory(
                peer=post.peer(ADA, CLAUDE),
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=1,
                max_id=0,
                min_id=0,
                hash=0,
            ),
        )
        return int(history.count)

    assert await length() == await length() == len(numbers)
    await post.ask(ADA, api.MessagesDeleteMessages(id=numbers[:2]))
    assert await length() == len(numbers) - 2
    await post.ask(
        CLAUDE,
        api.MessagesSendMessage(peer=post.peer(CLAUDE, ADA), message="more", random_id=99),
    )
    await post.server.delivery.relay.settle()
    assert await length() == len(numbers) - 1


async def test_unread_messages_in_the_state_follow_reading() -> None:
    """What is new counts until it is read."""
    post, numbers = await conversation()

    async def unread() -> int:
        return int((await post.ask(ADA, api.UpdatesGetState())).unread_count)

    assert await unread() == await unread() == len(numbers)
    await post.ask(ADA, api.MessagesReadHistory(peer=post.peer(ADA, CLAUDE), max_id=numbers[-1]))
    assert await unread() == 0


async def test_the_newest_pin_is_the_one_on_top() -> None:
    """Pinned, unpinned, deleted: what is left of pins is what the profile says."""
    post, numbers = await conversation()

    async def on_top() -> int | None:
        full = await post.ask(ADA, api.UsersGetFullUser(id=user_of(post)))
        found: int | None = full.full_user.pinned_msg_id
        return found

    async def pin(number: int, **how: bool) -> None:
        await post.ask(
            ADA,
            api.MessagesUpdatePinnedMessage(peer=post.peer(ADA, CLAUDE), id=number, **how),
        )
        await post.server.delivery.relay.settle()

    assert await on_top() is None
    for number in (numbers[3], numbers[0], numbers[5]):
        await pin(number)
    assert await on_top() == numbers[5]
    await pin(numbers[5], unpin=True)
    assert await on_top() == numbers[3]
    await post.ask(ADA, api.MessagesDeleteMessages(id=[numbers[3]]))
    assert await on_top() == numbers[0]
    await post.ask(ADA, api.MessagesUnpinAllMessages(peer=post.peer(ADA, CLAUDE)))
    await post.server.delivery.relay.settle()
    assert await on_top() is None
    kept = await post.context.look(Owner(Kind.USER, ADA)).scan(Message, CLAUDE)
    assert not any(m.pinned for m in kept)


def user_of(post: Post) -> api.InputUser:
    """Return how Ada names Claude where only a person can be meant."""
    peer = post.peer(ADA, CLAUDE)
    return api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
