"""Answers to a sender, and service messages: sent on somebody's behalf, and told as updates."""

from collections.abc import Iterable
from typing import Any

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, contacts
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, Event, Viewer

from .access import Target, members_but
from .channel import NewPost
from .channel_log import ChannelLog
from .copy_commands import Wrote
from .log import log_kept_in
from .sending import send
from .written import Also, Sent, action_message, as_written


async def sent(call: Call, results: Iterable[Sent]) -> api.Updates:
    """Return the updates that tell the caller what became of what they sent."""
    viewer = call.viewer()
    results = list(results)
    updates: list[Any] = [
        api.UpdateMessageID(id=kept.id, random_id=kept.random_id) for kept in results
    ]
    for kept in results:
        log = log_kept_in(kept.box, kept.peer)
        updates += await log.told_before(viewer, kept)
        update: Any = await log.appended(kept.id).render_or_count(viewer, kept.pts)
        if update is None:
            continue
        if not kept.pts:  # sent before: the same message, which takes no pts again
            update.pts, update.pts_count = await call.look(kept.box).counter("pts"), 0
        updates += [update, *log.told_after(kept)]
    users, chats_ = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats_, date=call.now, seq=0)


async def post_action(
    call: Call,
    viewer: Viewer,
    owner: Owner,
    action: api.TypeMessageAction,
    *,
    reply_to: int = 0,
    silent: bool = False,
    topic: int = 0,
    also: Also | None = None,
) -> list[api.TypeUpdate]:
    """Post a service message in a dialog as the caller; return the updates that tell it.

    None tell it where the chat has ended, or the caller is no longer in it, since they were let act.
    """
    peer = accounts.peer_id(owner)
    place: chats.Membership | None = None
    copies: tuple[int, ...] = ()
    if owner.kind is Kind.USER and owner != call.me:
        copies = () if await contacts.is_blocked(call.context, owner.id, call.user) else (owner.id,)
    if owner.kind is not Kind.USER:
        place = await chats.membership_of(call.context, owner, call.user)
        copies = (
            await members_but(call.context, owner, call.user) if owner.kind is Kind.CHAT else ()
        )
    target = Target(owner, peer, place, copies)
    draft = action_message(call.user, peer, call.now, action)
    draft = msgspec.structs.replace(draft, reply_to=reply_to, silent=silent, thread=topic)
    random_id = int.from_bytes(call.context.entropy.token(8), "big", signed=True)
    try:
        kept = await send(call, target, random_id, draft, also)
    except errors.ChatWriteForbidden:
        return []
    return await _tell_action(viewer, kept)


async def post_action_within(
    call: Call, change: Change, place: chats.Membership, action: api.TypeMessageAction
) -> Sent:
    """Post a service message in a channel as part of a change under way: both are seen, or neither."""
    target = Target(place.owner, place.peer, place, ())
    random_id = int.from_bytes(call.context.entropy.token(8), "big", signed=True)
    draft = as_written(call, target, action_message(call.user, place.peer, call.now, action))
    log = ChannelLog(target.owner, target.peer)
    return await log.append_within(call, change, target, random_id, draft)


async def tell_action_within(
    call: Call, viewer: Viewer, place: chats.Membership, kept: Sent
) -> list[api.TypeUpdate]:
    """Return the updates that tell the caller of what `post_action_within` posted."""
    await log_kept_in(kept.box, kept.peer).passed_by(call, kept)
    return await _tell_action(viewer, kept)


async def _tell_action(viewer: Viewer, kept: Sent) -> list[api.TypeUpdate]:
    log = log_kept_in(kept.box, kept.peer)
    named = api.UpdateMessageID(id=kept.id, random_id=kept.random_id)  # TDLib looks for it
    before = await log.told_before(viewer, kept)
    told = await log.appended(kept.id).render_or_count(viewer, kept.pts)
    return [named, *before, told, *log.told_after(kept)]


async def keep_action(
    change: Change, sender: int, action: api.TypeMessageAction
) -> tuple[Event, int]:
    """Put a service message by somebody in a channel's log; return what tells it, and its pts."""
    number, peer = change.next("message"), accounts.peer_id(change.owner)
    message = action_message(sender, peer, change.now, action)
    chat = await change.get(chats.Chat)
    hearing = chat.bots if chat is not None else ()
    change.put(msgspec.structs.replace(message, id=number, origin=number, heard_by=hearing))
    change.put(chats.Top(id=number, date=change.now))
    change.send_command(Owner(Kind.USER, sender), Wrote(peer=peer, id=number, date=change.now))
    event = NewPost(channel=change.owner.id, id=number)
    return event, change.announce(event)
