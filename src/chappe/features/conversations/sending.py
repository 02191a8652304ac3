"""Keeping a message: in the boxes of a conversation or in a channel's log, and the answer to its sender."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, NamedTuple

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, auth, chats, contacts, files, media
from chappe.markup import part
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, Event, Viewer

from .access import Target, members_but
from .annotations import DefaultTtl, HistoryTtl
from .channel import Addressed, NewPost, ReadPosts
from .channel_log import ExpirePosts
from .comments import discuss
from .copy_commands import Copy, TtlSet, Wrote
from .deduplication import already_sent, recent_sends_of, remember
from .mailbox import NewMessage, PeerTtlChanged, keep_message, ref_of
from .records import Dialog, Message
from .senders import identity
from .threads import Placed, begins_topic, count_answer, first_visible, placed

MENTIONS_MAX: Final = 50  # people one message can be addressed to


# what else is done in the change that keeps a post, once it has its number
Also = Callable[[Change, Message], Awaitable[None]]


# service messages that stay where others vanish: word of that itself, and what begins a topic
LASTING: Final = tuple(
    tl.encode(action, tl.LAYER)[:4]
    for action in (
        api.MessageActionSetMessagesTTL(period=0),
        api.MessageActionTopicCreate(title="", icon_color=0),
    )
)


class Sent(NamedTuple):
    """What became of a message: its number and pts; pts 0 if it had been sent before."""

    random_id: int
    id: int
    event: Event
    pts: int
    passed: bool = False  # whether unread messages of a channel lie before it
    ttl: int = 0
    word: int = 0  # the message before it that says how long messages live in this new conversation
    lone: bool = False  # whether what it was to answer is gone


async def send(
    call: Call, target: Target, random_id: int, draft: Message, also: Also | None = None
) -> Sent:
    """Keep a message and have it copied to whoever reads it; `also` joins a post's change."""
    await auth.void_told(call.context, call.user, draft.text)
    if target.place is not None:
        draft = await addressed(call, target.owner, target.place, draft)
    if target.owner.kind is Kind.CHANNEL:
        return await _post(call, target, random_id, as_written(call, target, draft), also)
    async with call.change() as change:
        slots = await recent_sends_of(change, call.user)
        if number := already_sent(slots, random_id):
            return Sent(random_id, number, NewMessage(peer=target.peer, id=number), 0)
        reply = await change.get(Message, target.peer, draft.reply_to) if draft.reply_to else None
        lone = bool(draft.reply_to) and reply is None
        draft = msgspec.structs.replace(draft, reply_to=reply.id if reply else 0, thread=0)
        before = change.last("pts")
        draft = await _lasting(change, target, draft)
        word = change.last("pts") if change.last("pts") != before else 0
        draft = await _placed(call, change, draft, change.last("pts") + 1)
        message = await keep_message(change, draft)
        number = message.id
        remember(change, call.user, slots, random_id, number)
        if call.client.key_id:  # an app of theirs, not what was to be sent at a later time
            await accounts.was_here(change)
        await files.count_shown(change, message.media, 1 + len(target.copies))
        for reader in target.copies:
            change.send_command(Owner(Kind.USER, reader), copy_of(message, reply, target))
    event = NewMessage(peer=target.peer, id=number)
    return Sent(random_id, number, event, number, ttl=draft.ttl, word=word, lone=lone)


async def _lasting(change: Change, target: Target, draft: Message) -> Message:
    """Return a message that lives as long as its conversation has it."""
    if draft.action.startswith(LASTING):
        return draft
    period = target.place.chat.ttl if target.place else await _private_ttl(change, target)
    return msgspec.structs.replace(draft, ttl=period) if period else draft


async def _private_ttl(change: Change, target: Target) -> int:
    """Return how long messages live in a private chat; who begins one may have said so beforehand."""
    known = await change.get(HistoryTtl, target.peer)
    if known is not None:
        return known.period
    default = await change.get(DefaultTtl)
    begun = target.peer == change.owner.id or await change.get(Dialog, target.peer) is not None
    if default is None or not default.period or begun:
        return 0
    change.put(HistoryTtl(peer=target.peer, period=default.period))
    change.announce_without_pts(PeerTtlChanged(peer=target.peer))
    action = api.MessageActionSetMessagesTTL(
        period=default.period, auto_setting_from=change.owner.id
    )
    word = await keep_message(change, _action(change.owner.id, target.peer, change.now, action))
    for user in target.copies:
        reader = Owner(Kind.USER, user)
        change.send_command(reader, TtlSet(peer=change.owner.id, period=default.period))
        change.send_command(reader, copy_of(word, None, target))
    return default.period


