"""A message's number in a person's box: the pts it came with, and enough to find it by."""

import asyncio

from chappe.core import Kind, Owner
from chappe.tl import api

from .post import ADA, CLAUDE, EVE, Post, open_post


async def write(post: Post, user: int, to: int, text: str, reply_to: int = 0) -> int:
    """Let somebody write to somebody; return the number it has with the writer."""
    answered = api.InputReplyToMessage(reply_to_msg_id=reply_to) if reply_to else None
    sent = await post.ask(
        user,
        api.MessagesSendMessage(
            peer=post.peer(user, to), message=text, random_id=len(text), reply_to=answered
        ),
    )
    await post.server.delivery.relay.settle()
    if isinstance(sent, api.UpdateShortSentMessage):
        return int(sent.id)
    return next(u.id for u in sent.updates if isinstance(u, api.UpdateMessageID))


async def texts(post: Post, user: int, *numbers: int) -> list[str]:
    """Return the texts somebody reads under numbers; "" where there is nothing."""
    named = [api.InputMessageID(id=n) for n in numbers]
    found = await post.ask(user, api.MessagesGetMessages(id=named))
    return [getattr(m, "message", "") for m in found.messages]


def test_a_message_is_found_by_its_number_and_nothing_else_is() -> None:
    """Numbers between two messages are those of edits and readings; they name no message."""

    async def play() -> None:
        post = await open_post()
        first = await write(post, ADA, CLAUDE, "one")
        edit = api.MessagesEditMessage(peer=post.peer(ADA, CLAUDE), id=first, message="ONE")
        await post.ask(ADA, edit)
        await post.server.delivery.relay.settle()
        second = await write(post, ADA, CLAUDE, "three")
        pts = await post.context.look(Owner(Kind.USER, ADA)).counter("pts")
        assert (second - first, pts) == (2, second)
        assert await texts(post, ADA, first, first + 1, second, second + 1) == [
            "ONE",
            "",
            "three",
            "",
        ]
        assert await texts(post, EVE, first, second) == ["", ""]

    asyncio.run(play())


def test_deleting_by_the_number_of_an_edit_deletes_nothing() -> None:
    """What is deleted is what the numbers name, in both boxes."""

    async def play() -> None:
        post = await open_post()
        first = await write(post, ADA, CLAUDE, "one")
        edit = api.MessagesEditMessage(peer=post.peer(ADA, CLAUDE), id=first, message="ONE")
        await post.ask(ADA, edit)
        await post.ask(ADA, api.MessagesDeleteMessages(id=[first + 1], revoke=True))
        await post.server.delivery.relay.settle()
        assert [m.message for m in await post.inbox(CLAUDE, ADA)] == ["ONE"]
        await post.ask(ADA, api.MessagesDeleteMessages(id=[first], revoke=True))
        await post.server.delivery.relay.settle()
        assert await post.inbox(CLAUDE, ADA) == await post.inbox(ADA, CLAUDE) == []

    asyncio.run(play())


def test_an_answer_to_what_is_gone_answers_nothing() -> None:
    """An answer names its message in either box; one to a number without a message is a plain text."""

    async def play() -> None:
        post = await open_post()
        first = await write(post, ADA, CLAUDE, "one")
        await write(post, ADA, CLAUDE, "answer", first)
        await write(post, ADA, CLAUDE, "to nothing", first + 50)
        for user, other in ((ADA, CLAUDE), (CLAUDE, ADA)):
            plain, answer, original = await post.inbox(user, other)
            assert plain.reply_to is None
            assert answer.reply_to.reply_to_msg_id == original.id

    asyncio.run(play())
