"""Methods that delete and pin messages."""

import asyncio
from typing import Final

from chappe.core import Kind
from chappe.features import accounts, auth, chats
from chappe.features.adminlog import DELETED, PINNED, note_each
from chappe.features.conversations import (
    CLEARED,
    CopiesDeleted,
    CopiesPinned,
    Dialog,
    Message,
    Source,
    as_it_stands,
    begins_topic,
    clear_message,
    in_mailbox,
    log_of,
    may_alter,
    post_action,
    readable,
    readers_of,
    ref_of,
    remove_messages,
    source_of,
    to_copies,
    topic_number,
    visible,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Viewer

from .pages import pinned_messages

DATED_READ_MAX: Final = 100_000  # messages looked through for those of some dates
PAGE_READ: Final = 1_000  # messages looked at in one go for those of somebody
DELETED_MAX: Final = 1000  # messages deleted by one call


async def _may_revoke(call: Call, messages: list[Message]) -> bool:
    """Whether the caller may delete messages for everybody: in a group, others' only as an admin."""
    for peer in {m.peer for m in messages if m.peer < 0}:
        owner = accounts.owner_of(peer)
        place = await chats.membership_of(call.context, owner, call.user)
        member = place.member if place else None
        if not chats.is_in(member, call.now):
            return False
        theirs = any(m.sender != call.user for m in messages if m.peer == peer)
        if theirs and not chats.may_admin(member, "delete_messages"):
            return False
    return True


def _delete_copies(
    change: Change, messages: list[Message], readers: dict[int, tuple[int, ...]]
) -> None:
    for peer, others in readers.items():
        refs = tuple(ref_of(m) for m in messages if m.peer == peer and m.action != CLEARED)
        to_copies(change, others, CopiesDeleted(refs=refs))


@method(
    api.MessagesDeleteMessages,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.MessageDeleteForbidden,),
)
async def delete_messages(
    call: Call, request: api.MessagesDeleteMessages
) -> api.MessagesAffectedMessages:
    """Delete messages, with `revoke` for everybody. Ids that name nothing are passed over."""
    wanted = list(dict.fromkeys(request.id[:DELETED_MAX]))
    look = call.look()
    there = [m for i in wanted if (m := await readable(look, i)) is not None]
    await _may_remove(call, {m.peer for m in there})
    if request.revoke and not await _may_revoke(call, there):
        raise errors.MessageDeleteForbidden
    readers = {}
    if request.revoke:
        readers = {
            peer: await readers_of(call.context, peer, call.user)
            for peer in {m.peer for m in there}
        }
    async with call.change() as change:
        found = [m for i in wanted if (m := await readable(change, i)) is not None]
        if not found:
            return api.MessagesAffectedMessages(pts=change.last("pts"), pts_count=0)
        pts = await remove_messages(change, found)
        _delete_copies(change, found, readers)
    return api.MessagesAffectedMessages(pts=pts, pts_count=len(found))


@method(
    api.MessagesDeleteHistory,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.MessageDeleteForbidden, *accounts.PEER_ERRORS),
)
async def delete_history(
    call: Call, request: api.MessagesDeleteHistory
) -> api.MessagesAffectedHistory:
    """Delete a conversation, a thousand messages a call; `offset` says whether some are left."""
    where = await in_mailbox(call, request.peer)
    peer = where.peer
    await _may_remove(call, {peer})
    revoke = request.revoke and where.owner.kind is Kind.USER
    readers = {peer: await readers_of(call.context, peer, call.user)} if revoke else {}
    async with call.change() as change:
        before = request.max_id + 1 if request.max_id else None
        since, until = request.min_date or 0, request.max_date or 1 << 62
        dated = bool(request.min_date or request.max_date)
        read = await change.scan(
            Message, peer, before=before, limit=DATED_READ_MAX if dated else DELETED_MAX + 1
        )
        meant = [m for m in read if since <= m.date <= until]
        found = meant[:DELETED_MAX]
        first = change.last("pts")
        cleared = found[-1:] if request.just_clear and await _is_all(change, found) else []
        if gone := found[: len(found) - len(cleared)]:
            await remove_messages(change, gone)
        for newest in cleared:
            await clear_message(change, newest)
        if not request.just_clear and not await change.scan(Message, peer, limit=1):
            change.drop(Dialog, peer)
        if found:
            _delete_copies(change, found, readers)
        pts = change.last("pts")
    more = len(meant) > len(found)
    return api.MessagesAffectedHistory(pts=pts, pts_count=pts - first, offset=int(more))