async def _placed(call: Call, change: Change, draft: Message, number: int) -> Message:
    """Return a message of which what counts for itself, such as a poll, is kept beside it."""
    if not draft.media:
        return draft
    place = call.context.own(media.MEDIUMS).place
    placed = await place(change, draft.media, peer=draft.peer, number=number, date=draft.date)
    return msgspec.structs.replace(draft, media=placed)


def copy_of(message: Message, reply: Message | None, target: Target) -> Copy:
    """Return the command that brings a message of the sender's box to another reader."""
    return Copy(
        sender=message.sender,
        origin=message.id,
        peer=target.peer if target.place is not None else message.sender,
        date=message.date,
        text=message.text,
        entities=message.entities,
        reply=ref_of(reply) if reply else None,
        fwd_from=message.fwd_from,
        fwd_name=message.fwd_name,
        fwd_date=message.fwd_date,
        fwd_post=message.fwd_post,
        fwd_signature=message.fwd_signature,
        silent=message.silent,
        media=message.media,
        grouped_id=message.grouped_id,
        action=message.action,
        noforwards=message.noforwards,
        mentions=message.mentions,
        unplayed=message.unplayed,
        invert_media=message.invert_media,
        answer=message.answer,
        ttl=message.ttl,
    )


def as_written(call: Call, target: Target, draft: Message) -> Message:
    """Return a channel's message as written by who it is shown to be written by."""
    place = target.place
    member = place.member if place else None
    if place is None:
        return draft
    sender = target.sender or identity(place, call.user)
    if sender == call.user:
        return msgspec.structs.replace(draft, sender=sender, author=0)
    anonymous = member is not None and bool(member.admin & chats.ADMIN["anonymous"])
    signature = member.rank if member and anonymous and sender == place.peer else ""
    return msgspec.structs.replace(draft, sender=sender, author=call.user, signature=signature)


async def _post(
    call: Call, target: Target, random_id: int, draft: Message, also: Also | None
) -> Sent:
    place = target.place
    if place is not None and place.chat.broadcast and place.chat.signatures:
        me = await call.look().get(accounts.User)
        name = f"{me.first_name} {me.last_name}".strip() if me else ""
        draft = msgspec.structs.replace(draft, signature=name)
    async with call.change(target.owner) as change:
        kept = await _post_within(call, change, target, random_id, draft, also)
    await _read_up_to(call, target.peer, kept)
    return kept


async def _read_up_to(call: Call, peer: int, kept: Sent) -> None:
    """Let the caller's other devices know that who writes in a channel has read it so far."""
    if not kept.passed:
        return
    async with call.change() as change:
        dialog = await change.get(Dialog, peer)
        if dialog is not None:
            read = max(dialog.read_inbox, kept.id)
            change.put(msgspec.structs.replace(dialog, read_inbox=read, marked=False))
            channel = accounts.owner_of(peer).id
            change.announce_without_pts(ReadPosts(channel=channel, max_id=kept.id, unread=0))


def _read_mark(kept: Sent) -> list[Any]:
    """Return what tells the caller that they have read a channel up to what they wrote."""
    if not kept.passed or not isinstance(kept.event, NewPost):
        return []
    return [
        api.UpdateReadChannelInbox(
            channel_id=kept.event.channel, max_id=kept.id, still_unread_count=0, pts=kept.pts
        )
    ]


