"""Events, which are told, commands, which are carried to another box, and jobs, which wait for their time."""

from typing import Any, ClassVar, NamedTuple

import msgspec

from chappe.core import Owner
from chappe.tl import api

from .boxes import Change, View
from .context import Context
from .viewer import Facts, Viewer


class SharedKey(NamedTuple):
    """What makes something in one person's box the same as in the boxes of others who got it too."""

    name: tuple[Any, ...]  # of what they all got
    inputs: tuple[Any, ...]  # what it is rendered from; to be told alike, they must have it alike
    facts: Any  # what the numbers of this one are made of
    named: frozenset[int]  # the people it may name, no others
    place: Owner  # the one chat it names


class Event(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Something that happened to a box. Stored small; it becomes TL when it is told.

    A subclass sets `name` (stored: never reuse one) and renders itself for one viewer. Push and
    difference both call `render`, so they cannot disagree.
    """

    name: ClassVar[str]

    @property
    def pts_count(self) -> int:
        """How much pts grows by it: the number of messages it touches, 1 unless overridden."""
        return 1

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """Return the `api.Update…` this viewer is told, or None when there is nothing left to tell.

        `pts` is 0 for an event without one, and the `qts` for one that was announced in a second log.

        Mention every user and chat the update names with `viewer.mention_…`.
        """
        raise NotImplementedError

    async def audience(self, context: Context) -> Facts | None:
        """Return what tells who is told this in the same words, or None if everybody has their own.

        It returns what is known of one viewer, for the numbers that are theirs alone; None for somebody
        to whom it looks otherwise than to most.
        """
        return None

    async def shared_key(self, context: Context, user: int) -> SharedKey | None:
        """Return who else is told this in the same words, each from their own box; None if nobody is."""
        return None

    async def count_only(self, viewer: Viewer, pts: int) -> Any:
        """Return an update that says nothing and only counts this event's pts; None to whom nothing is owed.

        A client that is told of pts 7 after 5 believes it missed something and asks for the difference.
        This one moves no dialog anywhere: TDLib and Telethon count it and do nothing else.
        """
        return api.UpdateFolderPeers(folder_peers=[], pts=pts, pts_count=self.pts_count)

    async def lasts(self, look: View) -> bool:
        """Whether the row of this event is kept however old it is, since something is found by it."""
        return False

    async def render_or_count(self, viewer: Viewer, pts: int) -> Any:
        """Return what a connected client is told: the event, or, where nothing is left of it, its count."""
        update = await self.render(viewer, pts)
        return await self.count_only(viewer, pts) if update is None and pts else update


class Command(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Something one box asks of another. A subclass sets `name` and applies itself to the other box."""

    name: ClassVar[str]

    async def apply(self, change: Change, context: Context) -> None:
        """Change the receiving box; runs once for each command, in the order they were posted."""
        raise NotImplementedError


class Job(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """Something to be done at a later moment. A subclass sets `name` and does itself.

    It is done at least once, and may be done again after a crash: it looks first whether it is wanted.
    """

    name: ClassVar[str]

    async def run(self, context: Context) -> None:
        """Do it, in changes of its own; holding no box."""
        raise NotImplementedError
