"""Renders dialogs with their top messages for their owner."""

from collections.abc import Sequence
from typing import Any

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.conversations import (
    Dialog,
    Draft,
    Message,
    ReplyDetails,
    TopicDraft,
    channel_read_state,
    show_message,
    unread_mentions,
)
from chappe.features.notifications import NotifySettings, name_of, show_settings
from chappe.texts import show_entities
from chappe.tl import api
from chappe.updates import Viewer

from . import hooks


def show_draft(viewer: Viewer, draft: Draft | TopicDraft | None) -> api.DraftMessage | None:
    """Return a draft, or None."""
    if draft is None:
        return None
    topic = draft.topic if isinstance(draft, TopicDraft) else 0
    reply: Any = None
    if draft.reply_to or topic:
        answer = draft.answer or ReplyDetails()
        reply = api.InputReplyToMessage(
            reply_to_msg_id=draft.reply_to or topic,
            top_msg_id=topic or None,
            reply_to_peer_id=_input_peer(viewer, answer.peer) if answer.peer else None,
            quote_text=answer.quote or None,
            quote_offset=answer.offset or None,
            quote_entities=show_entities(answer.entities) or None,
        )
    return api.DraftMessage(
        message=draft.text,
        entities=show_entities(draft.entities) or None,
        date=draft.date,
        reply_to=reply,
        no_webpage=draft.no_webpage,
        invert_media=draft.invert_media,
        effect=draft.effect or None,
    )


def _input_peer(
    viewer: Viewer, peer: int
) -> api.InputPeerChannel | api.InputPeerChat | api.InputPeerUser:
    """Return how a viewer's client names a dialog."""
    accounts.show_peer(viewer, peer)
    owner = accounts.owner_of(peer)
    hashed = accounts.access_hash(viewer.context, viewer.user, owner.kind, owner.id)
    if owner.kind is Kind.USER:
        return api.InputPeerUser(user_id=owner.id, access_hash=hashed)
    if owner.kind is Kind.CHAT:
        return api.InputPeerChat(chat_id=owner.id)
    return api.InputPeerChannel(channel_id=owner.id, access_hash=hashed)


async def with_channel_state(viewer: Viewer, dialogs: Sequence[Dialog]) -> list[Dialog]:
    """Return dialogs with their newest message; those of channels know it from the channel.

    The channels somebody was thrown out of are passed over: what is said there is not for them.
    """
    found = []
    now = int(viewer.context.clock.now())
    for dialog in dialogs:
        owner = accounts.owner_of(dialog.peer)
        if owner.kind is Kind.CHANNEL:
            top = await viewer.look(owner).get(chats.Top)
            place = await chats.membership_of(viewer.context, owner, viewer.user)
            if top is None or place is None or not chats.may_see_channel(place, now):
                continue
            dialog = msgspec.structs.replace(  # noqa: PLW2901  the same dialog, completed
                dialog, top=top.id, date=top.date
            )
        found.append(dialog)
    return found


async def show_dialogs(viewer: Viewer, dialogs: Sequence[Dialog]) -> tuple[list[Any], list[Any]]:
    """Return dialogs and their newest messages."""
    look = viewer.look(Owner(Kind.USER, viewer.user))
    reactions = viewer.context.ask(hooks.unread_reactions)
    votes = viewer.context.ask(hooks.unread_votes)
    shown, messages = [], []
    for dialog in dialogs:
        draft = await look.get(Draft, dialog.peer)
        owner = accounts.owner_of(dialog.peer)
        if owner.kind is Kind.CHANNEL:
            now = await channel_read_state(viewer, dialog.peer)
            message, unread, pts = now.newest, now.unread, now.pts
            dialog = msgspec.structs.replace(  # noqa: PLW2901  the same dialog, as it is now
                dialog, top=message.id if message else dialog.top, read_inbox=now.inbox
            )
        else:
            message, unread, pts = (
                await look.get(Message, dialog.peer, dialog.top),
                dialog.unread,
                None,
            )
        shown.append(
            api.Dialog(
                pinned=bool(dialog.pin),
                unread_mark=dialog.marked,
                view_forum_as_messages=dialog.as_messages,
                peer=accounts.show_peer(viewer, dialog.peer),
                top_message=dialog.top,
                read_inbox_max_id=dialog.read_inbox,
                read_outbox_max_id=dialog.read_outbox,
                unread_count=unread,
                unread_mentions_count=(
                    await unread_mentions(viewer, dialog.peer) if dialog.peer < 0 else 0
                ),
                unread_reactions_count=await reactions(viewer, dialog.peer, 0),
                unread_poll_votes_count=await votes(viewer, dialog.peer),
                notify_settings=await notify_settings(viewer, dialog.peer),
                pts=pts or None,
                draft=show_draft(viewer, draft),
                folder_id=dialog.folder or None,
                ttl_period=await _ttl(viewer, owner) or None,
            )
        )
        if message is not None:
            messages.append(await show_message(viewer, message))
    return shown, messages


async def _ttl(viewer: Viewer, owner: Owner) -> int:
    """Return how long new messages of a dialog live; 0 for ever."""
    if owner.kind is Kind.USER:
        return await viewer.context.ask(accounts.hooks.history_ttl)(viewer, owner.id)
    place = await chats.membership_of(viewer.context, owner, viewer.user)
    inside = place and chats.is_in(place.member, int(viewer.context.clock.now()))
    return (chats.lifetime(viewer, place.peer, place.chat.ttl) or 0) if place and inside else 0


async def notify_settings(viewer: Viewer, peer: int, topic: int = 0) -> api.PeerNotifySettings:
    """Return how loud a dialog, or a topic of it, may be to this viewer."""
    look = viewer.look(Owner(Kind.USER, viewer.user))
    return show_settings(await look.get(NotifySettings, name_of(peer, topic)))
