"""messages.*: sending, editing, deleting, forwarding, pinning."""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.dialogs import Dialog, Draft, DraftChanged, Message, take, units
from chappe.rpc import Call, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from .access import may_write, readable
from .events import (
    CopiesDeleted,
    CopiesPinned,
    Copy,
    CopyEdited,
    EditMessage,
    NewMessage,
    Typing,
    keep_message,
    pin_messages,
    remove_messages,
)
from .records import Sent

TEXT_UNITS_MAX: Final = 4096  # UTF-16 units of a message's text
FORWARDED_MAX: Final = 100  # messages in one forward
DELETED_MAX: Final = 1000  # messages deleted by one call
EDIT_LIFETIME_S: Final = 172_800  # seconds after which a message cannot be edited

WRITE_ERRORS: Final = (
    *accounts.PEER_ERRORS, errors.InputUserDeactivated, errors.YouBlockedUser,
)  # fmt: skip


def _check_text(text: str, entities: Any) -> tuple[str, Any]:
    if units(text) > TEXT_UNITS_MAX:
        raise errors.MessageTooLong
    cleaned, kept = take(entities, text)
    if not cleaned:
        raise errors.MessageEmpty
    return cleaned, kept


async def _send(call: Call, to: Owner, random_id: int, draft: Message, *, reaches: bool) -> Any:
    """Keep a message in the caller's box and post its copy; return (id, pts, was it new)."""
    peer = accounts.peer_id(to)
    async with call.change() as change:
        sent = await change.get(Sent, random_id)
        if sent is not None:
            return sent, 0
        number = change.next("message")
        reply = await change.get(Message, peer, draft.reply_to) if draft.reply_to else None
        message = msgspec.structs.replace(
            draft, id=number, origin=number, reply_to=reply.id if reply else 0
        )
        sent = Sent(random_id=random_id, id=number, peer=peer)
        change.put(sent)
        pts = await keep_message(change, message)
        await _clear_draft(change, peer)
        if reaches:
            change.post(to, _copy(message, reply))
    return sent, pts


async def _clear_draft(change: Change, peer: int) -> None:
    if await change.get(Draft, peer) is not None:
        change.drop(Draft, peer)
        change.notice(DraftChanged(peer=peer))


def _copy(message: Message, reply: Message | None) -> Copy:
    return Copy(
        sender=message.sender, origin=message.id, date=message.date, text=message.text,
        entities=message.entities, reply_to_mine=reply.id if reply and reply.out else 0,
        reply_to_yours=reply.origin if reply and not reply.out else 0, fwd_from=message.fwd_from,
        fwd_name=message.fwd_name, fwd_date=message.fwd_date, silent=message.silent,
        media=message.media,
    )  # fmt: skip


async def _sent(call: Call, results: list[tuple[Sent, int]]) -> Any:
    """Return the updates that tell the caller what became of what they sent."""
    viewer = call.viewer()
    updates: list[Any] = []
    for sent, _ in results:
        updates.append(api.UpdateMessageID(id=sent.id, random_id=sent.random_id))
    for sent, pts in results:
        update = await NewMessage(peer=sent.peer, id=sent.id).render(viewer, pts)
        if update is not None and pts:
            updates.append(update)
        elif update is not None:  # sent before: the same message, which takes no pts again
            update.pts, update.pts_count = await call.look().counter("pts"), 0
            updates.append(update)
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats, date=call.now, seq=0)


def _draft(call: Call, to: Owner, request: Any, text: str, entities: Any) -> Message:
    reply = getattr(request.reply_to, "reply_to_msg_id", 0) or 0
    return Message(
        peer=accounts.peer_id(to), id=0, date=call.now, sender=call.user, out=True, text=text,
        entities=entities, reply_to=reply, silent=request.silent,
    )  # fmt: skip


@method(
    api.MessagesSendMessage,
    rate=Rate.SEND,
    raises=(
        *WRITE_ERRORS, errors.MessageEmpty, errors.MessageTooLong, errors.EntityBoundsInvalid,
        errors.RandomIdEmpty, errors.ScheduleDateInvalid,
    ),
)  # fmt: skip
async def send_message(call: Call, request: api.MessagesSendMessage) -> Any:
    """Send a text. The same random_id gives the same message, however often it comes."""
    to = await accounts.peer_of(call, request.peer)
    reaches = await may_write(call, to)
    text, entities = _check_text(request.message, request.entities)
    if not request.random_id:
        raise errors.RandomIdEmpty
    if request.schedule_date is not None:
        raise errors.ScheduleDateInvalid
    draft = _draft(call, to, request, text, entities)
    return await _sent(call, [await _send(call, to, request.random_id, draft, reaches=reaches)])


