"""Putting updates into a bot's queue, in the change that makes them: neither is kept without the other."""

from typing import ClassVar, Final, Protocol

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.updates import Change, Context, Event, Job, QtsLog
from chappe.updates.registry import Named

from .kinds import DAY_S, USUAL, UpdateKind, lifetime_of
from .records import QueuedUpdate, UpdateDelivery
from .waiting import wake_when_kept

UNUSED_MAX: Final = 1_000  # updates that wait for a bot whose program never fetched any by HTTP
QUEUED_MAX: Final = 100_000  # updates that wait for a bot
DROPPED_MAX: Final = 1_000  # updates dropped in one change
FIRST_FROM: Final = 2_000_001  # the lowest number of a first update
FIRST_BELOW: Final = 1_000_000_000  # the highest, and one
BOT_LOG: Final = QtsLog(0)
COUNTER: Final = "update"


async def queue(
    change: Change, context: Context, kind: UpdateKind, event: Named, lane: int = 0
) -> None:
    """Have an event of a bot's box wait for its program, if that wants this kind.

    The event is rendered when it is fetched: it says then what is so then, or nothing if it is gone. Where
    too many wait, the oldest goes.
    """
    known = await change.get(UpdateDelivery) or new_delivery(context)
    if not (known.allowed or USUAL) & kind.bit:
        return
    number = known.base + change.next(COUNTER)
    row = QueuedUpdate(
        update=number,
        kind=kind,
        name=event.name,
        body=msgspec.msgpack.encode(event),
        date=change.now,
        expires=change.now + lifetime_of(kind),
        lane=lane,
    )
    change.put(row)
    most = QUEUED_MAX if known.used else UNUSED_MAX
    if change.last(COUNTER) > most:
        for old in await change.scan(QueuedUpdate, before=number - most + 1, limit=1):
            change.drop(QueuedUpdate, old.update)
    if not known.expiring:
        known = msgspec.structs.replace(known, expiring=change.now + DAY_S)
        change.schedule(known.expiring, ExpireUpdates(bot=change.owner.id))
    change.put(known)
    wake_when_kept(context, change.owner)


def begin_log(change: Change) -> None:
    """Let a bot's second log begin behind 1: TDLib takes that for a mistake."""
    if not change.last(BOT_LOG.counter):
        change.next(BOT_LOG.counter)


async def tell_by_qts(
    change: Change, context: Context, kind: UpdateKind, event: Event, lane: int
) -> None:
    """Announce an event in the second log of a bot's box, by `qts`, and have it wait for its program."""
    begin_log(change)
    change.announce(event, BOT_LOG)
    await queue(change, context, kind, event, lane)


class MessageEvent(Protocol):
    """An event of a person's or bot's box about one message, as far as the queue must know it."""

    name: ClassVar[str]

    @property
    def peer(self) -> int:
        """The conversation."""
        ...


async def queue_message(change: Change, context: Context, event: MessageEvent) -> None:
    """Queue a new message of a bot's box."""
    await queue(change, context, UpdateKind.MESSAGE, event, event.peer)


async def queue_edited(change: Change, context: Context, event: MessageEvent) -> None:
    """Queue that a message has another text, if this is a bot's box."""
    owner = await change.get(accounts.User)
    if owner is not None and owner.bot:
        await queue(change, context, UpdateKind.EDITED_MESSAGE, event, event.peer)


def new_delivery(context: Context) -> UpdateDelivery:
    """Return how updates are numbered from now on: by chance, so that a number does not tell their count."""
    drawn = int.from_bytes(context.entropy.token(8), "big")
    return UpdateDelivery(base=FIRST_FROM + drawn % (FIRST_BELOW - FIRST_FROM))


class ExpireUpdates(Job, frozen=True):
    """What waited for a bot too long goes."""

    name = "botqueue.expire"

    bot: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.USER, self.bot)
        await drop_updates(context, owner, until=int(context.clock.now()))
        async with context.change(owner) as change:
            known = await change.get(UpdateDelivery)
            if known is None:
                return
            left = await change.scan(QueuedUpdate, limit=1)
            due = change.now + DAY_S if left else 0
            change.put(msgspec.structs.replace(known, expiring=due))
            if due:
                change.schedule(due, self)


async def drop_updates(
    context: Context, owner: Owner, *, before: int | None = None, until: int | None = None
) -> None:
    """Drop updates: those numbered before one, and those that expire until a moment if one is given."""
    after: int | None = None
    while rows := await context.look(owner).scan(
        QueuedUpdate, after=after, before=before, limit=DROPPED_MAX
    ):
        after = rows[-1].update
        async with context.change(owner) as change:
            for row in rows:
                if until is None or row.expires <= until:
                    change.drop(QueuedUpdate, row.update)
