"""Methods messages.*ForumTopic: creating, editing, pinning and deleting topics."""

from typing import Any, Final

import msgspec

from chappe import tl
from chappe.features import accounts, adminlog, chats, conversations, messages, stickers
from chappe.features.conversations import Message
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from .access import forum, forum_membership, may_edit, topic_of
from .events import TopicPinned, TopicsOrdered
from .records import PINNED_MAX, TOPICS_MAX, Topic, TopicPins
from .rules import check_topic_title, topic_color
from .views import show_topic

DELETED_MAX: Final = 1_000  # messages deleted by one call
FORUM_ERRORS: Final = (
    *accounts.PEER_ERRORS,
    errors.ChannelForumMissing,
    errors.ChatAdminRequired,
)


async def _check_icon(call: Call, number: int | None) -> None:
    """Check that a topic's icon, if one is asked for, is a custom emoji.

    Raises:
        errors.DocumentInvalid: it is none.
    """
    if number and not await stickers.is_custom_emoji(call.context, number):
        raise errors.DocumentInvalid


async def _log(call: Call, where: conversations.Source, kind: Any, **topics: Topic | None) -> None:
    """Write down in the admin log what was done to topics."""
    viewer = call.viewer()
    shown = {
        name: await show_topic(viewer, where.peer, topic, short=True) if topic else None
        for name, topic in topics.items()
    }
    await adminlog.log(call, where.owner, kind(**shown))


@method(
    api.MessagesCreateForumTopic,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *FORUM_ERRORS,
        errors.ChatTitleEmpty,
        errors.DocumentInvalid,
        errors.RandomIdEmpty,
        errors.ChannelTooLarge,
        errors.SendAsPeerInvalid,
    ),
)
async def create_forum_topic(call: Call, request: api.MessagesCreateForumTopic) -> api.TypeUpdates:
    """Begin a topic, for whoever may; the same random_id gives the same topic."""
    where = await forum(call, request.peer)
    here = forum_membership(where)
    chats.require_change(here, "manage_topics", "manage_topics", call.now)
    title = check_topic_title(request.title)
    await _check_icon(call, request.icon_emoji_id)
    if not request.random_id:
        raise errors.RandomIdEmpty
    if await where.look.count(Topic, limit=TOPICS_MAX) >= TOPICS_MAX:
        raise errors.ChannelTooLarge
    color = topic_color(request.icon_color, request.random_id)
    made: list[Topic] = []

    async def keep(change: Change, message: Message) -> None:
        topic = Topic(
            id=message.id,
            title=title,
            date=call.now,
            sender=message.sender,
            author=call.user,
            color=color,
            icon=request.icon_emoji_id or 0,
        )
        change.put(topic)
        change.put(conversations.Thread(id=message.id, topic=True))
        made.append(topic)

    icon = request.icon_emoji_id or None
    action = api.MessageActionTopicCreate(title=title, icon_color=color, icon_emoji_id=icon)
    draft = Message(
        peer=where.peer,
        id=0,
        date=call.now,
        sender=call.user,
        out=True,
        topic=True,
        action=tl.encode(action, tl.LAYER),
    )
    sender = await chats.sender_of(call, here, request.send_as)
    target = conversations.Target(where.owner, where.peer, here, (), sender)
    kept = await conversations.send(call, target, request.random_id, draft, keep)
    if made:
        await _log(call, where, api.ChannelAdminLogEventActionCreateTopic, topic=made[0])
    return await conversations.sent(call, [kept])


@method(
    api.MessagesEditForumTopic,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *FORUM_ERRORS,
        errors.TopicIdInvalid,
        errors.TopicNotModified,
        errors.TopicCloseSeparately,
        errors.ChatTitleEmpty,
        errors.DocumentInvalid,
    ),
)
async def edit_forum_topic(call: Call, request: api.MessagesEditForumTopic) -> api.TypeUpdates:
    """Give a topic another title, close it or open it; hide General or show it."""
    where = await forum(call, request.peer)
    topic = await topic_of(where.look, forum_membership(where).chat, request.topic_id)
    if topic is None:
        raise errors.TopicIdInvalid
    if not may_edit(where, topic, call.user, call.now):
        raise errors.ChatAdminRequired
    named = request.title is not None or request.icon_emoji_id is not None
    if request.closed is not None and (named or request.hidden is not None):
        raise errors.TopicCloseSeparately
    if request.hidden is not None and topic.id != conversations.GENERAL:
        raise errors.TopicIdInvalid
    await _check_icon(call, request.icon_emoji_id)
    title = topic.title if request.title is None else check_topic_title(request.title)
    hidden = topic.hidden if request.hidden is None else request.hidden
    closed = hidden or None if request.hidden is not None else request.closed  # hidden: closed too
    thread = await conversations.topic_thread(where.look, topic.id)
    same = thread is None or closed is None or thread.closed is closed
    icon = topic.icon if request.icon_emoji_id is None else request.icon_emoji_id
    if (title, hidden, icon) == (topic.title, topic.hidden, topic.icon) and same:
        raise errors.TopicNotModified
    edited = msgspec.structs.replace(topic, title=title, hidden=hidden, icon=icon)

    async def keep(change: Change, _message: Message) -> None:
        change.put(edited)
        now = await conversations.topic_thread(change, topic.id)
        if now is not None and closed is not None:
            change.put(msgspec.structs.replace(now, closed=closed))

    action = api.MessageActionTopicEdit(
        title=None if title == topic.title else title,
        icon_emoji_id=request.icon_emoji_id,
        closed=request.closed,
        hidden=request.hidden,
    )
    viewer = call.viewer()
    told = await conversations.post_action(
        call, viewer, where.owner, action, topic=topic.id, also=keep
    )
    await _log(
        call, where, api.ChannelAdminLogEventActionEditTopic, prev_topic=topic, new_topic=edited
    )
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=shown, date=call.now, seq=0)


