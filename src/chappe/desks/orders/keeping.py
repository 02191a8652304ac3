"""What happens to orders by itself: steps go into the log, what is kept too long is shredded, people told."""

import asyncio
from typing import Final

import msgspec

from chappe.features import auth
from chappe.trust import custody
from chappe.trust.ledger.canonical import Value
from chappe.updates import Change, Context, Observer, Periodic, PerServer

from .entering import enter, entry_of, outside_of, proved, queue
from .exporting import shred_case
from .hiding import keep_promises
from .records import ORDERS_BOX, AuthorityOrder, OrderRelease, OrderVault
from .releasing import forget_asked
from .rules import OrderEnd, OrderState, is_late, week_at
from .telling import told_by

KEEP_EVERY_S: Final = 60.0  # seconds between two looks
LOOKED_AT_MAX: Final = 1_000  # orders that are looked at in one turn, the newest


KEEPING: Final[PerServer[asyncio.Lock]] = PerServer(lambda _: asyncio.Lock())


class OrderKeeper(Periodic):
    """Looks after orders, once a minute."""

    def __init__(self, context: Context, observer: Observer) -> None:
        super().__init__("orders", KEEP_EVERY_S, observer, at_once=True)
        self._context = context

    async def run(self) -> None:
        """See `Periodic`."""
        await keep_orders(self._context)


async def keep_orders(context: Context) -> None:
    """Do what is due about every order: by one at a time, so that nobody is told twice."""
    async with context.own(KEEPING):
        await _keep(context)


async def _keep(context: Context) -> None:
    await keep_promises(context)
    await enter(context)
    now = context.clock.now()
    look = context.look(ORDERS_BOX)
    for order in await look.scan(AuthorityOrder, limit=LOOKED_AT_MAX, reverse=True):
        if 0 < order.kept_until <= now and order.state == OrderState.PRESERVED:
            await close(context, order.number, OrderEnd.LAPSED)
        if order.delivered and not order.told and not order.hidden_until:
            await tell(context, order)
        if not order.late and is_late(OrderState(order.state), order.due, now):
            await note_late(context, order.number)
    await enter(context)


async def note_late(context: Context, number: int) -> None:
    """Say in the log that a clock ran out before anybody was answered: once."""
    outside = outside_of(context)
    async with context.change(ORDERS_BOX) as change:
        order = await change.get(AuthorityOrder, number)
        if order is None or order.late:
            return
        if not is_late(OrderState(order.state), order.due, change.now):
            return
        case = custody.parse_order(order.record).case.hex()
        fields: dict[str, Value] = {"case": case, "week": week_at(int(change.now))}
        step = queue(change, outside, order, entry_of("authority.late", **fields))
        change.put(msgspec.structs.replace(order, late=step))


async def tell(context: Context, order: AuthorityOrder) -> None:
    """Tell whose data was released, and say so in the log, unless every account was erased meanwhile."""
    outside, record = outside_of(context), custody.parse_order(order.record)
    try:
        step = await proved(context, order, order.released)
    except ValueError:
        return  # it was hidden, and what opens it is not witnessed yet
    text = told_by(outside.log.origin, record, step)
    subject = "Your data was released"
    heard = [await auth.tell_account(context, one, subject, text) for one in record.accounts]
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order.number)
        if now is None or now.told:
            return
        fields: dict[str, Value] = {"case": record.case.hex(), "week": week_at(int(change.now))}
        if any(heard):
            queue(change, outside, now, entry_of("authority.told", **fields))
        erased = heard.count(False)
        change.put(msgspec.structs.replace(now, told=int(change.now), erased=erased))


async def close(context: Context, number: int, ended: OrderEnd) -> None:
    """Close an order, and shred what was kept for it.

    Raises:
        ValueError: it is closed already, or cannot be yet.
    """
    outside = outside_of(context)
    async with context.change(ORDERS_BOX) as change:
        order = await change.get(AuthorityOrder, number)
        if order is None:
            raise ValueError(f"There is no order {number}.")
        _require_closable(order)
        record = custody.parse_order(order.record)
        fields: dict[str, Value] = {
            "case": record.case.hex(),
            "ended": ended.value,
            "week": week_at(int(change.now)),
        }
        queue(change, outside, order, entry_of("authority.closed", **fields))
        change.put(msgspec.structs.replace(order, state=OrderState.CLOSED.value, kept_until=0))
        await forget_vault(change, order)
    await shred_case(outside, record.case)


def _require_closable(order: AuthorityOrder) -> None:
    if order.state == OrderState.CLOSED:
        raise ValueError(f"Order {order.number} is closed.")
    if order.state == OrderState.RELEASED or (order.delivered and not order.told):
        raise ValueError(
            f"Order {order.number} stays open until it is delivered, and whose data it is were told."
        )


async def forget_vault(change: Change, order: AuthorityOrder) -> None:
    """Forget by what the vault of an order, and a release of it, could be opened."""
    change.drop(OrderRelease, order.number)
    await forget_asked(change, order.number)
    if await change.get(OrderVault, order.number) is not None:
        change.drop(OrderVault, order.number)