async def _may_remove(call: Call, peers: set[int]) -> None:
    """Check that a device may delete what was written in these conversations.

    What the service wrote says, among other things, that the device came. One that came just now shall not
    take that away from those that were there before it.

    Raises:
        errors.MessageDeleteForbidden: it may not.
    """
    if accounts.SERVICE_USER in peers:
        await auth.require_seasoned(call, errors.MessageDeleteForbidden)


async def _is_all(change: Change, found: list[Message]) -> bool:
    """Whether nothing is in a conversation but these messages of it, which come in their order."""
    if not found:
        return False
    every = await change.scan(Message, found[0].peer, limit=len(found) + 1)
    return len(every) == len(found)


@method(
    api.ChannelsDeleteMessages,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, errors.MessageDeleteForbidden),
)
async def delete_posts(
    call: Call, request: api.ChannelsDeleteMessages
) -> api.MessagesAffectedMessages:
    """Delete messages of a channel: one's own, or anybody's as an admin."""
    place = await chats.channel(call, request.channel)
    where = await _source(call, place)
    wanted = list(dict.fromkeys(request.id[:DELETED_MAX]))
    async with call.change(place.owner) as change:
        now = (await as_it_stands(change, where, call.user)).place
        if now is None or not chats.is_in(now.member, call.now):
            raise errors.MessageDeleteForbidden
        found = []
        for number in wanted:
            message = await change.get(Message, where.peer, number)
            if message is None or number < where.first:
                continue
            if begins_topic(message):
                raise errors.MessageDeleteForbidden
            if not may_alter(now, message, call.user, "delete_messages"):
                raise errors.MessageDeleteForbidden
            found.append(message)
        if not found:
            return api.MessagesAffectedMessages(pts=change.last("pts"), pts_count=0)
        others = [m for m in found if call.user not in (m.sender, m.author)]
        await note_each(change, call.user, DELETED, others)
        pts = await log_of(call, where).remove(change, found)
    return api.MessagesAffectedMessages(pts=pts, pts_count=len(found))


async def _source(call: Call, place: chats.Membership) -> Source:
    first = place.member.first_visible if place.member else 0
    return Source(call.look(place.owner), place.peer, place.owner, place, first)


@method(
    api.ChannelsDeleteParticipantHistory,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        errors.ChannelInvalid,
        errors.ChannelPrivate,
        errors.ChatAdminRequired,
        *accounts.PEER_ERRORS,
    ),
)
async def delete_participant_history(
    call: Call, request: api.ChannelsDeleteParticipantHistory
) -> api.MessagesAffectedHistory:
    """Delete everything somebody wrote in a supergroup, a thousand messages a call."""
    place = await chats.channel(call, request.channel)
    if not chats.may_admin(place.member, "delete_messages"):
        raise errors.ChatAdminRequired
    author = await accounts.peer_of(call, request.participant)
    where = await _source(call, place)
    theirs = await _written_by(where, accounts.peer_id(author))
    async with call.change(place.owner) as change:
        there = [await change.get(Message, where.peer, i) for i in theirs[:DELETED_MAX]]
        found = [m for m in there if m is not None]
        if not found:
            return api.MessagesAffectedHistory(pts=change.last("pts"), pts_count=0, offset=0)
        await note_each(change, call.user, DELETED, found)
        pts = await log_of(call, where).remove(change, found)
    return api.MessagesAffectedHistory(
        pts=pts, pts_count=len(found), offset=int(len(theirs) > len(found))
    )


