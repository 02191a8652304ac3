"""Deletion by age: a round through all boxes every hour, some messages a change.

In a person's box the events are in the order of time, and a message lasts as long as the event it came by: so
what is due is found without looking at what is not. A channel's messages are in that order themselves. How
far a box was looked through is remembered, so that what stays (a topic's first message, what somebody saved)
is looked at once.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec

from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts, auth
from chappe.features.chats import KEEPING, KeepingRule, is_kept_for_ever
from chappe.features.conversations import Message, NewMessage, begins_topic, log_kept_in
from chappe.ports import Record
from chappe.updates import LOGGED, Change, Context, EventRow, Observer, Periodic, View

from .rules import ALL_TOLD, TOLD_AFTER_S, next_rule, oldest_kept, said_to_people

SWEEP_EVERY_S: Final = 3_600.0  # seconds between two rounds
BOXES_A_TURN: Final = 50  # boxes looked at before the others are let work: some milliseconds
TURN_PAUSE_S: Final = 0.05  # seconds between two such turns
CHANGE_PAUSE_S: Final = 0.05  # seconds between two changes of one box: a backlog takes its time
MESSAGES_A_CHANGE: Final = 100  # messages that go in one change
TOLD_A_TURN: Final = 20  # people who are told between two times that it is kept who was


class Swept(Record, frozen=True):
    """Up to where a box was looked through for messages that are too old."""

    table = "swept"
    key = ()

    number: int = 0  # pts in a person's box; the number of a message in a channel's


async def take_up(context: Context) -> KeepingRule:
    """Have the setting hold, as the rule of this server says; return that rule.

    Raises:
        EngineError: the store failed.
    """
    now = int(context.clock.now())
    known = await context.look(HOUSE).get(KeepingRule) or KeepingRule(told=ALL_TOLD)
    rule = next_rule(known, context.config.keep_messages_days, now)
    if rule != known:
        await _keep(context, rule)
    context.own(KEEPING).rule = rule
    return rule


async def _keep(context: Context, rule: KeepingRule) -> None:
    async with context.change(HOUSE) as change:
        change.put(rule)
    context.own(KEEPING).rule = rule


async def due_rows(look: View, until: int, limit: int) -> list[EventRow] | list[Message]:
    """Return what comes next in a box to be looked through and is older than `until`, the oldest first."""
    after = (await look.get(Swept) or Swept()).number
    peer = accounts.peer_id(look.owner)
    if log_kept_in(look.owner, peer).shared:
        posts = await look.scan(Message, peer, after=after, limit=limit)
        return [post for post in posts if post.date < until]
    rows = await look.scan(EventRow, after=after, limit=limit)
    return [row for row in rows if row.date < until]


async def _sweep_some(context: Context, owner: Owner, until: int) -> tuple[int, bool]:
    """Let go of some messages of a box; return how many went, and whether there may be more."""
    if not await due_rows(context.look(owner), until, 1):
        return 0, False
    async with context.change(owner) as change:
        rows = await due_rows(change, until, MESSAGES_A_CHANGE)
        if not rows:
            return 0, False
        change.ageing = True
        gone = [m async for m in _going(change, context, rows)]
        last = rows[-1]
        change.put(Swept(number=last.id if isinstance(last, Message) else last.pts))
        if gone:
            await log_kept_in(owner, gone[0].peer).remove(change, gone)
    return len(gone), len(rows) == MESSAGES_A_CHANGE


async def _going(
    change: Change, context: Context, rows: list[EventRow] | list[Message]
) -> AsyncIterator[Message]:
    """Yield the messages of some rows that the rule does not spare."""
    for row in rows:
        if isinstance(row, Message):
            if not begins_topic(row):
                yield row
        elif row.name == NewMessage.name:
            came = context.registry.open(row.name, row.body)
            message = await change.get(Message, came.peer, came.id)
            if message is not None and not is_kept_for_ever(change.owner.id, message.peer):
                yield message


async def sweep(context: Context, *, pause_s: float = 0.0, change_pause_s: float = 0.0) -> int:
    """Go once through the boxes of all people and channels; return how many messages went."""
    gone = 0
    for kind in LOGGED:
        async for owners in context.boxes_of(kind, size=BOXES_A_TURN):
            for owner in owners:
                more = True
                while more:
                    now = int(context.clock.now())
                    until = oldest_kept(context.own(KEEPING).rule, now)
                    some, more = await _sweep_some(context, owner, until)
                    gone += some
                    if some:
                        await asyncio.sleep(change_pause_s)
            await asyncio.sleep(pause_s)
    return gone


async def tell_people(context: Context) -> int:
    """Tell whoever has an account of the rule, once, in their chat with the service; return how many."""
    told = 0
    while True:
        rule = context.own(KEEPING).rule
        if rule.told == ALL_TOLD or context.clock.now() < rule.since + TOLD_AFTER_S:
            return told
        some = await context.some_boxes_of(Kind.USER, after=rule.told, limit=TOLD_A_TURN)
        for owner in some:
            user = await context.look(owner).get(accounts.User)
            if user is not None and not user.deleted and not user.bot:
                await context.ask(auth.hooks.service_message)(
                    context, owner.id, said_to_people(rule)
                )
                told += 1
        last = some[-1].id if some else ALL_TOLD
        await _keep(context, msgspec.structs.replace(rule, told=last))


class RetentionSweeper(Periodic):
    """Deletes what is too old, and tells people of the rule, while the server runs."""

    def __init__(self, context: Context, observer: Observer) -> None:
        super().__init__("retention", SWEEP_EVERY_S, observer)
        self._context = context

    async def run(self) -> None:
        """See `Periodic`."""
        await tell_people(self._context)
        if oldest_kept(self._context.own(KEEPING).rule, int(self._context.clock.now())):
            await sweep(self._context, pause_s=TURN_PAUSE_S, change_pause_s=CHANGE_PAUSE_S)


EVENTS: Final[tuple[Any, ...]] = ()
