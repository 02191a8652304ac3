"""Methods messages.read*: read marks, mentions, and who has read what when."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, privacy
from chappe.features.conversations import (
    UNREAD_COUNTED_MAX,
    ContentsRead,
    CopiesPlayed,
    CopyRead,
    Dialog,
    Mention,
    Message,
    PostRead,
    ReadInbox,
    ReadPosts,
    UnreadReaction,
    in_mailbox,
    log_for,
    log_of,
    play,
    readable,
    ref_of,
    source,
    source_of,
    visible,
)
from chappe.features.dialogs import UnreadMarked
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

READ_DATE_LIFETIME_S: Final = 604_800  # seconds the moment of reading can be asked for
CONTENTS_READ_MAX: Final = 100  # messages whose media one call says were opened
READ_TOLD_MAX: Final = 200  # newly read messages whose senders are told
READERS_MEMBERS_MAX: Final = 100  # members of a group in which readers are listed
READERS_ROWS_MAX: Final = 10_000  # people who are or were in such a group that are looked at


@method(api.MessagesReadHistory, rate=Rate.WRITE, home=Home.CALLER, raises=accounts.PEER_ERRORS)
async def read_history(
    call: Call, request: api.MessagesReadHistory
) -> api.MessagesAffectedMessages:
    """Mark what came up to a message as read, and let its senders know."""
    where = await in_mailbox(call, request.peer)
    to, peer = where.owner, where.peer
    async with call.change() as change:
        dialog = await change.get(Dialog, peer)
        max_id = min(request.max_id or 1 << 30, dialog.top) if dialog else 0
        nothing = dialog is None or (max_id <= dialog.read_inbox and not dialog.marked)
        if dialog is None or nothing:
            return api.MessagesAffectedMessages(pts=change.last("pts"), pts_count=0)
        newer = await change.scan(Message, peer, after=max_id, limit=UNREAD_COUNTED_MAX)
        unread = sum(1 for m in newer if not m.out)
        max_id = max(max_id, dialog.read_inbox)
        if dialog.marked:
            change.announce_without_pts(UnreadMarked(peer=peer))
        change.put(
            msgspec.structs.replace(
                dialog, read_inbox=max_id, unread=unread, marked=False, read_inbox_date=call.now
            )
        )
        pts = change.announce(ReadInbox(peer=peer, max_id=max_id, unread=unread))
        if to.id not in (call.user, accounts.SERVICE_USER):
            recent = await change.scan(
                Message,
                peer,
                before=max_id + 1,
                after=dialog.read_inbox,
                reverse=True,
                limit=READ_TOLD_MAX,
            )
            newest: dict[int, int] = {}
            for message in recent:
                if not message.out:
                    newest.setdefault(message.sender, message.origin)
            for sender, origin in newest.items():
                theirs = peer if to.kind is Kind.CHAT else call.user
                change.send_command(
                    Owner(Kind.USER, sender), CopyRead(peer=theirs, max_id=origin, date=call.now)
                )
    return api.MessagesAffectedMessages(pts=pts, pts_count=1)


@method(
    api.ChannelsReadHistory,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate),
)
async def read_channel(call: Call, request: api.ChannelsReadHistory) -> bool:
    """Mark what was written in a channel up to a message as read."""
    place = await chats.channel(call, request.channel)
    where = await source(call, place.owner)
    top = await where.look.get(chats.Top)
    max_id = min(request.max_id or 1 << 30, top.id if top else 0)
    async with call.change() as change:
        dialog = await change.get(Dialog, place.peer)
        if dialog is None or (max_id <= dialog.read_inbox and not dialog.marked):
            return False
        before = dialog.read_inbox
        max_id = max(max_id, before)
        if dialog.marked:
            change.announce_without_pts(UnreadMarked(peer=place.peer))
        change.put(
            msgspec.structs.replace(
                dialog, read_inbox=max_id, marked=False, read_inbox_date=call.now
            )
        )
        change.announce_without_pts(ReadPosts(channel=place.chat.id, max_id=max_id))
        if not place.chat.broadcast:
            read = await where.look.scan(
                Message,
                place.peer,
                after=before,
                before=max_id + 1,
                reverse=True,
                limit=READ_TOLD_MAX,
            )
            newest: dict[int, int] = {}
            for message in read:
                if message.sender > 0 and message.sender != call.user:
                    newest.setdefault(message.sender, message.id)
            for sender, number in newest.items():
                change.send_command(
                    Owner(Kind.USER, sender), PostRead(channel=place.chat.id, max_id=number)
                )
    return True


@method(api.MessagesReceivedMessages, rate=Rate.WRITE)
async def received_messages(
    call: Call, request: api.MessagesReceivedMessages
) -> list[api.ReceivedNotifyMessage]:
    """Take note; what was pushed need not be remembered."""
    return []


@method(api.MessagesReadMessageContents, rate=Rate.WRITE, home=Home.CALLER)
async def read_message_contents(
    call: Call, request: api.MessagesReadMessageContents
) -> api.MessagesAffectedMessages:
    """Note that media were opened, and tell their senders; what is to vanish then begins to."""
    ids = list(dict.fromkeys(request.id[:CONTENTS_READ_MAX]))
    async with call.change() as change:
        found = [m for i in ids if (m := await readable(change, i)) is not None]
        marked = [m for m in found if await change.get(Mention, m.peer, m.id) is not None]
        opened = [m for m in found if m.unplayed and not m.out]
        for message in found:
            if await change.get(UnreadReaction, message.peer, message.id) is not None:
                change.drop(UnreadReaction, message.peer, message.id)
                marked.append(message)
        for message in marked:
            change.drop(Mention, message.peer, message.id)
        for message in opened:
            play(change, message)
        for sender in {m.sender for m in opened}:
            refs = tuple(ref_of(m) for m in opened if m.sender == sender)
            change.send_command(Owner(Kind.USER, sender), CopiesPlayed(refs=refs))
        told = tuple(dict.fromkeys(m.id for m in (*opened, *marked)))
        pts = change.last("pts")
        if told:
            change.announce(ContentsRead(ids=told, date=call.now))
            pts = change.last("pts")
    return api.MessagesAffectedMessages(pts=pts, pts_count=len(told))


async def _drop_mentions(
    call: Call, peer: int, ids: list[int] | None, topic: int | None = None
) -> tuple[int, int]:
    """Forget unread mentions of a dialog, all or some; return the box's pts, and by how much it grew."""
    async with call.change() as change:
        marks = await change.scan(Mention, peer)
        gone = [
            m.id
            for m in marks
            if (ids is None or m.id in ids) and (topic is None or m.topic == topic)
        ]
        for number in gone:
            change.drop(Mention, peer, number)
        for number in ids or ():  # who looks at a message looks at its reactions
            if await change.get(UnreadReaction, peer, number) is not None:
                change.drop(UnreadReaction, peer, number)
                gone.append(number)
        log = log_for(call.user, peer)
        grown = log.looked_at(change, tuple(gone), topic or 0) if gone else 0
        return change.last("pts"), grown


