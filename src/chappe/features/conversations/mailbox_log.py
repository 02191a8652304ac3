"""The log of a private chat or basic group: a copy for each reader, in the reader's own box."""

from typing import Any, Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.tl import api
from chappe.updates import Change, Context, Event, View, Viewer

from .access import Target, hearers_of, holders_of, members_but
from .annotations import CopyIndex
from .copy_commands import TtlSet
from .mailbox import ContentsRead, EditMessage, NewMessage, Previewed, pin_messages, remove_messages
from .records import Dialog, Message

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
    ) -> Any:
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
        twin = await reader.get(CopyIndex, message.sender, message.origin)
        return twin.id if twin else NOWHERE

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
        return target.copies

    async def lifetime_changed(self, change: Change, context: Context, period: int) -> None:
        """See `Log`."""
        chat = change.owner
        for user in (self.box.id, *await members_but(context, chat, self.box.id)):
            change.send_command(Owner(Kind.USER, user), TtlSet(peer=self.peer, period=period))
