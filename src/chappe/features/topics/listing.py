"""messages.getForumTopics and getForumTopicsByID: the topics of a forum as they stand for the caller."""

from typing import Final

from chappe.core import NameQuery
from chappe.features import accounts, conversations
from chappe.features.conversations import Message
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors

from .access import forum, forum_membership, topic_of
from .records import TOPICS_MAX, Topic, TopicPins
from .rules import in_order
from .views import newest_in, show_topic

PAGE_MAX: Final = 100  # topics in one answer
QUERY_CHARACTERS_MAX: Final = 128  # characters of a title that is sought


async def _answer(
    call: Call, where: conversations.Source, topics: list[Topic | int], count: int
) -> api.MessagesForumTopics:
    """Return topics with their newest messages; a number stands for one that is not there."""
    viewer = call.viewer()
    shown: list[api.TypeForumTopic] = []
    newest: list[api.TypeMessage] = []
    for topic in topics:
        if isinstance(topic, int):
            shown.append(api.ForumTopicDeleted(id=topic))
            continue
        one = await show_topic(viewer, where.peer, topic)
        shown.append(one)
        message: Message | None = await conversations.visible(where, one.top_message)
        if message is not None:
            newest.append(await conversations.show_message(viewer, message))
    accounts.show_peer(viewer, where.peer)
    users, chats = await accounts.peers(viewer)
    return api.MessagesForumTopics(
        count=count,
        topics=shown,
        messages=newest,
        chats=chats,
        users=users,
        pts=await where.look.counter("pts"),
    )


@method(api.MessagesGetForumTopics, raises=(*accounts.PEER_ERRORS, errors.ChannelForumMissing))
async def get_forum_topics(
    call: Call, request: api.MessagesGetForumTopics
) -> api.MessagesForumTopics:
    """Return topics: pinned ones first, then those last written in; with `q`, by their titles."""
    where = await forum(call, request.peer)
    viewer = call.viewer()
    name = NameQuery((request.q or "")[:QUERY_CHARACTERS_MAX])
    general = await topic_of(where.look, forum_membership(where).chat, conversations.GENERAL)
    every = await where.look.scan(Topic, limit=TOPICS_MAX + 1)
    if general is not None and all(t.id != general.id for t in every):
        every.append(general)
    listed = []
    for topic in every:
        if not name or name.fits(topic.title):
            thread = await conversations.topic_thread(where.look, topic.id)
            newest = await newest_in(viewer, where.peer, thread) if thread else 0
            listed.append((topic, newest))
    pins = await where.look.get(TopicPins) or TopicPins()
    ordered = in_order(listed, pins.order, request)
    page: list[Topic | int] = [t for t, _ in ordered[: max(1, min(request.limit, PAGE_MAX))]]
    return await _answer(call, where, page, len(listed))


@method(
    api.MessagesGetForumTopicsByID,
    needs=Needs.LOGIN,
    raises=(*accounts.PEER_ERRORS, errors.ChannelForumMissing, errors.TopicsEmpty),
)
async def get_forum_topics_by_id(
    call: Call, request: api.MessagesGetForumTopicsByID
) -> api.MessagesForumTopics:
    """Return topics by their numbers; deleted ones, and what never was one, as deleted."""
    where = await forum(call, request.peer)
    if not request.topics:
        raise errors.TopicsEmpty
    found: list[Topic | int] = [
        await topic_of(where.look, forum_membership(where).chat, number) or number
        for number in request.topics[:PAGE_MAX]
    ]
    return await _answer(call, where, found, len(found))
