"""messages.*: what was read, by whom and when."""

from typing import Any, Final

import msgspec

from chappe.core import Owner
from chappe.features import accounts
from chappe.features.dialogs import Dialog, Message
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors

from .access import readable
from .events import CopyRead, ReadInbox

READ_DATE_LIFETIME_S: Final = 604_800  # seconds the moment of reading can be asked for
UNREAD_COUNTED_MAX: Final = 10_000  # unread messages that are counted exactly


@method(api.MessagesReadHistory, rate=Rate.WRITE, raises=(*accounts.PEER_ERRORS,))
async def read_history(call: Call, request: api.MessagesReadHistory) -> Any:
    """Mark what came up to a message as read, and let its sender know."""
    to: Owner = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(to)
    async with call.change() as change:
        dialog = await change.get(Dialog, peer)
        max_id = min(request.max_id or 1 << 30, dialog.top) if dialog else 0
        nothing = dialog is None or (max_id <= dialog.read_inbox and not dialog.marked)
        if dialog is None or nothing:
            return api.MessagesAffectedMessages(pts=change.last("pts"), pts_count=0)
        newer = await change.scan(Message, peer, after=max_id, limit=UNREAD_COUNTED_MAX)
        unread = sum(1 for m in newer if not m.out)
        max_id = max(max_id, dialog.read_inbox)
        change.put(msgspec.structs.replace(dialog, read_inbox=max_id, unread=unread, marked=False))
        pts = change.announce(ReadInbox(peer=peer, max_id=max_id, unread=unread))
        if to.id not in (call.user, accounts.SERVICE_USER):
            recent = await change.scan(Message, peer, before=max_id + 1, limit=100, reverse=True)
            theirs = next((m.origin for m in recent if not m.out), 0)
            if theirs:
                change.post(to, CopyRead(reader=call.user, max_id=theirs, date=call.now))
    return api.MessagesAffectedMessages(pts=pts, pts_count=1)


@method(api.MessagesReceivedMessages, rate=Rate.WRITE)
async def received_messages(call: Call, request: api.MessagesReceivedMessages) -> list[Any]:
    """Take note; what was pushed need not be remembered."""
    return []


@method(api.MessagesReadMessageContents, rate=Rate.WRITE)
async def read_message_contents(call: Call, request: api.MessagesReadMessageContents) -> Any:
    """Take note that media was played; there is none yet, so nothing changes."""
    return api.MessagesAffectedMessages(pts=await call.look().counter("pts"), pts_count=0)


@method(api.MessagesReadMentions, rate=Rate.WRITE, raises=(*accounts.PEER_ERRORS,))
async def read_mentions(call: Call, request: api.MessagesReadMentions) -> Any:
    """Take note; there are no mentions between two people."""
    await accounts.peer_of(call, request.peer)
    pts = await call.look().counter("pts")
    return api.MessagesAffectedHistory(pts=pts, pts_count=0, offset=0)


@method(
    api.MessagesGetOutboxReadDate,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MessageIdInvalid,
        errors.MessageNotReadYet,
        errors.MessageTooOld,
        errors.UserPrivacyRestricted,
    ),
)
async def get_outbox_read_date(call: Call, request: api.MessagesGetOutboxReadDate) -> Any:
    """Return when the other read a message, if they show when they are here."""
    to: Owner = await accounts.peer_of(call, request.peer)
    message = await readable(call.look(), request.msg_id)
    dialog = await call.look().get(Dialog, accounts.peer_id(to))
    if message is None or not message.out or message.peer != accounts.peer_id(to):
        raise errors.MessageIdInvalid
    if call.now - message.date > READ_DATE_LIFETIME_S:
        raise errors.MessageTooOld
    if dialog is None or dialog.read_outbox < message.id:
        raise errors.MessageNotReadYet
    if not await call.service("may_see")(call.viewer(), to.id, "status"):
        raise errors.UserPrivacyRestricted
    return api.OutboxReadDate(date=dialog.read_outbox_date)


@method(api.MessagesGetMessageReadParticipants, raises=(*accounts.PEER_ERRORS, errors.MsgIdInvalid))
async def get_read_participants(
    call: Call, request: api.MessagesGetMessageReadParticipants
) -> list[Any]:
    """Refuse: between two people the read mark says it."""
    await accounts.peer_of(call, request.peer)
    raise errors.MsgIdInvalid
