"""Forums in tests: a supergroup with topics, and what is said and read in them."""

from typing import Any

from chappe.tl import api

from .village import Person, Village

GENERAL = 1
BLUE, ROSE = 0x6FB9F0, 0xFF93B2


async def forum(v: Village, owner: Person, *members: Person) -> Any:
    """Make a forum and return it."""
    group = await owner.supergroup("Forum", *members)
    await owner(api.ChannelsToggleForum(channel=owner.channel(group), enabled=True, tabs=False))
    await v.settle()
    return group


async def topic(who: Person, of: Any, title: str, color: int | None = None, **more: Any) -> int:
    """Begin a topic; return its number."""
    answer = await who(
        api.MessagesCreateForumTopic(
            peer=who.peer(of),
            title=title,
            icon_color=color,
            random_id=who.village.number(),
            **more,
        )
    )
    await who.village.settle()
    return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))


async def say(who: Person, of: Any, where: int, text: str, reply: int = 0, **more: Any) -> int:
    """Write in a topic; return the message's number."""
    to = api.InputReplyToMessage(reply_to_msg_id=reply or where, top_msg_id=where)
    return await who.say(of, text, reply_to=to, **more)


async def topics(who: Person, of: Any, **more: Any) -> Any:
    """Return the topics as they are listed."""
    given = {"offset_date": 0, "offset_id": 0, "offset_topic": 0, "limit": 100, **more}
    return await who(api.MessagesGetForumTopics(peer=who.peer(of), **given))


async def one(who: Person, of: Any, number: int) -> Any:
    """Return one topic as it stands for somebody."""
    found = await who(api.MessagesGetForumTopicsByID(peer=who.peer(of), topics=[number]))
    return found.topics[0]


async def within(who: Person, of: Any, number: int, **more: Any) -> list[str]:
    """Return the texts of a topic, oldest first."""
    given = {
        "offset_id": 0,
        "offset_date": 0,
        "add_offset": 0,
        "limit": 100,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **more,
    }
    page = await who(api.MessagesGetReplies(peer=who.peer(of), msg_id=number, **given))
    return [m.message for m in reversed(page.messages) if isinstance(m, api.Message)]