@method(
    api.MessagesForwardMessages,
    rate=Rate.SEND,
    raises=(*WRITE_ERRORS, errors.MessageIdInvalid, errors.RandomIdInvalid),
)
async def forward_messages(call: Call, request: api.MessagesForwardMessages) -> Any:
    """Send copies of messages that say whose they were, as that person's privacy allows."""
    to = await accounts.peer_of(call, request.to_peer)
    reaches = await may_write(call, to)
    if len(request.id) != len(request.random_id) or not request.id:
        raise errors.RandomIdInvalid
    look = call.look()
    found = [await readable(look, i) for i in request.id[:FORWARDED_MAX]]
    if any(m is None for m in found):
        raise errors.MessageIdInvalid
    may_see = call.service("may_see")
    results = []
    for message, random_id in zip(found, request.random_id, strict=False):
        if message is None:
            continue
        author = message.fwd_from or (0 if message.fwd_name else message.sender)
        name, date = message.fwd_name, message.fwd_date or message.date
        if request.drop_author:
            author, name, date = 0, "", 0
        elif author not in (0, call.user) and not await may_see(call.viewer(), author, "forwards"):
            person = await call.look(Owner(Kind.USER, author)).get(accounts.User)
            name, author = person.first_name if person else "Somebody", 0
        draft = Message(
            peer=accounts.peer_id(to), id=0, date=call.now, sender=call.user, out=True,
            text=message.text, entities=message.entities, fwd_from=author, fwd_name=name,
            fwd_date=date, silent=request.silent, media=message.media,
        )  # fmt: skip
        results.append(await _send(call, to, random_id, draft, reaches=reaches))
    return await _sent(call, results)


@method(
    api.MessagesEditMessage,
    rate=Rate.SEND,
    raises=(
        *accounts.PEER_ERRORS, errors.MessageIdInvalid, errors.MessageAuthorRequired,
        errors.MessageEditTimeExpired, errors.MessageNotModified, errors.MessageEmpty,
        errors.MessageTooLong, errors.EntityBoundsInvalid,
    ),
)  # fmt: skip
async def edit_message(call: Call, request: api.MessagesEditMessage) -> Any:
    """Give one's own message another text, for both."""
    to = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(to)
    text, entities = _check_text(request.message or "", request.entities)
    async with call.change() as change:
        message = await change.get(Message, peer, request.id)
        if message is None:
            raise errors.MessageIdInvalid
        if message.sender != call.user or message.fwd_date:
            raise errors.MessageAuthorRequired
        if peer != call.user and call.now - message.date > EDIT_LIFETIME_S:
            raise errors.MessageEditTimeExpired
        if (message.text, message.entities) == (text, entities):
            raise errors.MessageNotModified
        change.put(
            msgspec.structs.replace(message, text=text, entities=entities, edit_date=call.now)
        )
        event = EditMessage(peer=peer, id=message.id)
        pts = change.announce(event)
        if to != call.me:
            change.post(to, CopyEdited(sender=call.user, origin=message.id, date=call.now,
                                       text=text, entities=entities))  # fmt: skip
    viewer = call.viewer()
    update = await event.render(viewer, pts)
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=[update], users=users, chats=chats, date=call.now, seq=0)


def _post_deletion(change: Change, messages: list[Message], user: int) -> None:
    for peer in {m.peer for m in messages if m.peer not in (user, accounts.SERVICE_USER)}:
        there = [m for m in messages if m.peer == peer]
        change.post(
            Owner(Kind.USER, peer),
            CopiesDeleted(
                sender=user, mine=tuple(m.id for m in there if m.out),
                yours=tuple(m.origin for m in there if not m.out),
            ),
        )  # fmt: skip


