"""What may not be said yet: so many commitments each week, real or not, each of them opened in its time.

The week has as many slots as commitments, evenly spread. In each, the step that waits longest is committed
to, or nothing is: from outside both look alike, and come at the same time. So a hidden step waits for the
next slot, and the number of slots is to be chosen by the shortest clock that may run.
"""

from typing import Final

import msgspec

from chappe.trust.ledger.canonical import Value
from chappe.trust.ledger.hidden import HIDDEN_WEEKS_MAX, NONCE_BYTES, commitment_of
from chappe.updates import Change, Context

from .entering import entry_of, outside_of, queue_entry
from .outside import Outside
from .records import (
    ORDERS_BOX,
    AuthorityOrder,
    OrderCommitment,
    OrderEntry,
    OrderHidden,
    OrderPromises,
    OrderWaiting,
)
from .rules import week_at, week_begins

WEEK_S: Final = 604_800
FIRST_MONDAY: Final = 345_600  # seconds since 1970 when the first whole week began
SLOTS_AT_ONCE_MAX: Final = (
    2_000  # slots that are made up for at once, after a time without a server
)
OPENED_AT_ONCE_MAX: Final = 500  # commitments that are opened at once
OPEN_EARLY_S: Final = WEEK_S  # before the last week it may be: a server may be down for some days


async def keep_promises(context: Context) -> None:
    """Say in the log what is promised from now on, commit to what waits, and open what is due."""
    outside, config = outside_of(context), context.config
    async with context.change(ORDERS_BOX) as change:
        await _promise(change, outside, config.sealed_weekly, statements=config.statements)
        await _fill_slots(change, context, outside)
        await _open_due(change, outside)


async def _promise(change: Change, outside: Outside, weekly: int, *, statements: bool) -> None:
    found = await change.get(OrderPromises) or OrderPromises(weekly=0, statements=False)
    week = week_at(int(change.now))
    if found.weekly != weekly:
        _note(change, outside, entry_of("sealed.weekly", commitments=weekly, week=week))
        found = msgspec.structs.replace(
            found, slot=slot_at(int(change.now), weekly) if weekly else 0
        )
    if found.statements != statements:
        act = "begun" if statements else "ended"
        _note(change, outside, entry_of("custodian.weekly", act=act, week=week))
    change.put(msgspec.structs.replace(found, weekly=weekly, statements=statements))


def slot_at(moment: int, weekly: int) -> int:
    """Return the number of the slot a moment is in, of so many a week."""
    return (moment - FIRST_MONDAY) * weekly // WEEK_S


def slot_begins(slot: int, weekly: int) -> int:
    """Return the moment a slot begins."""
    return FIRST_MONDAY - (-slot * WEEK_S // weekly)


def _note(change: Change, outside: Outside, *lines: bytes) -> None:
    queue_entry(change, OrderEntry(order=0, number=0, lines=lines, since=outside.log.size))


async def _fill_slots(change: Change, context: Context, outside: Outside) -> None:
    found = await change.get(OrderPromises)
    if found is None or not found.weekly:
        return
    last = min(slot_at(int(change.now), found.weekly), found.slot + SLOTS_AT_ONCE_MAX)
    for slot in range(found.slot + 1, last + 1):
        week = week_at(slot_begins(slot, found.weekly))
        hidden = await _next_hidden(change)
        await _commit(change, outside, week, context.entropy.token(NONCE_BYTES), hidden)
    change.put(msgspec.structs.replace(found, slot=max(last, found.slot)))


async def _next_hidden(change: Change) -> OrderEntry | None:
    for waiting in await change.scan(OrderWaiting):
        entry = await change.get(OrderEntry, waiting.order, waiting.number)
        if entry is not None and entry.hidden:
            return entry
    return None


async def _commit(
    change: Change, outside: Outside, week: str, nonce: bytes, hidden: OrderEntry | None
) -> None:
    lines = hidden.lines if hidden is not None else ()
    until, commit = later(week, HIDDEN_WEEKS_MAX), commitment_of(nonce, lines)
    content = entry_of("sealed.commit", commit=commit, reveal_by=until, week=week)
    made = OrderCommitment(
        number=change.next("order_commitment"),
        reveal_by=until,
        commit=commit,
        nonce=nonce,
        lines=lines,
        content=content,
    )
    if hidden is not None:
        made = msgspec.structs.replace(made, order=hidden.order, entry=hidden.number)
        change.put(msgspec.structs.replace(hidden, commitment=made.number))
        change.drop(OrderWaiting, hidden.number)
    change.put(made)
    queue_entry(
        change,
        OrderEntry(
            order=0,
            number=0,
            lines=(content,),
            since=outside.log.size,
            commitment=made.number,
        ),
    )


async def _open_due(change: Change, outside: Outside) -> None:
    """Open what may be said again, and what may not stay hidden any longer."""
    for named in await change.scan(OrderHidden):
        order = await change.get(AuthorityOrder, named.order)
        if order is None or order.hidden_until <= change.now:
            await show_order(change, outside, named.order)
    last = week_at(int(change.now) + OPEN_EARLY_S)
    for one in await change.scan(OrderCommitment, limit=OPENED_AT_ONCE_MAX):
        if one.reveal_by > last:
            return
        if one.position >= 0:
            await (_extend if one.order else _open)(change, outside, one)


async def show_order(change: Change, outside: Outside, number: int) -> None:
    """Let everybody see in the log what was hidden of an order, in the order in which it was."""
    change.drop(OrderHidden, number)
    order = await change.get(AuthorityOrder, number)
    if order is not None:
        change.put(msgspec.structs.replace(order, hidden_until=0))
    for entry in await change.scan(OrderEntry, number):
        if not entry.hidden:
            continue
        commitment = await change.get(OrderCommitment, entry.commitment)
        if commitment is None:  # no slot came yet: it never was hidden
            change.put(msgspec.structs.replace(entry, hidden=False))
        else:
            await _open(change, outside, commitment)


async def _extend(change: Change, outside: Outside, one: OrderCommitment) -> None:
    """Move the week of what may not be said yet: publicly."""
    week = week_at(int(change.now))
    until = later(week, HIDDEN_WEEKS_MAX)
    fields: dict[str, Value] = {"commit": one.commit, "reveal_by": until, "week": week}
    _note(change, outside, entry_of("sealed.extend", **fields))
    change.drop(OrderCommitment, one.number)
    number = change.next("order_commitment")
    change.put(msgspec.structs.replace(one, number=number, reveal_by=until))
    entry = await change.get(OrderEntry, one.order, one.entry)
    if entry is not None:
        change.put(msgspec.structs.replace(entry, commitment=number))


async def _open(change: Change, outside: Outside, one: OrderCommitment) -> None:
    """Show what a commitment hid: its entries follow in the log, or none."""
    fields: dict[str, Value] = {
        "commit": one.commit,
        "entries": len(one.lines),
        "nonce": one.nonce.hex(),
        "week": week_at(int(change.now)),
    }
    lines = (entry_of("sealed.reveal", **fields), *one.lines)
    queue_entry(
        change,
        OrderEntry(
            order=0,
            number=0,
            lines=lines,
            since=outside.log.size,
            opens_order=one.order,
            opens_entry=one.entry,
        ),
    )
    change.drop(OrderCommitment, one.number)


def later(week: str, weeks: int) -> str:
    """Return the week so many behind another."""
    return week_at(week_begins(week) + weeks * WEEK_S)
