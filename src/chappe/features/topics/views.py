"""Renders a topic for one viewer."""

from typing import Any

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations, dialogs, messages
from chappe.features.conversations import Message, TopicDraft
from chappe.features.dialogs import notify_settings, show_draft
from chappe.tl import api
from chappe.updates import Viewer

from .records import Topic, TopicPins


async def newest_in(viewer: Viewer, peer: int, thread: conversations.Thread) -> int:
    """Return the newest message of a topic; 0 if there is none."""
    if thread.newest or not thread.since:
        return thread.newest
    look = viewer.look(accounts.owner_of(peer))
    found: list[Message] = await messages.scan_thread(look, peer, thread, limit=1)
    return found[0].id if found else 0


async def show_topic(
    viewer: Viewer, peer: int, topic: Topic, *, short: bool = False
) -> api.ForumTopic:
    """Return the ForumTopic of a record; a `short` one says nothing of who reads it."""
    owner = accounts.owner_of(peer)
    look, mine = viewer.look(owner), viewer.look(Owner(Kind.USER, viewer.user))
    thread = await conversations.topic_thread(look, topic.id) or conversations.Thread(id=topic.id)
    fields: dict[str, Any] = {
        "my": topic.author == viewer.user,
        "closed": thread.closed,
        "short": short,
        "hidden": topic.hidden,
        "id": topic.id,
        "date": topic.date,
        "peer": accounts.show_peer(viewer, peer),
        "title": topic.title,
        "icon_color": topic.color,
        "icon_emoji_id": topic.icon or None,
        "from_id": accounts.show_peer(viewer, topic.sender),
    }
    if short:
        return api.ForumTopic(
            **fields,
            top_message=0,
            read_inbox_max_id=0,
            read_outbox_max_id=0,
            unread_count=0,
            unread_mentions_count=0,
            unread_reactions_count=0,
            unread_poll_votes_count=0,
            notify_settings=api.PeerNotifySettings(),
        )
    reach = await conversations.thread_read_state(look, mine, peer, thread)
    pins = await look.get(TopicPins) or TopicPins()
    unread_reactions = viewer.context.ask(dialogs.hooks.unread_reactions)
    return api.ForumTopic(
        **fields,
        pinned=topic.id in pins.order,
        top_message=await newest_in(viewer, peer, thread),
        read_inbox_max_id=reach.inbox,
        read_outbox_max_id=reach.outbox,
        unread_count=reach.unread,
        unread_mentions_count=await conversations.unread_mentions(viewer, peer, topic.id),
        unread_reactions_count=await unread_reactions(viewer, peer, topic.id),
        unread_poll_votes_count=0,
        notify_settings=await notify_settings(viewer, peer, topic.id),
        draft=show_draft(viewer, await mine.get(TopicDraft, peer, topic.id)),
    )
