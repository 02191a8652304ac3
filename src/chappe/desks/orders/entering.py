"""Steps into the public log: queued in the change that takes them, written once, proved before they count.

A hidden step waits for the next slot (`hiding`) and is proved by what commits to it.
"""

import asyncio
from typing import Final, NamedTuple

import msgspec

from chappe.trust.custody import HiddenOpening
from chappe.trust.ledger.canonical import EntryKinds, Value
from chappe.trust.ledger.kinds import KINDS
from chappe.updates import Change, Context, PerServer

from .outside import OUTSIDE, EntryGroup, Outside
from .records import ORDERS_BOX, AuthorityOrder, OrderCommitment, OrderEntry, OrderWaiting

WAITING_AT_ONCE_MAX: Final = 1_000  # entries that are written in one turn
_kinds: Final = EntryKinds(KINDS)
TURN: Final[PerServer[asyncio.Lock]] = PerServer(lambda _: asyncio.Lock())


class Proved(NamedTuple):
    """A step that is in the log, and that enough witnesses saw there."""

    entry: bytes  # of the log: the step itself, or what commits to it
    proof: bytes
    opening: HiddenOpening | None


def outside_of(context: Context) -> Outside:
    """Return what the desk works with.

    Raises:
        ValueError: this server has no public log.
    """
    found = context.own(OUTSIDE)
    if found is None:
        raise ValueError(
            "Orders are taken once there is a public log: name one in `public_log`, with `log_witnesses`."
        )
    return found


def entry_of(kind: str, **fields: Value) -> bytes:
    """Return an entry of the log."""
    return _kinds.write(kind, fields)


def queue(change: Change, outside: Outside, order: AuthorityOrder, *lines: bytes) -> int:
    """Queue a step of an order for the log, in the change that takes it; return its number."""
    return queue_entry(
        change,
        OrderEntry(
            order=order.number,
            number=0,
            lines=lines,
            since=outside.log.size,
            hidden=bool(order.hidden_until),
        ),
    )


def queue_entry(change: Change, entry: OrderEntry) -> int:
    """Queue an entry; return its number."""
    number = change.next("order_entry")
    change.put(msgspec.structs.replace(entry, number=number))
    change.put(OrderWaiting(number=number, order=entry.order))
    return number


async def enter(context: Context) -> None:
    """Write what waits into the log, but for what is hidden: that waits for its slot."""
    outside = outside_of(context)
    async with context.own(TURN):
        look, ready = context.look(ORDERS_BOX), []
        for waiting in await look.scan(OrderWaiting, limit=WAITING_AT_ONCE_MAX):
            entry = await look.get(OrderEntry, waiting.order, waiting.number)
            if entry is not None and not entry.hidden:
                ready.append(entry)
        if not ready:
            return
        positions = await outside.log.enter([EntryGroup(one.lines, one.since) for one in ready])
        async with context.change(ORDERS_BOX) as change:
            for entry, position in zip(ready, positions, strict=True):
                await _entered(change, entry, position)


async def _entered(change: Change, entry: OrderEntry, position: int) -> None:
    change.drop(OrderWaiting, entry.number)
    if entry.order:
        change.put(msgspec.structs.replace(entry, position=position))
        return
    change.drop(OrderEntry, 0, entry.number)  # of no order: nobody asks for it again
    kept = await change.get(OrderCommitment, entry.commitment)
    if kept is not None:
        change.put(msgspec.structs.replace(kept, position=position))
    opened = await change.get(OrderEntry, entry.opens_order, entry.opens_entry)
    if opened is not None:  # it stands behind the entry that opens it
        change.put(msgspec.structs.replace(opened, position=position + 1, hidden=False))


async def proved(context: Context, order: AuthorityOrder, step: int) -> Proved:
    """Return a step of an order with its proof.

    Raises:
        ValueError: it is not in the log yet, or was not witnessed there.
    """
    outside, look = outside_of(context), context.look(ORDERS_BOX)
    if not outside.log.is_witnessed:
        raise ValueError(
            "Nobody witnesses the public log: name witnesses in `log_witnesses` first, and a quorum."
        )
    entry = await look.get(OrderEntry, order.number, step) if step else None
    if entry is None:
        raise ValueError(f"Order {order.number} has not come so far.")
    position, content, opening = entry.position, entry.lines[0], None
    if entry.hidden:
        commitment = await look.get(OrderCommitment, entry.commitment)
        if commitment is None:
            raise ValueError("This step is hidden, and waits for the next commitment in the log.")
        position, content = commitment.position, commitment.content
        opening = HiddenOpening(commitment.nonce, commitment.lines)
    proof = await outside.log.proof(position) if position >= 0 else None
    if proof is None:
        raise ValueError(
            "This step is not witnessed in the public log yet: see `chappe status`, and ask again."
        )
    return Proved(content, proof, opening)