async def _post_within(
    call: Call,
    change: Change,
    target: Target,
    random_id: int,
    draft: Message,
    also: Also | None = None,
) -> Sent:
    channel, place = target.owner.id, target.place
    slots = await recent_sends_of(change, call.user) if random_id else []
    if known := already_sent(slots, random_id):
        return Sent(random_id, known, NewPost(channel=channel, id=known), 0)
    dialog = await call.look().get(Dialog, target.peer)
    number = change.next("message")
    where = Placed(number, 0, topic=True)  # a draft that says so begins a topic
    if not draft.topic and place is not None:
        where = await placed(change, place, draft)
    message = msgspec.structs.replace(
        draft,
        id=number,
        origin=number,
        reply_to=where.reply_to,
        thread=where.thread,
        topic=where.topic,
    )
    message = await _lasting(change, target, message)
    message = await _placed(call, change, message, number)
    change.put(message)
    await files.count_shown(change, message.media, 1)
    if message.ttl:
        change.schedule(message.date + message.ttl, ExpirePosts(channel=channel, id=number))
    if also is not None:
        await also(change, message)
    change.put(chats.Top(id=number, date=call.now))
    if random_id:
        remember(change, call.user, slots, random_id, number)
    await _note_posting(change, call, place, draft)
    await count_answer(change, message)
    if place is not None:
        discuss(change, place.chat, message)
    pts = change.announce(NewPost(channel=channel, id=number))
    topic = message.thread if message.topic else 0
    wrote = Wrote(
        peer=target.peer, id=number, date=call.now, topic=topic, here=call.client.key_id != 0
    )
    change.send_command(call.me, wrote)
    tell_addressed(change, message, call.user)
    forum = place is not None and place.chat.forum  # its topics are read one by one
    passed = dialog is not None and dialog.read_inbox < number - 1 and not forum
    return Sent(random_id, number, NewPost(channel=channel, id=number), pts, passed)


def tell_addressed(
    change: Change, message: Message, writer: int, before: tuple[int, ...] = ()
) -> None:
    """Have a supergroup's message marked as unread by whom it is addressed to, and was not `before`."""
    topic = message.thread if message.topic else 0
    for user in message.mentions:
        if user != writer and user not in before:
            command = Addressed(peer=message.peer, id=message.id, topic=topic)
            change.send_command(Owner(Kind.USER, user), command)


async def _note_posting(
    change: Change, call: Call, place: chats.Membership | None, draft: Message
) -> None:
    """Begin a writer's slow-mode wait, unless they lost the right to write since the gate was passed.

    Who comments without being in the group waits as members do; service messages are not waited for.

    Raises:
        errors.ChatWriteForbidden, errors.SlowmodeWait
    """
    chat, member = await change.get(chats.Chat), await change.get(chats.Member, call.user)
    if place is None:
        return
    if chat is None or chat.deleted:
        raise errors.ChatWriteForbidden
    if member is not None:
        lost = place.member is not None and not place.member.left and member.left
        silenced = chat.broadcast and not chats.may_admin(member, "post_messages")
        if lost or chats.is_kicked(member, call.now):
            raise errors.ChatWriteForbidden
        if silenced and not draft.action:
            raise errors.ChatWriteForbidden
    if not chat.slow_mode or draft.action or chats.is_admin(member):
        return
    writer = member or await change.get(chats.Commenter, call.user)
    due = writer.posted + chat.slow_mode if writer is not None else 0
    if due > call.now and not await _continues_album(change, draft):
        raise errors.SlowmodeWait(due - call.now)
    writer = writer or chats.Commenter(user=call.user, posted=0)
    change.put(msgspec.structs.replace(writer, posted=call.now))


async def _continues_album(change: Change, draft: Message) -> bool:
    """Whether a message belongs to the album its author has just begun: it waits as one."""
    top = await change.get(chats.Top)
    last = await change.get(Message, draft.peer, top.id) if top and draft.grouped_id else None
    return last is not None and (last.grouped_id, last.sender) == (draft.grouped_id, draft.sender)


async def addressed(
    call: Call, owner: Owner, place: chats.Membership | None, draft: Message
) -> Message:
    """Return a group's message with the members it is addressed to: named in it, or answered."""
    if place is None or place.chat.broadcast:
        return draft
    users: set[int] = set()
    if draft.reply_to:
        box = call.look(owner) if owner.kind is Kind.CHANNEL else call.look()
        answered = await box.get(Message, draft.peer, draft.reply_to)
        seen = answered is not None and answered.id >= first_visible(place)
        if answered is not None and seen and answered.sender > 0 and not begins_topic(answered):
            users.add(answered.sender)
    for name, offset, length, argument in draft.entities:
        if name == "MessageEntityMentionName" and isinstance(argument, int):
            users.add(argument)
        elif name == "MessageEntityMention":
            username = part(draft.text, offset, length).lstrip("@")
            named = await accounts.find_owner(call.context, "username", username)
            if named is not None and named.kind is Kind.USER:
                users.add(named.id)
    users.discard(call.user)
    members = call.look(owner)
    there = [
        u
        for u in sorted(users)[:MENTIONS_MAX]
        if chats.is_in(await members.get(chats.Member, u), call.now)
    ]
    return msgspec.structs.replace(draft, mentions=tuple(there))


