"""A released package leaves: as a file on the machine, or downloaded by a clerk, once. Neither opens it."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import msgspec

from chappe.trust import custody
from chappe.trust.custody import ChosenPart, ReleaseDecision
from chappe.updates import Context

from .entering import outside_of, proved
from .exporting import package_name, stored
from .records import ORDERS_BOX, AuthorityOrder, OrderRelease, OrderVault
from .releasing import chosen_parts, measured
from .rules import OrderState, may_become


class _Package(NamedTuple):
    header: bytes
    decision: ReleaseDecision
    chosen: list[ChosenPart]
    digest: str
    size: int


async def deliver(context: Context, order: AuthorityOrder) -> str:
    """Write the package where the operator finds it; return where.

    Raises:
        ValueError: the release is not witnessed, or the vault was changed since.
    """
    if order.state != OrderState.DELIVERED:
        may_become(OrderState(order.state), OrderState.DELIVERED)
    found = await _checked(context, order)
    outside, name = outside_of(context), package_name(custody.parse_order(order.record).case)
    async with outside.files.writing(name) as write:
        async for piece in _pieces(context, found):
            await write(piece)
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order.number)
        if now is not None and not now.delivered:
            change.put(
                msgspec.structs.replace(
                    now, state=OrderState.DELIVERED.value, delivered=int(change.now)
                )
            )
    return await outside.files.hand_out(name)


class HandedOut(NamedTuple):
    """What leaves."""

    name: str
    size: int  # bytes
    digest: str  # SHA-256, in hex, as the public log has it


async def hand_out(context: Context, order: AuthorityOrder) -> HandedOut:
    """Say that a package is downloaded: whoever asks again is refused.

    It is said before the first byte leaves, so that no crash makes it leave twice.

    Raises:
        ValueError: the release is not witnessed, the vault was changed since, or it was downloaded.
    """
    _require_first(order)
    found = await _checked(context, order)
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order.number)
        if now is None:
            raise ValueError(f"There is no order {order.number}.")
        _require_first(now)
        at = int(change.now)
        state = OrderState.DELIVERED.value
        change.put(msgspec.structs.replace(now, state=state, delivered=at, handed_out=at))
    name = package_name(custody.parse_order(order.record).case).rpartition("/")[2]
    return HandedOut(name, found.size, found.digest)


async def package_pieces(context: Context, number: int) -> AsyncIterator[bytes]:
    """Yield a package that was handed out a moment ago: for who did, and nobody else.

    Raises:
        ValueError: it was not.
    """
    order = await context.look(ORDERS_BOX).get(AuthorityOrder, number)
    if order is None or not order.handed_out:
        raise ValueError(f"The package of order {number} was not handed out.")
    found = await _checked(context, order)
    async for piece in _pieces(context, found):
        yield piece


def _require_first(order: AuthorityOrder) -> None:
    if order.handed_out:
        raise ValueError(
            f"The package of order {order.number} was downloaded before, which is done once:"
            " whoever has the machine can write it again, by `chappe orders deliver`."
        )
    may_become(OrderState(order.state), OrderState.DELIVERED)


async def _checked(context: Context, order: AuthorityOrder) -> _Package:
    """Return the package of a release, once it is found to be what was approved, and to stand in the log."""
    outside, look = outside_of(context), context.look(ORDERS_BOX)
    await proved(context, order, order.released)
    kept = await look.get(OrderRelease, order.number)
    vault = await look.get(OrderVault, order.vault)
    if kept is None or vault is None or not kept.header:
        raise ValueError(f"Order {order.number} has nothing that could be delivered.")
    decision = custody.parse_decision(kept.decision)
    chosen = chosen_parts(vault, decision)
    digest, size = await measured(outside, kept.header, decision, chosen)
    return _Package(kept.header, decision, chosen, digest, size)


async def _pieces(context: Context, of: _Package) -> AsyncIterator[bytes]:
    yield of.header
    for one in of.chosen:
        async for piece in stored(outside_of(context), of.decision.vault, one.number):
            yield piece
