"""Events (pushed to clients), commands (delivered to another box through the outbox), jobs (run later)."""

from collections.abc import Collection
from enum import Enum
from typing import Any, ClassVar, NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.tl import api

from .boxes import Change, View
from .context import Context
from .viewer import Facts, Viewer


class SharedKey(NamedTuple):
    """Identifies events of different boxes that render alike, such as the copies of one message."""

    name: tuple[Any, ...]  # the same for all of them
    inputs: tuple[Any, ...]  # the records it is rendered from; they must be equal too
    facts: Any  # what the holes of this viewer are filled from
    named: frozenset[int]  # the people it may name, no others
    place: Owner  # the one chat it names


class NotificationKind(Enum):
    """What somebody is notified of."""

    MESSAGE = "message"
    MENTION = "mention"  # a message that is addressed to them
    REACTION = "reaction"


class Notification(NamedTuple):
    """What an event notifies somebody of who is away: by it is decided whether they are told, never what."""

    kind: NotificationKind
    peer: int  # the dialog it happened in
    id: int  # of the message
    sender: int  # the number of the peer who wrote, or reacted
    topic: int = 0  # of a forum
    silent: bool = False  # its sender wants it to make no sound


class Event(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Something that happened to a box. Stored small; it becomes TL when it is pushed or asked for.

    A subclass sets `name` (stored: never reuse one) and renders itself for one viewer. Push and
    difference both call `render`, so they cannot disagree.
    """

    name: ClassVar[str]
    notifies: ClassVar[Collection[Kind]] = ()  # of which boxes the readers may be notified by it

    @property
    def pts_count(self) -> int:
        """How much pts grows by it: the number of messages it touches, 1 unless overridden."""
        return 1

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """Return the `api.Update…` for this viewer, or None if there is nothing left to show.

        `pts` is 0 for an event without one, and the `qts` for one that was announced in a second log.

        Mention every user and chat the update names with `viewer.mention_…`.
        """
        raise NotImplementedError

    async def audience(self, context: Context) -> Facts | None:
        """Return the audience that can share a rendering of this event; None if nobody can.

        The audience is a function of a user: it returns the facts their holes are filled from, or None
        for a user whose rendering differs in more than that.
        """
        return None

    async def shared_key(self, context: Context, user: int) -> SharedKey | None:
        """Return the key under which events of several boxes share a rendering; None: not shared."""
        return None

    async def count_only(self, viewer: Viewer, pts: int) -> Any:
        """Return an update without content that counts this event's pts; None for a viewer who counts none.

        A client that receives pts 7 after 5 takes it for a gap and asks for the difference.
        This one moves no dialog anywhere: TDLib and Telethon count it and do nothing else.
        """
        return api.UpdateFolderPeers(folder_peers=[], pts=pts, pts_count=self.pts_count)

    async def notification(self, viewer: Viewer, date: int) -> Notification | None:
        """Return what this event, of that date, notifies a viewer of who is away; None: of nothing."""
        return None

    async def lasts(self, look: View) -> bool:
        """Whether pruning spares the row of this event, since something is found by it."""
        return False

    async def render_or_count(self, viewer: Viewer, pts: int) -> Any:
        """Return the update for a connected client; if nothing is left to show, one that counts its pts."""
        update = await self.render(viewer, pts)
        return await self.count_only(viewer, pts) if update is None and pts else update


class Command(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A command from one box to another, by the outbox. A subclass sets `name` and applies itself."""

    name: ClassVar[str]

    async def apply(self, change: Change, context: Context) -> None:
        """Change the receiving box. Runs once for each command, in the order they were sent."""
        raise NotImplementedError


class Job(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """A scheduled job. A subclass sets `name` and runs itself.

    It runs at least once, and may run again after a crash: it looks first whether it is still wanted.
    """

    name: ClassVar[str]

    async def run(self, context: Context) -> None:
        """Do the work, in changes of its own; no box is locked."""
        raise NotImplementedError