@method(api.MessagesDeleteMessages, rate=Rate.WRITE)
async def delete_messages(call: Call, request: api.MessagesDeleteMessages) -> Any:
    """Delete messages, with `revoke` for both. Ids that name nothing are passed over."""
    async with call.change() as change:
        wanted = dict.fromkeys(request.id[:DELETED_MAX])
        found = [m for i in wanted if (m := await readable(change, i)) is not None]
        if not found:
            return api.MessagesAffectedMessages(pts=change.last("pts"), pts_count=0)
        pts = await remove_messages(change, found)
        if request.revoke:
            _post_deletion(change, found, call.user)
    return api.MessagesAffectedMessages(pts=pts, pts_count=len(found))


@method(api.MessagesDeleteHistory, rate=Rate.WRITE, raises=(*accounts.PEER_ERRORS,))
async def delete_history(call: Call, request: api.MessagesDeleteHistory) -> Any:
    """Delete a conversation, a thousand messages a call; `offset` says whether some are left."""
    to = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(to)
    async with call.change() as change:
        before = request.max_id + 1 if request.max_id else None
        found = await change.scan(Message, peer, before=before, limit=DELETED_MAX)
        pts = await remove_messages(change, found) if found else change.last("pts")
        left = await change.scan(Message, peer, limit=1)
        dialog = await change.get(Dialog, peer)
        if not left and not request.just_clear and dialog is not None:
            change.drop(Dialog, peer)
        if request.revoke and found:
            _post_deletion(change, found, call.user)
    more = bool(left) and len(found) == DELETED_MAX
    return api.MessagesAffectedHistory(pts=pts, pts_count=len(found), offset=int(more))


@method(
    api.MessagesUpdatePinnedMessage,
    rate=Rate.WRITE,
    raises=(*accounts.PEER_ERRORS, errors.MessageIdInvalid),
)
async def update_pinned_message(call: Call, request: api.MessagesUpdatePinnedMessage) -> Any:
    """Pin or unpin a message, for both unless `pm_oneside`."""
    to = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(to)
    async with call.change() as change:
        message = await change.get(Message, peer, request.id)
        if message is None:
            raise errors.MessageIdInvalid
        pts = pin_messages(change, peer, [message], pinned=not request.unpin)
        if not request.pm_oneside and to != call.me:
            mine, yours = ((message.id,), ()) if message.out else ((), (message.origin,))
            change.post(to, CopiesPinned(sender=call.user, mine=mine, yours=yours,
                                         pinned=not request.unpin))  # fmt: skip
    viewer = call.viewer()
    viewer.mention_user(to.id)
    users, chats = await accounts.peers(viewer)
    update = api.UpdatePinnedMessages(
        pinned=not request.unpin, peer=api.PeerUser(user_id=to.id), messages=[request.id], pts=pts,
        pts_count=1 if message.pinned is request.unpin else 0,
    )  # fmt: skip
    return api.Updates(updates=[update], users=users, chats=chats, date=call.now, seq=0)


@method(api.MessagesUnpinAllMessages, rate=Rate.WRITE, raises=(*accounts.PEER_ERRORS,))
async def unpin_all_messages(call: Call, request: api.MessagesUnpinAllMessages) -> Any:
    """Unpin every message of a conversation, for both."""
    to = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(to)
    async with call.change() as change:
        pinned = [m for m in await change.scan(Message, peer) if m.pinned]
        pts = pin_messages(change, peer, pinned, pinned=False)
        if pinned and to != call.me:
            mine = tuple(m.id for m in pinned if m.out)
            yours = tuple(m.origin for m in pinned if not m.out)
            change.post(to, CopiesPinned(sender=call.user, mine=mine, yours=yours, pinned=False))
    return api.MessagesAffectedHistory(pts=pts, pts_count=len(pinned), offset=0)


@method(api.MessagesSetTyping, rate=Rate.SEND, raises=WRITE_ERRORS)
async def set_typing(call: Call, request: api.MessagesSetTyping) -> bool:
    """Tell somebody that one is typing, if they are here and one may write to them."""
    to = await accounts.peer_of(call, request.peer)
    if await may_write(call, to):
        call.house.hub.whisper(to.id, Typing(user=call.user, action=request.action))
    return True


@method(api.MessagesSendMedia, rate=Rate.SEND, raises=(*WRITE_ERRORS, errors.MediaInvalid))
async def send_media(call: Call, request: api.MessagesSendMedia) -> Any:
    """Refuse: no kind of media is kept yet."""
    await may_write(call, await accounts.peer_of(call, request.peer))
    raise errors.MediaInvalid
