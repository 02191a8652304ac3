"""Dialogs as clients read them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from chappe.core import Kind, Owner
from chappe.features.notifications import NotifySettings, show
from chappe.tl import api
from chappe.updates import Viewer

from .entities import show_entities
from .records import Dialog, Draft, Message

TopMessage = Callable[[Viewer, Message], Awaitable[Any]]


def peer_of(viewer: Viewer, peer: int) -> Any:
    """Return the Peer of a dialog's number and mention it."""
    if peer > 0:
        viewer.mention_user(peer)
        return api.PeerUser(user_id=peer)
    viewer.mention_chat(-peer)
    return api.PeerChat(chat_id=-peer)


def show_draft(draft: Draft | None) -> Any:
    """Return a draft, or None."""
    if draft is None:
        return None
    reply = api.InputReplyToMessage(reply_to_msg_id=draft.reply_to) if draft.reply_to else None
    return api.DraftMessage(
        message=draft.text,
        entities=show_entities(draft.entities) or None,
        date=draft.date,
        reply_to=reply,
        no_webpage=draft.no_webpage,
    )


async def show_dialogs(
    viewer: Viewer, dialogs: Sequence[Dialog], show_message: TopMessage
) -> tuple[list[Any], list[Any]]:
    """Return dialogs and their newest messages."""
    look = viewer.look(Owner(Kind.USER, viewer.user))
    shown, messages = [], []
    for dialog in dialogs:
        draft = await look.get(Draft, dialog.peer)
        settings = await look.get(NotifySettings, str(dialog.peer))
        shown.append(
            api.Dialog(
                pinned=bool(dialog.pin),
                unread_mark=dialog.marked,
                peer=peer_of(viewer, dialog.peer),
                top_message=dialog.top,
                read_inbox_max_id=dialog.read_inbox,
                read_outbox_max_id=dialog.read_outbox,
                unread_count=dialog.unread,
                unread_mentions_count=0,
                unread_reactions_count=0,
                unread_poll_votes_count=0,
                notify_settings=show(settings),
                draft=show_draft(draft),
                folder_id=dialog.folder or None,
            )
        )
        message = await look.get(Message, dialog.peer, dialog.top)
        if message is not None:
            messages.append(await show_message(viewer, message))
    return shown, messages
