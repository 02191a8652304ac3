"""A message as its owner's clients read it."""

from typing import Any

from chappe import tl
from chappe.features.dialogs import Message, peer_of, show_entities
from chappe.tl import api
from chappe.updates import Viewer


async def show_message(viewer: Viewer, message: Message) -> Any:
    """Return the `api.Message` of a record."""
    viewer.mention_user(message.sender)
    forward = None
    if message.fwd_date:
        origin = None
        if message.fwd_from:
            viewer.mention_user(message.fwd_from)
            origin = api.PeerUser(user_id=message.fwd_from)
        forward = api.MessageFwdHeader(
            from_id=origin, from_name=message.fwd_name or None, date=message.fwd_date
        )
    reply = None
    if message.reply_to:
        reply = api.MessageReplyHeader(reply_to_msg_id=message.reply_to)
    return api.Message(
        out=message.out,
        silent=message.silent,
        pinned=message.pinned,
        id=message.id,
        from_id=api.PeerUser(user_id=message.sender),
        peer_id=peer_of(viewer, message.peer),
        saved_peer_id=(
            api.PeerUser(user_id=message.fwd_from or viewer.user)
            if message.peer == viewer.user
            else None
        ),
        fwd_from=forward,
        reply_to=reply,
        date=message.date,
        message=message.text,
        media=tl.decode(message.media) if message.media else None,
        entities=show_entities(message.entities) or None,
        edit_date=message.edit_date or None,
    )
