"""Global search through all conversations of a person, newest first, bounded."""

import asyncio
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Final

from chappe.features import accounts, chats
from chappe.features.conversations import Dialog, Message, Source, log_of, source
from chappe.features.messages import first_since
from chappe.rpc import Call, Rate

MESSAGES_READ_MAX: Final = 50_000  # messages one search of all conversations reads
PAGE_MESSAGES: Final = 100  # messages of one conversation read at once
DIALOGS_AT_ONCE: Final = 50  # conversations looked up in one turn
BEHIND: Final = 1 << 62  # after every number of a message

ResultPosition = tuple[
    int, int, int
]  # date, number, dialog: where a message is among those of all conversations
Fits = Callable[[Dialog, chats.Membership | None], bool]


class ConversationCursor:
    """The messages of one conversation, the newest first, read as far as they are needed."""

    def __init__(self, call: Call, where: Source, newest: int, before: int | None) -> None:
        self._call = call
        self._where = where
        self._before = before
        self._ended = False
        self.reached: ResultPosition = (
            newest,
            BEHIND,
            where.peer,
        )  # nothing that is left comes after this

    async def read(self, found: list[Message], wanted: Callable[[Message], bool]) -> int:
        """Take what is wanted of the next page; return how many messages it had. Others go on meanwhile."""
        if self._ended:
            return 0
        where = self._where
        async with self._call.slice():
            page = await where.look.scan(
                Message,
                where.peer,
                after=where.first - 1 if where.first else None,
                before=self._before,
                limit=PAGE_MESSAGES,
                reverse=True,
            )
            self._call.read(len(page), Rate.SEARCH)
            self._ended = len(page) < PAGE_MESSAGES
            if page:
                found += [message for message in page if wanted(message)]
                last = page[-1]
                self._before = last.id
                self.reached = (last.date, last.id, last.peer)
        await asyncio.sleep(0)
        return len(page)


async def _streams(
    call: Call, fits: Fits, behind: ResultPosition | None, until: int
) -> list[ConversationCursor]:
    """Return the conversations somebody may look into, from where the search begins."""
    dialogs = await call.look().scan(Dialog)
    edge = min(behind[0] + 1 if behind is not None else until, until)
    streams = []
    for first in range(0, len(dialogs), DIALOGS_AT_ONCE):
        async with call.slice():
            some = dialogs[first : first + DIALOGS_AT_ONCE]
            call.read(len(some), Rate.SEARCH)
            for dialog in some:
                stream = await _stream(call, dialog, fits, edge)
                if stream is not None:
                    streams.append(stream)
        await asyncio.sleep(0)
    return streams


async def _stream(call: Call, dialog: Dialog, fits: Fits, edge: int) -> ConversationCursor | None:
    """Return what was written in a conversation before a date; None if it is not looked into."""
    where = await source(call, accounts.owner_of(dialog.peer))
    if where.place is not None and not chats.may_see_channel(where.place, call.now):
        return None
    if not fits(dialog, where.place):
        return None
    newest = await log_of(call, where).newest_date(where.look, dialog)
    before = None
    if newest >= edge:
        call.read(1, Rate.SEARCH)
        before = await first_since(where.look, dialog.peer, edge) or None
        newest = edge - 1
    return ConversationCursor(call, where, newest, before)


async def newest_found(
    call: Call,
    wanted: Callable[[Message], bool],
    enough: int,
    *,
    fits: Fits = lambda _dialog, _place: True,
    behind: ResultPosition | None = None,
    until: int = 1 << 31,
    since: int = 0,
) -> list[Message]:
    """Return messages that are wanted, newest first: as many as are enough, or all there are.

    They are older than `until`, newer than `since`, and behind a place where an earlier page ended.
    Conversations are read in step, each only as far back as the messages that are found.

    Raises:
        errors.FloodWait: this person has had too much looked through.
    """
    call.begin_reading(Rate.SEARCH)
    streams = await _streams(call, fits, behind, until)
    heap = [(*_falling(stream.reached), index) for index, stream in enumerate(streams)]
    heapify(heap)
    found: list[tuple[int, int, int, Message]] = []  # a heap as well, the newest first
    taken: list[Message] = []
    left = MESSAGES_READ_MAX
    while len(taken) < enough:
        more = left > 0 and bool(heap) and -heap[0][0] > since
        if not found and not more:
            break
        if more and (not found or heap[0][:3] < found[0][:3]):
            index = heappop(heap)[3]
            some: list[Message] = []
            read = await streams[index].read(some, wanted)
            left -= read
            if read:
                heappush(heap, (*_falling(streams[index].reached), index))
            for message in some:
                place = (message.date, message.id, message.peer)
                if behind is None or place < behind:
                    heappush(found, (*_falling(place), message))
        else:
            taken.append(heappop(found)[3])
    return taken


def _falling(place: ResultPosition) -> ResultPosition:
    """Return what sorts the other way round."""
    return -place[0], -place[1], -place[2]