# -- pins -------------------------------------------------------------------------------------------


def _require_manage(where: conversations.Source) -> None:
    if not chats.may_admin(forum_membership(where).member, "manage_topics"):
        raise errors.ChatAdminRequired


@method(
    api.MessagesUpdatePinnedForumTopic,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*FORUM_ERRORS, errors.TopicIdInvalid, errors.PinnedDialogsTooMuch),
)
async def update_pinned_topic(
    call: Call, request: api.MessagesUpdatePinnedForumTopic
) -> api.TypeUpdates:
    """Pin a topic to the top for everybody, or unpin it."""
    where = await forum(call, request.peer)
    _require_manage(where)
    topic = await topic_of(where.look, forum_membership(where).chat, request.topic_id)
    if topic is None:
        raise errors.TopicIdInvalid
    event = TopicPinned(channel=where.owner.id, topic=topic.id, pinned=request.pinned)
    async with call.change(where.owner) as change:
        pins = await change.get(TopicPins) or TopicPins()
        rest = tuple(n for n in pins.order if n != topic.id)
        if request.pinned and len(rest) >= PINNED_MAX:
            raise errors.PinnedDialogsTooMuch
        change.put(TopicPins(order=(topic.id, *rest) if request.pinned else rest))
        change.announce_without_pts(event)
    which = {"new_topic": topic} if request.pinned else {"prev_topic": topic}
    await _log(call, where, api.ChannelAdminLogEventActionPinTopic, **which)
    return await _told(call, event)


async def _told(call: Call, event: TopicPinned | TopicsOrdered) -> api.Updates:
    viewer = call.viewer()
    update = await event.render(viewer, 0)
    users, shown = await accounts.peers(viewer)
    updates = [update] if update is not None else []
    return api.Updates(updates=updates, users=users, chats=shown, date=call.now, seq=0)


@method(
    api.MessagesReorderPinnedForumTopics,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*FORUM_ERRORS, errors.PinnedDialogsTooMuch),
)
async def reorder_pinned_topics(
    call: Call, request: api.MessagesReorderPinnedForumTopics
) -> api.TypeUpdates:
    """Put the pinned topics in another order; with `force`, unpin those not named."""
    where = await forum(call, request.peer)
    _require_manage(where)
    if len(request.order) > PINNED_MAX:
        raise errors.PinnedDialogsTooMuch
    wanted = tuple(dict.fromkeys(request.order))
    async with call.change(where.owner) as change:
        pins = await change.get(TopicPins) or TopicPins()
        there = [
            n for n in wanted if await topic_of(change, forum_membership(where).chat, n) is not None
        ]
        kept = [n for n in there if n in pins.order or request.force]
        rest = () if request.force else tuple(n for n in pins.order if n not in kept)
        change.put(TopicPins(order=(*kept, *rest)[:PINNED_MAX]))
        event = TopicsOrdered(channel=where.owner.id)
        change.announce_without_pts(event)
    return await _told(call, event)


# -- deletion ---------------------------------------------------------------------------------------


@method(
    api.MessagesDeleteTopicHistory,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*FORUM_ERRORS, errors.TopicIdInvalid),
)
async def delete_topic_history(
    call: Call, request: api.MessagesDeleteTopicHistory
) -> api.MessagesAffectedHistory:
    """Delete a topic with its messages, a thousand a call; `offset` says whether some are left."""
    where = await forum(call, request.peer)
    number = request.top_msg_id
    if not chats.may_admin(forum_membership(where).member, "delete_messages"):
        raise errors.ChatAdminRequired
    topic = await topic_of(where.look, forum_membership(where).chat, number)
    if (
        number == conversations.GENERAL
        or await conversations.topic_thread(where.look, number) is None
    ):
        raise errors.TopicIdInvalid
    async with call.change(where.owner) as change:
        thread = await conversations.topic_thread(change, number)
        if thread is None:
            raise errors.TopicIdInvalid
        found = await messages.scan_thread(change, where.peer, thread, limit=DELETED_MAX + 1)
        more = len(found) > DELETED_MAX
        found = found[:DELETED_MAX]
        change.put(msgspec.structs.replace(thread, gone=True))
        change.drop(Topic, number)
        pins = await change.get(TopicPins)
        if pins is not None and number in pins.order:
            change.put(TopicPins(order=tuple(n for n in pins.order if n != number)))
        pts = await conversations.remove_posts(change, found) if found else change.last("pts")
    if topic is not None:
        await _log(call, where, api.ChannelAdminLogEventActionDeleteTopic, topic=topic)
    return api.MessagesAffectedHistory(pts=pts, pts_count=len(found), offset=int(more))
