"""The log of a private chat or basic group: a copy for each reader, in the reader's own box."""

from typing import Final, NamedTuple

import msgspec

from chappe.core import Owner
from chappe.features import accounts, files
from chappe.features.copies import number_of_copy
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Context, Event, View, Viewer

from . import hooks
from .access import Target, hearers_of, holders_of, members_but
from .annotations import DefaultTtl, HistoryTtl
from .copy_commands import Copy, TtlSet, to_copies
from .deduplication import already_sent, recent_sends_of, remember
from .hearing import but_deaf, hearers
from .mailbox import (
    ContentsRead,
    EditMessage,
    NewMessage,
    PeerTtlChanged,
    Previewed,
    keep_message,
    pin_messages,
    ref_of,
    remove_messages,
)
from .records import Dialog, Message
from .written import LASTING, Also, Sent, action_message, lives, with_medium

COUNTED_MAX: Final = 100_000  # messages of one's own dialog that are counted
NOWHERE: Final = 1 << 31  # above every number: a message of which somebody has no copy


class MailboxLog(NamedTuple):
    """A conversation in one person's box. See `Log`."""

    box: Owner
    peer: int

    @property
    def shared(self) -> bool:
        """See `Log`."""
        return False

    async def copies(self, context: Context, *, despite_blocks: bool = False) -> tuple[int, ...]:
        """See `Log`."""
        if despite_blocks and self.peer > 0:
            return holders_of(self.peer, self.box.id)
        return await hearers_of(context, self.peer, self.box.id)

    async def append(
        self, call: Call, target: Target, random_id: int, draft: Message, also: Also | None = None
    ) -> Sent:
        """See `Log`."""
        async with call.change() as change:
            slots = await recent_sends_of(change, call.user)
            if number := already_sent(slots, random_id):
                return Sent(random_id, self.box, self.peer, number, 0)
            reply = await change.get(Message, self.peer, draft.reply_to) if draft.reply_to else None
            lone = bool(draft.reply_to) and reply is None
            draft = msgspec.structs.replace(draft, reply_to=reply.id if reply else 0, thread=0)
            target = await _heard(call, target, draft, reply)
            before = change.last("pts")
            draft = await _lasting(change, target, draft)
            word = change.last("pts") if change.last("pts") != before else 0
            draft = await with_medium(call, change, draft, change.last("pts") + 1)
            message = await keep_message(change, draft)
            number = message.id
            remember(change, call.user, slots, random_id, number)
            if call.client.key_id:  # an app of theirs, not what was to be sent at a later time
                await accounts.was_here(change)
            await files.count_shown(change, message.media, 1 + len(target.copies))
            if target.copies:
                to_copies(change, target.copies, copy_of(message, reply, target))
            if self.peer == accounts.FATHER_USER:
                call.context.ask(hooks.said_to_father)(change, number, message.text)
        return Sent(
            random_id, self.box, self.peer, number, number, ttl=draft.ttl, word=word, lone=lone
        )

    async def told_before(self, viewer: Viewer, kept: Sent) -> list[api.TypeUpdate]:
        """See `Log`. The message that said how long others live, where the conversation was begun."""
        return (
            [await self.appended(kept.word).render_or_count(viewer, kept.word)] if kept.word else []
        )

    def told_after(self, kept: Sent) -> list[api.TypeUpdate]:
        """See `Log`."""
        return []

    async def passed_by(self, call: Call, kept: Sent) -> None:
        """See `Log`."""

    def appended(self, number: int) -> Event:
        """See `Log`."""
        return NewMessage(peer=self.peer, id=number)

    def edited(self, number: int) -> Event:
        """See `Log`."""
        return EditMessage(peer=self.peer, id=number)

    def previewed(self, number: int, page: int) -> Event:
        """See `Log`."""
        return Previewed(peer=self.peer, id=number, page=page)

    async def remove(self, change: Change, messages: list[Message]) -> int:
        """See `Log`."""
        return await remove_messages(change, messages)

    def pin(self, change: Change, messages: list[Message], *, pinned: bool) -> int:
        """See `Log`."""
        return pin_messages(change, self.peer, messages, pinned=pinned)

    def show_pinned(
        self, viewer: Viewer, ids: list[int], pts: int, count: int, *, pinned: bool
    ) -> api.UpdatePinnedMessages:
        """See `Log`."""
        peer = accounts.show_peer(viewer, self.peer)
        return api.UpdatePinnedMessages(
            pinned=pinned, peer=peer, messages=ids, pts=pts, pts_count=count
        )

    def address(
        self, change: Change, message: Message, writer: int, before: tuple[int, ...]
    ) -> None:
        """See `Log`. The copies do it: each knows whether it is addressed to its reader."""

    def looked_at(self, change: Change, ids: tuple[int, ...], topic: int) -> int:
        """See `Log`."""
        change.announce(ContentsRead(ids=ids, date=int(change.now)))
        return len(ids)

    def author_without_copy(self, message: Message, reader: int) -> int:
        """See `Log`."""
        return 0

    async def number_for(self, reader: View, message: Message) -> int:
        """See `Log`."""
        return await number_of_copy(reader, message.sender, message.origin) or NOWHERE

    async def length(self, look: View, first: int) -> int:
        """See `Log`."""
        return await look.derived(
            ("length", self.peer, None), lambda: look.count(Message, self.peer, limit=COUNTED_MAX)
        )

    async def newest_date(self, look: View, dialog: Dialog) -> int:
        """See `Log`."""
        return dialog.date

    def present(self, context: Context, target: Target, most: int) -> tuple[int, ...]:
        """See `Log`."""
        bots = target.place.chat.bots if target.place is not None else ()
        return but_deaf(target.copies, bots, ())

    async def lifetime_changed(self, change: Change, context: Context, period: int) -> None:
        """See `Log`."""
        members = (self.box.id, *await members_but(context, change.owner, self.box.id))
        to_copies(change, members, TtlSet(peer=self.peer, period=period))


async def _heard(call: Call, target: Target, draft: Message, reply: Message | None) -> Target:
    """Return where a message is written to, without those bots of a group that do not hear it."""
    place = target.place
    if place is None or not place.chat.bots:
        return target
    hearing = await hearers(call.context, call.look(place.owner), place.chat, draft, reply)
    return target._replace(copies=but_deaf(target.copies, place.chat.bots, hearing))


async def _lasting(change: Change, target: Target, draft: Message) -> Message:
    """Return a message that lives as long as its conversation has it."""
    if draft.action.startswith(LASTING):
        return draft
    period = target.place.chat.ttl if target.place else await _private_ttl(change, target)
    return lives(draft, period)


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
    word = await keep_message(
        change, action_message(change.owner.id, target.peer, change.now, action)
    )
    to_copies(change, target.copies, TtlSet(peer=change.owner.id, period=default.period))
    to_copies(change, target.copies, copy_of(word, None, target))
    return default.period


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
        markup=message.markup,
        via=message.via,
    )