async def sent(call: Call, results: Iterable[Sent]) -> Any:
    """Return the updates that tell the caller what became of what they sent."""
    viewer = call.viewer()
    results = list(results)
    updates: list[Any] = [
        api.UpdateMessageID(id=kept.id, random_id=kept.random_id) for kept in results
    ]
    for kept in results:
        updates += await _before(viewer, kept)
        update = await kept.event.render_or_count(viewer, kept.pts)
        if update is None:
            continue
        if not kept.pts:  # sent before: the same message, which takes no pts again
            owner = call.me
            if isinstance(kept.event, NewPost):
                owner = Owner(Kind.CHANNEL, kept.event.channel)
            update.pts, update.pts_count = await call.look(owner).counter("pts"), 0
        updates += [update, *_read_mark(kept)]
    users, chats_ = await accounts.peers(viewer)
    return api.Updates(updates=updates, users=users, chats=chats_, date=call.now, seq=0)


async def _before(viewer: Viewer, kept: Sent) -> list[Any]:
    """Return the update of the message that went before, where a conversation was begun."""
    if not kept.word or not isinstance(kept.event, NewMessage):
        return []
    return [await NewMessage(peer=kept.event.peer, id=kept.word).render_or_count(viewer, kept.word)]


async def post_action(
    call: Call,
    viewer: Viewer,
    owner: Owner,
    action: Any,
    *,
    reply_to: int = 0,
    silent: bool = False,
    topic: int = 0,
    also: Also | None = None,
) -> list[Any]:
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
    draft = _action(call.user, peer, call.now, action)
    draft = msgspec.structs.replace(draft, reply_to=reply_to, silent=silent, thread=topic)
    random_id = int.from_bytes(call.context.entropy.token(8), "big", signed=True)
    try:
        kept = await send(call, target, random_id, draft, also)
    except errors.ChatWriteForbidden:
        return []
    return await _tell_action(viewer, kept)


def _action(sender: int, peer: int, now: int, action: Any) -> Message:
    return Message(
        peer=peer,
        id=0,
        date=now,
        sender=sender,
        out=True,
        action=tl.encode(action, tl.LAYER),
    )


async def post_action_within(
    call: Call, change: Change, place: chats.Membership, action: Any
) -> Sent:
    """Post a service message in a channel as part of a change under way: both are seen, or neither."""
    target = Target(place.owner, place.peer, place, ())
    random_id = int.from_bytes(call.context.entropy.token(8), "big", signed=True)
    draft = as_written(call, target, _action(call.user, place.peer, call.now, action))
    return await _post_within(call, change, target, random_id, draft)


async def tell_action_within(
    call: Call, viewer: Viewer, place: chats.Membership, kept: Sent
) -> list[Any]:
    """Return the updates that tell the caller of what `post_action_within` posted."""
    await _read_up_to(call, place.peer, kept)
    return await _tell_action(viewer, kept)


async def _tell_action(viewer: Viewer, kept: Sent) -> list[Any]:
    named = api.UpdateMessageID(id=kept.id, random_id=kept.random_id)  # TDLib looks for it
    told = await kept.event.render_or_count(viewer, kept.pts)
    return [named, *await _before(viewer, kept), told, *_read_mark(kept)]


def keep_action(change: Change, sender: int, action: Any) -> tuple[Event, int]:
    """Put a service message by somebody in a channel's log; return what tells it, and its pts."""
    number, peer = change.next("message"), accounts.peer_id(change.owner)
    change.put(
        Message(
            peer=peer,
            id=number,
            origin=number,
            date=change.now,
            sender=sender,
            out=True,
            action=tl.encode(action, tl.LAYER),
        )
    )
    change.put(chats.Top(id=number, date=change.now))
    change.send_command(Owner(Kind.USER, sender), Wrote(peer=peer, id=number, date=change.now))
    event = NewPost(channel=change.owner.id, id=number)
    return event, change.announce(event)
