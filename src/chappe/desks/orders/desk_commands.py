"""Operator commands about one order: what is known of it, its points, letters, acts, its package."""

from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from chappe.rpc import Giver, operator_command
from chappe.trust import custody
from chappe.trust.ledger.canonical import EntryKinds, Value
from chappe.trust.ledger.kinds import KINDS
from chappe.updates import Context

from .checking import CHECKING, Requirement, required
from .commands import Number, one_of
from .entering import enter, entry_of, outside_of, queue
from .handing import hand_out
from .keeping import keep_orders
from .letters import OrderFacts, OrderLetter, letter, usual_letter
from .records import ORDERS_BOX, AuthorityOrder, OrderEntry, OrderRequest
from .rules import DAY_S, OrderAct, OrderChannel, OrderState, moment_of, week_at
from .showing import known_order, shown_order

_kinds: Final = EntryKinds(KINDS)
GAG_DAYS_MAX: Final = 366  # days from now for which a gag is prolonged at once
_POINTS: Final = ", ".join(one.value for one in Requirement)


@operator_command("order", "Show an order: where it stands in the log, and what may be done next.")
async def order_shown(context: Context, *, order: Number) -> dict[str, Any]:
    """Return what is known of an order; of whose data it is there are numbers."""
    return await shown_order(context, await known_order(context, order))


@operator_command("order-check", "Say what an order has that it must have, and what it lacks.")
async def order_check(
    context: Context,
    *,
    order: Number,
    met: Annotated[
        tuple[str, ...], Meta(description=f"What it was found to have, of {_POINTS}.")
    ] = (),
    lacking: Annotated[tuple[str, ...], Meta(description="What it was found to lack.")] = (),
) -> dict[str, Any]:
    """Keep the whole list as it is now: a point that is in neither was not looked at."""
    outside_of(context)
    has = {one_of(Requirement, one, "point") for one in met}
    lacks = {one_of(Requirement, one, "point") for one in lacking}
    for both in sorted(has & lacks):
        raise ValueError(f"It has `{both}`, or lacks it: not both.")
    async with context.change(ORDERS_BOX) as change:
        found = await change.get(AuthorityOrder, order)
        if found is None:
            raise ValueError(f"There is no order {order}: see `chappe orders`.")
        if found.state not in CHECKING:
            raise ValueError(f"An order that is {found.state} is not examined any more.")
        points = required(custody.parse_order(found.record).channel)
        for other in sorted((has | lacks) - set(points)):
            raise ValueError(f"`{other}` is not asked of what came so.")
        change.put(
            msgspec.structs.replace(
                found,
                met=tuple(one.value for one in points if one in has),
                lacking=tuple(one.value for one in points if one in lacks),
            )
        )
    return await shown_order(context, await known_order(context, order))


@operator_command(
    "order-letter", "Compose a letter to the authority: what is done, or why nothing is."
)
async def order_letter(
    context: Context,
    *,
    order: Number,
    letter_of: Annotated[
        str,
        Meta(
            description=f"Which: {', '.join(one.value for one in OrderLetter)};"
            " none: what belongs to how far it has come."
        ),
    ] = "",
) -> dict[str, Any]:
    """Return a letter. Nothing is sent."""
    outside, found = outside_of(context), await known_order(context, order)
    usual = usual_letter(OrderState(found.state))
    kind = one_of(OrderLetter, letter_of, "letter") if letter_of else usual
    released, package = None, ""
    if found.released:
        released = await context.look(ORDERS_BOX).get(OrderEntry, order, found.released)
    if released is not None:
        package = str(_kinds.read(released.lines[0]).fields["export"])
    record = custody.parse_order(found.record)
    text = letter(kind, OrderFacts(found, record, outside.log.origin, package))
    return {"letter": text, "kind": kind.value}


@operator_command(
    "order-acted",
    "Say what an order, or a request that is none, prompted you to do: it goes into the public log.",
)
async def order_acted(
    context: Context,
    *,
    order: Number,
    acts: Annotated[
        tuple[str, ...], Meta(description=f"What: {', '.join(one.value for one in OrderAct)}.")
    ],
) -> dict[str, Any]:
    """Note acts, each once. What was done to whom stands in the log by itself, when moderators did it."""
    outside, named = outside_of(context), {one_of(OrderAct, one, "act") for one in acts}
    if not named:
        raise ValueError(f"What was done? Give some of {', '.join(one.value for one in OrderAct)}.")
    async with context.change(ORDERS_BOX) as change:
        found = await change.get(AuthorityOrder, order)
        if found is None:
            raise ValueError(f"There is no order {order}: see `chappe orders`.")
        record = custody.parse_order(found.record)
        if found.state == OrderState.CLOSED:
            raise ValueError(f"Order {order} is closed.")
        if record.channel == OrderChannel.INTERNAL:
            raise ValueError("Nobody else prompted what is the organisation's own.")
        new = sorted(one.value for one in named if one not in found.acts)
        if not new:
            raise ValueError("That is said already.")
        fields: dict[str, Value] = {
            "acts": tuple(new),
            "case": record.case.hex(),
            "week": week_at(int(change.now)),
        }
        queue(change, outside, found, entry_of("authority.acted", **fields))
        change.put(msgspec.structs.replace(found, acts=tuple(sorted({*found.acts, *new}))))
    await enter(context)
    return await shown_order(context, await known_order(context, order))


@operator_command("order-gag", "Say that an order forbids for longer to say that there is one.")
async def order_gag(
    context: Context,
    *,
    order: Number,
    until: Annotated[str, Meta(description="The day before which nothing may be said.")],
) -> dict[str, Any]:
    """Move the end of what is hidden. What was said cannot be hidden again, and an end stays an end."""
    outside_of(context)
    async with context.change(ORDERS_BOX) as change:
        found = await change.get(AuthorityOrder, order)
        if found is None:
            raise ValueError(f"There is no order {order}: see `chappe orders`.")
        ends = moment_of(until, 0)
        if found.hidden_until <= change.now:
            raise ValueError(f"Order {order} is not hidden: what was said cannot be hidden again.")
        if ends <= found.hidden_until:
            raise ValueError("It is hidden until then already: give a later day.")
        if ends > change.now + GAG_DAYS_MAX * DAY_S:
            raise ValueError(f"Name a day within {GAG_DAYS_MAX} days: prolong it again then.")
        change.put(msgspec.structs.replace(found, hidden_until=ends))
    return await shown_order(context, await known_order(context, order))


@operator_command(
    "order-package",
    "Hand a released package out to a clerk's browser, once.",
)
async def order_package(context: Context, *, order: Number, by: Giver) -> dict[str, Any]:
    """Say that it leaves; then whose data it is are told, unless the order forbids it."""
    if by.is_machine:
        raise ValueError("On the machine a package is written to a file: `chappe orders deliver`.")
    found = await hand_out(context, await known_order(context, order))
    await keep_orders(context)
    return {"package": found.name, "bytes": found.size, "hash": found.digest}


class MadeRequest(NamedTuple):
    """A request as custodians are handed it."""

    content: bytes
    fingerprint: str  # to compare by telephone


async def request_of(context: Context, order: int, tag: str) -> MadeRequest | None:
    """Return a request that was made; None: it is not answered any more."""
    kept = await context.look(ORDERS_BOX).get(OrderRequest, order, tag)
    if kept is None:
        return None
    return MadeRequest(kept.content, custody.parse_request(kept.content).fingerprint)


COMMANDS: Final = (order_shown, order_check, order_letter, order_acted, order_gag, order_package)