@method(api.MessagesReadMentions, rate=Rate.WRITE, home=Home.CALLER, raises=accounts.PEER_ERRORS)
async def read_mentions(
    call: Call, request: api.MessagesReadMentions
) -> api.MessagesAffectedHistory:
    """Mark every message addressed to the caller in a dialog as read."""
    where = await source_of(call, request.peer)
    pts, count = await _drop_mentions(call, where.peer, None, request.top_msg_id)
    if not count:  # of a shared log it is the log's own
        pts = await where.look.counter("pts")
    return api.MessagesAffectedHistory(pts=pts, pts_count=count, offset=0)


@method(
    api.ChannelsReadMessageContents,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate),
)
async def read_post_contents(call: Call, request: api.ChannelsReadMessageContents) -> bool:
    """Take note that messages of a channel were looked at: they are no unread mentions any more."""
    place = await chats.channel(call, request.channel)
    await _drop_mentions(call, place.peer, request.id[:CONTENTS_READ_MAX])
    return True


@method(
    api.MessagesGetOutboxReadDate,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MessageIdInvalid,
        errors.MessageNotReadYet,
        errors.MessageTooOld,
        errors.UserPrivacyRestricted,
        errors.YourPrivacyRestricted,
    ),
)
async def get_outbox_read_date(
    call: Call, request: api.MessagesGetOutboxReadDate
) -> api.OutboxReadDate:
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
    hides, viewer = privacy.hides_read_dates, call.viewer()
    shown = await privacy.may_see(viewer, to.id, "status")
    by_me = not shown and await privacy.hidden_by_me(viewer, to.id)
    if by_me or await hides(call.context, call.user):
        raise errors.YourPrivacyRestricted
    if not shown or await hides(call.context, to.id):
        raise errors.UserPrivacyRestricted
    return api.OutboxReadDate(date=dialog.read_outbox_date)


@method(
    api.MessagesGetMessageReadParticipants,
    raises=(
        *accounts.PEER_ERRORS,
        errors.MsgIdInvalid,
        errors.ChatTooBig,
        errors.MsgTooOld,
        errors.ChatAdminRequired,
    ),
)
async def get_read_participants(
    call: Call, request: api.MessagesGetMessageReadParticipants
) -> list[api.ReadParticipantDate]:
    """Return who has read a message of one's own in a small group."""
    where = await source_of(call, request.peer)
    message = await visible(where, request.msg_id)
    if message is None or where.place is None or where.place.chat.broadcast:
        raise errors.MsgIdInvalid
    if not chats.is_in(where.place.member, call.now):
        raise errors.MsgIdInvalid
    if call.user not in (message.sender, message.author):
        raise errors.MsgIdInvalid
    if where.place.chat.members_hidden and not chats.is_admin(where.place.member):
        raise errors.ChatAdminRequired
    if call.now - message.date > READ_DATE_LIFETIME_S:
        raise errors.MsgTooOld
    if where.place.chat.members > READERS_MEMBERS_MAX:
        raise errors.ChatTooBig
    members = await call.look(where.owner).scan(chats.Member, limit=READERS_ROWS_MAX)
    inside = [m for m in members if chats.is_in(m, call.now) and m.user != message.sender]
    readers = []
    log = log_of(call, where)
    for member in inside:
        if not chats.shows_member(where.place, member):
            continue
        box = call.look(Owner(Kind.USER, member.user))
        dialog = await box.get(Dialog, where.peer)
        number = await log.number_for(box, message)
        if dialog is not None and dialog.read_inbox >= number:
            readers.append(
                api.ReadParticipantDate(
                    user_id=member.user, date=dialog.read_inbox_date or call.now
                )
            )
    return readers
