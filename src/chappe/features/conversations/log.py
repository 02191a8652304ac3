"""The log of a conversation: where its messages are kept, and what keeping each change of them takes.

The protocol has two. In private chats and basic groups each reader has a copy in a box of their own
(`MailboxLog`, numbers and pts of that box); a supergroup or channel has one log for all (`ChannelLog`).
Whoever edits, deletes, pins or reacts asks `log_of` and need not know which of the two it is.
https://core.telegram.org/api/updates
"""

from collections.abc import Collection
from typing import Protocol

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change, Context, Event, Facts, View, Viewer

from .access import Source, Target
from .channel import alike_to_readers
from .channel_log import ChannelLog
from .mailbox_log import MailboxLog
from .records import Dialog, Message
from .written import Also, Sent


class Log(Protocol):
    """What is kept of one conversation, seen from the box in which a change of it begins."""

    @property
    def box(self) -> Owner:
        """The box that a change of the log is a change of."""
        ...

    @property
    def peer(self) -> int:
        """The number of the conversation, as this box has it."""
        ...

    @property
    def shared(self) -> bool:
        """Whether all readers have this one copy, so that nobody's own box has to hear of a change."""
        ...

    async def copies(self, context: Context, *, despite_blocks: bool = False) -> tuple[int, ...]:
        """Return in whose boxes lie other copies that follow a change; a blocked writer's do not."""
        ...

    async def append(
        self, call: Call, target: Target, random_id: int, draft: Message, also: Also | None = None
    ) -> Sent:
        """Keep a message once for each random_id, and have it copied; `also` joins a shared log's change.

        Raises:
            errors.ChatWriteForbidden, errors.SlowmodeWait: the right to write was lost meanwhile.
            errors.TopicDeleted, errors.TopicClosed: nobody writes in that topic.
        """
        ...

    async def told_before(self, viewer: Viewer, kept: Sent) -> list[api.TypeUpdate]:
        """Return the updates that tell a sender of what was kept before their message."""
        ...

    def told_after(self, kept: Sent) -> list[api.TypeUpdate]:
        """Return the updates that tell a sender what follows from their message."""
        ...

    async def passed_by(self, call: Call, kept: Sent) -> None:
        """Keep in the caller's own box that they have read up to the message they wrote, where it counts."""
        ...

    def appended(self, number: int) -> Event:
        """Return the event that a message is in the log."""
        ...

    def edited(self, number: int) -> Event:
        """Return the event that a message is another than it was."""
        ...

    def previewed(self, number: int, page: int) -> Event:
        """Return the event that the page a message links to has come, or does not come."""
        ...

    async def remove(self, change: Change, messages: list[Message]) -> int:
        """Take messages out of the log, one at least; return the pts."""
        ...

    def pin(self, change: Change, messages: list[Message], *, pinned: bool) -> int:
        """Pin or unpin messages; return the pts, the last one where nothing changed."""
        ...

    def show_pinned(
        self, viewer: Viewer, ids: list[int], pts: int, count: int, *, pinned: bool
    ) -> api.UpdatePinnedMessages | api.UpdatePinnedChannelMessages:
        """Return the update by which the caller is told that messages were pinned or unpinned."""
        ...

    def address(
        self, change: Change, message: Message, writer: int, before: tuple[int, ...]
    ) -> None:
        """Mark a message as unread by whom it is addressed to and was not `before`, where no copy does."""
        ...

    def looked_at(self, change: Change, ids: tuple[int, ...], topic: int) -> int:
        """Tell a reader's own devices that they looked at messages; return by how much their pts grew."""
        ...

    def author_without_copy(self, message: Message, reader: int) -> int:
        """Return the author whose own box must be told of a reaction; 0 where a copy tells it, or none."""
        ...

    async def number_for(self, reader: View, message: Message) -> int:
        """Return a message's number as the owner of another box has it; a huge one if they have no copy."""
        ...

    async def length(self, look: View, first: int) -> int:
        """Return how many messages there are from number `first` on; of a long shared log, about."""
        ...

    async def newest_date(self, look: View, dialog: Dialog) -> int:
        """Return when the newest message was written, in seconds since 1970; 0 if there is none."""
        ...

    def present(self, context: Context, target: Target, most: int) -> tuple[int, ...]:
        """Return who hears at once of what is not kept (typing); those of a shared log who are here."""
        ...

    async def lifetime_changed(self, change: Change, context: Context, period: int) -> None:
        """Tell a chat's members, inside a change of the chat's box, how long its new messages live."""
        ...


def log_of(call: Call, where: Source | Target) -> Log:
    """Return the log of a conversation that the caller may look at or write to."""
    return log_kept_in(where.owner if where.owner.kind is Kind.CHANNEL else call.me, where.peer)


def log_kept_in(box: Owner, peer: int) -> Log:
    """Return the log of a conversation that a box keeps, known by the conversation's number."""
    return ChannelLog(box, peer) if box.kind is Kind.CHANNEL else MailboxLog(box, peer)


def log_for(user: int, peer: int) -> Log:
    """Return the log of a conversation as somebody reads it, by the conversation's number."""
    owner = accounts.owner_of(peer)
    return log_kept_in(owner if owner.kind is Kind.CHANNEL else Owner(Kind.USER, user), peer)


async def told_alike(
    context: Context, peer: int, number: int, apart: Collection[int] = ()
) -> Facts | None:
    """Return what tells plain readers of a message from each other; None where each has a copy.

    Whoever is `apart` reads it otherwise. See `Event.audience`.
    """
    owner = accounts.owner_of(peer)
    if owner.kind is not Kind.CHANNEL:
        return None
    return await alike_to_readers(context, owner.id, number, apart)