async def _written_by(where: Source, author: int) -> list[int]:
    """Return the numbers of somebody's messages in a supergroup, newest first: one more than go at once."""
    found: list[int] = []
    before: int | None = None
    while len(found) <= DELETED_MAX:
        page = await where.look.scan(
            Message, where.peer, before=before, reverse=True, limit=PAGE_READ
        )
        found += [m.id for m in page if m.sender == author and not begins_topic(m)]
        if len(page) < PAGE_READ:
            break
        before = page[-1].id
        await asyncio.sleep(0)  # others have their turn
    return found


# -- pins -------------------------------------------------------------------------------------------


async def _require_pin(call: Call, where: Source) -> None:
    """Check that the caller may pin there.

    Raises:
        errors.ChatAdminRequired: they may not.
    """
    place = where.place
    if place is None:
        return
    member = place.member
    if not chats.is_in(member, call.now):
        raise errors.ChatAdminRequired
    if chats.is_admin(member):
        right = "edit_messages" if place.chat.broadcast else "pin_messages"
        if not chats.may_admin(member, right):
            raise errors.ChatAdminRequired
    elif place.chat.broadcast or not chats.may(place.chat, member, "pin_messages", call.now):
        raise errors.ChatAdminRequired


@method(
    api.MessagesUpdatePinnedMessage,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(*accounts.PEER_ERRORS, errors.MessageIdInvalid, errors.ChatAdminRequired),
)
async def update_pinned_message(
    call: Call, request: api.MessagesUpdatePinnedMessage
) -> api.TypeUpdates:
    """Pin or unpin a message, for everybody unless `pm_oneside`."""
    where = await source_of(call, request.peer)
    await _require_pin(call, where)
    message = await visible(where, request.id)
    if message is None or message.action:
        raise errors.MessageIdInvalid
    viewer = call.viewer()
    update = await _pin(
        call, viewer, where, [message.id], pinned=not request.unpin, others=not request.pm_oneside
    )
    told: list[api.TypeUpdate] = [update]
    if not request.unpin and not request.pm_oneside and where.owner != call.me:
        action = api.MessageActionPinMessage()
        told.extend(
            await post_action(
                call, viewer, where.owner, action, reply_to=message.id, silent=request.silent
            )
        )
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=shown, date=call.now, seq=0)


async def _pin(
    call: Call, viewer: Viewer, where: Source, ids: list[int], *, pinned: bool, others: bool
) -> api.UpdatePinnedMessages | api.UpdatePinnedChannelMessages:
    """Pin or unpin messages where they are kept; return the update that tells it."""
    log = log_of(call, where)
    copies = await log.copies(call.context) if others else ()
    async with call.change(log.box) as change:
        found = [m for i in ids if (m := await change.get(Message, where.peer, i)) is not None]
        altered = [m.id for m in found if m.pinned is not pinned]
        pts = log.pin(change, found, pinned=pinned)
        now = [await change.get(Message, where.peer, i) for i in altered]
        await note_each(change, call.user, PINNED, [m for m in now if m is not None])
        peer = where.peer if where.place is not None else call.user  # as the readers have it
        refs = tuple(ref_of(m) for m in found)
        to_copies(change, copies, CopiesPinned(peer=peer, refs=refs, pinned=pinned))
    return log.show_pinned(viewer, ids, pts, len(altered), pinned=pinned)


@method(
    api.MessagesUnpinAllMessages,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(*accounts.PEER_ERRORS, errors.ChatAdminRequired),
)
async def unpin_all_messages(
    call: Call, request: api.MessagesUnpinAllMessages
) -> api.MessagesAffectedHistory:
    """Unpin every message of a conversation, for everybody."""
    where = await source_of(call, request.peer)
    await _require_pin(call, where)
    topic = request.top_msg_id
    pinned = [
        m.id
        for m in await pinned_messages(where.look, where.peer)
        if topic in (None, topic_number(m))
    ]
    update = await _pin(call, call.viewer(), where, pinned, pinned=False, others=True)
    return api.MessagesAffectedHistory(pts=update.pts, pts_count=update.pts_count, offset=0)
