"""Operator commands about orders of authorities: for order clerks, and for whoever has the machine."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.core.names import clean_line
from chappe.features import auth
from chappe.rpc import Giver, operator_command
from chappe.trust import custody
from chappe.trust.custody import OrderRecord
from chappe.trust.custody.vault import CASE_BYTES
from chappe.trust.ledger.canonical import Value
from chappe.trust.ledger.hidden import NONCE_BYTES
from chappe.updates import Context

from .checking import require_complete, require_examined
from .entering import enter, entry_of, outside_of, proved, queue
from .exporting import seal_case, shred_case
from .handing import deliver
from .keeping import close, keep_orders
from .records import (
    ORDERS_BOX,
    AuthorityOrder,
    OrderHidden,
    OrderRelease,
    OrderVault,
)
from .releasing import TAG_BYTES, ask_release, decide, forget_asked, release, take_answer
from .rules import (
    ALL_TIME,
    DAY_S,
    LAW_CLASSES,
    PRESERVED_DAYS,
    PRESERVING,
    RELEASING,
    OrderBasis,
    OrderChannel,
    OrderEnd,
    OrderOutcome,
    OrderState,
    due_at,
    may_become,
    moment_of,
    week_at,
)
from .showing import known_order, line_of

ORDERS_SHOWN_MAX: Final = 1_000  # orders shown at once, the newest
REFERENCE_CHARACTERS_MAX: Final = 100  # characters of an authority's own reference
PRESERVED_DAYS_MAX: Final = 366  # days for which a snapshot is kept
Number = Annotated[
    int, Meta(ge=1, description="The number of the order, as `chappe orders` has it.")
]


def one_of(kind: Any, given: str, what: str) -> Any:
    """Return what is meant by a word of a list.

    Raises:
        ValueError: it is none of them.
    """
    try:
        return kind(given)
    except ValueError:
        known = ", ".join(one.value for one in kind)
        raise ValueError(f"`{given[:32]}` is no {what}: give one of {known}.") from None


@operator_command(
    "orders",
    "List orders of authorities, with how long there is to answer each.",
    audited=False,
    empty="No order was ever received.",
)
async def orders(context: Context) -> list[dict[str, Any]]:
    """Return orders, the newest last."""
    look = context.look(ORDERS_BOX)
    found = await look.scan(AuthorityOrder, limit=ORDERS_SHOWN_MAX, reverse=True)
    return [await line_of(context, order) for order in reversed(found)]


@operator_command(
    "order-receive",
    "Enter an order of an authority: it goes into the public log before anything else happens.",
)
async def order_receive(
    context: Context,
    *,
    channel: Annotated[
        str, Meta(description=f"How it came: {', '.join(one.value for one in OrderChannel)}.")
    ],
    country: Annotated[str, Meta(description="Whose authority it is, as FR (ISO 3166-1).")],
    basis: Annotated[
        str, Meta(description=f"On what it stands: {', '.join(one.value for one in OrderBasis)}.")
    ],
    classes: Annotated[
        tuple[str, ...],
        Meta(description=f"Which data it names: {', '.join(sorted(LAW_CLASSES.values()))}."),
    ] = (),
    accounts: Annotated[
        tuple[str, ...], Meta(description="Whose data it names: ids or @usernames.")
    ] = (),
    since: Annotated[str, Meta(description="Data from this day on, as 2026-11-30.")] = "",
    until: Annotated[str, Meta(description="Data before this day.")] = "",
    emergency: Annotated[bool, Meta(description="It says that life is in danger.")] = False,
    due: Annotated[str, Meta(description="The day before which it is to be answered.")] = "",
    hide_until: Annotated[
        str, Meta(description="It forbids to say so before this day (a gag).")
    ] = "",
    reference: Annotated[
        str, Meta(max_length=REFERENCE_CHARACTERS_MAX, description="The authority's own reference.")
    ] = "",
) -> dict[str, Any]:
    """Keep an order and queue its entry in the log in one change; return what is known of it."""
    outside, now = outside_of(context), int(context.clock.now())
    way = one_of(OrderChannel, channel, "channel")
    named = tuple(sorted({_law_class(one) for one in classes}))
    record = OrderRecord(
        case=context.entropy.token(CASE_BYTES),
        nonce=context.entropy.token(NONCE_BYTES),
        channel=way.value,
        country=_country(country),
        basis=one_of(OrderBasis, basis, "basis").value,
        classes=named,
        accounts=tuple(sorted({await auth.named_account(context, one) for one in accounts})),
        since=moment_of(since, 0),
        until=moment_of(until, ALL_TIME),
        received=now,
    )
    if len(record.accounts) > custody.ACCOUNTS_MAX:
        raise ValueError(f"An order names {custody.ACCOUNTS_MAX} accounts at most: split it.")
    hidden = moment_of(hide_until, 0)
    if hidden and not context.config.sealed_weekly:
        raise ValueError(
            "Nothing can be hidden here: set `sealed_weekly` first, and read docs/trust/orders.md."
        )
    async with context.change(ORDERS_BOX) as change:
        made = AuthorityOrder(
            number=change.next("order"),
            state=OrderState.RECEIVED.value,
            record=record.content,
            due=moment_of(due, due_at(way, now, emergency=emergency)),
            hidden_until=hidden,
            reference=clean_line(reference, REFERENCE_CHARACTERS_MAX),
            emergency=emergency,
        )
        entry = entry_of("authority.received", **record.logged(week_at(now)))
        step = queue(change, outside, made, entry)
        change.put(msgspec.structs.replace(made, received=step))
        if hidden:
            change.put(OrderHidden(order=made.number))
    await enter(context)
    return await line_of(context, await known_order(context, made.number))


def _law_class(given: str) -> str:
    known = sorted(LAW_CLASSES.values())
    if given not in known:
        raise ValueError(f"`{given[:32]}` is no class of data: give some of {', '.join(known)}.")
    return given


def _country(given: str) -> str:
    if len(given) != 2 or not (given.isascii() and given.isalpha()):  # noqa: PLR2004  as ISO 3166-1 has it
        raise ValueError(f"`{given[:8]}` is no country: give two letters, as FR.")
    return given.upper()


@operator_command(
    "order-decide",
    "Object to an order, refuse it, or say that there is no such data.",
)
async def order_decide(
    context: Context,
    *,
    order: Number,
    outcome: Annotated[
        str, Meta(description=f"What: {', '.join(one.value for one in OrderOutcome)}.")
    ],
) -> dict[str, Any]:
    """Note a decision that gives nothing."""
    outside, wanted = outside_of(context), one_of(OrderOutcome, outcome, "outcome")
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order)
        if now is None:
            raise ValueError(f"There is no order {order}: see `chappe orders`.")
        may_become(OrderState(now.state), OrderState(wanted.value))
        record = custody.parse_order(now.record)
        fields: dict[str, Value] = {
            "approvals": (),
            "case": record.case.hex(),
            "outcome": wanted.value,
            "record": record.digest.hex(),
            "week": week_at(int(change.now)),
        }
        queue(change, outside, now, entry_of("authority.decided", **fields))
        change.put(msgspec.structs.replace(now, state=wanted.value))
        change.drop(OrderRelease, order)
        await forget_asked(change, order)
        if wanted is not OrderOutcome.OBJECTED and now.vault == order:
            change.drop(OrderVault, order)
    if wanted is not OrderOutcome.OBJECTED and now.vault == order:
        await shred_case(outside, record.case)
    await enter(context)
    return await line_of(context, await known_order(context, order))


@operator_command(
    "order-preserve",
    "Keep what an order names in the vault for some days: nobody can read it there.",
)
async def order_preserve(
    context: Context,
    *,
    order: Number,
    days: Annotated[
        int, Meta(ge=1, le=PRESERVED_DAYS_MAX, description="For how long.")
    ] = PRESERVED_DAYS,
) -> dict[str, Any]:
    """Seal a snapshot; or, of one that was sealed, say for how long it is kept."""
    outside, found = outside_of(context), await known_order(context, order)
    record = custody.parse_order(found.record)
    if record.channel not in PRESERVING:
        raise ValueError(f"An order by {record.channel} preserves nothing: enter another one.")
    if found.state != OrderState.PRESERVED:
        may_become(OrderState(found.state), OrderState.PRESERVED)
    await proved(context, found, found.received)
    vault = None
    if found.state != OrderState.PRESERVED:
        _require_named(record)
        vault = await seal_case(context, outside, found, record)
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order)
        if now is None or now.state != found.state:
            raise ValueError(f"Order {order} was changed meanwhile: see `chappe orders`.")
        until = int(change.now) + days * DAY_S
        fields: dict[str, Value] = {
            "case": record.case.hex(),
            "until": week_at(until),
            "week": week_at(int(change.now)),
        }
        queue(change, outside, now, entry_of("authority.preserved", **fields))
        state = OrderState.PRESERVED.value
        change.put(msgspec.structs.replace(now, state=state, kept_until=until, vault=order))
        if vault is not None:
            change.put(vault)
    await enter(context)
    return await line_of(context, await known_order(context, order))


def _require_named(record: OrderRecord) -> None:
    if not record.classes or not record.accounts:
        raise ValueError("The order names no data, or nobody: nothing can be taken by it.")


@operator_command(
    "order-seal",
    "Seal what an order names into the vault, for a release that custodians have to approve.",
)
async def order_seal(
    context: Context,
    *,
    order: Number,
    authority: Annotated[str, Meta(description="The authority's public key, in base64.")],
    preserved: Annotated[
        int, Meta(ge=0, description="Take what was preserved by this order, not what is there now.")
    ] = 0,
    by: Giver,
) -> dict[str, Any]:
    """Seal the data of an order, or take what was preserved; and say to whose key it is to go."""
    outside, found = outside_of(context), await known_order(context, order)
    record = custody.parse_order(found.record)
    if record.channel not in RELEASING:
        raise ValueError(f"Nothing can be released by {record.channel}: enter an order that may.")
    may_become(OrderState(found.state), OrderState.SEALED)
    _require_named(record)
    require_complete(found.lacking)
    if not by.is_machine:
        require_examined(record.channel, found.met, found.lacking)
    await proved(context, found, found.received)
    public = custody.authority_key(authority)
    kept, case = None, record.case
    if preserved or found.vault:
        of = await known_order(context, preserved or found.vault)
        kept = await context.look(ORDERS_BOX).get(OrderVault, of.number)
        case = custody.parse_order(of.record).case
        if kept is None:
            raise ValueError(f"Order {of.number} has preserved nothing.")
    vault = kept or await seal_case(context, outside, found, record)
    decision = decide(record, vault, case, public)
    key = custody.new_custodian_key(context.entropy.token)
    async with context.change(ORDERS_BOX) as change:
        now = await change.get(AuthorityOrder, order)
        if now is None or now.state != found.state:
            raise ValueError(f"Order {order} was changed meanwhile: see `chappe orders`.")
        state = OrderState.SEALED.value
        change.put(msgspec.structs.replace(now, state=state, vault=vault.order))
        change.put(vault)
        await forget_asked(change, order)
        change.put(
            OrderRelease(
                order=order,
                decision=decision.content,
                authority=public,
                seed=key.seed,
                scalar=key.scalar,
            )
        )
    return {
        **await line_of(context, await known_order(context, order)),
        "parts": len(decision.parts),
        "given": ", ".join(decision.given),
        "bytes": sum(part.size for part in decision.parts),
    }


@operator_command("order-request", "Print what custodians are asked: a document for their tool.")
async def order_request(
    context: Context,
    *,
    order: Number,
    seen: Annotated[
        tuple[str, ...], Meta(description="Sizes of the log that custodians have seen.")
    ] = (),
) -> dict[str, Any]:
    """Return the request, and its fingerprint to compare by telephone."""
    if not all(one.isdecimal() for one in seen):
        raise ValueError("Sizes of a log are numbers: the custodian's tool says which.")
    found = await known_order(context, order)
    record = custody.parse_order(found.record)
    request = await ask_release(context, found, record, [int(one) for one in seen])
    return {
        "request": request.content.decode(),
        "fingerprint": request.fingerprint,
        "tag": request.digest[:TAG_BYTES].hex(),
    }


@operator_command("order-answer", "Take a custodian's answer.")
async def order_answer(
    context: Context,
    *,
    order: Number,
    answer: Annotated[str, Meta(description="What the custodian's tool printed.")],
) -> dict[str, Any]:
    """Take a yes; with the last one that is needed the order is approved."""
    missing = await take_answer(context, await known_order(context, order), answer)
    await enter(context)
    return {**await line_of(context, await known_order(context, order)), "still_needed": missing}


@operator_command("order-release", "Seal what custodians approved to the authority's key.")
async def order_release(context: Context, *, order: Number) -> dict[str, Any]:
    """Make the release, which stands in the log before it can be delivered."""
    await release(context, await known_order(context, order))
    await enter(context)
    return await line_of(context, await known_order(context, order))


@operator_command("order-deliver", "Write the package for the authority, and say where it lies.")
async def order_deliver(context: Context, *, order: Number) -> dict[str, Any]:
    """Write the package; then whose data it is are told, unless the order forbids it."""
    where = await deliver(context, await known_order(context, order))
    await keep_orders(context)
    return {**await line_of(context, await known_order(context, order)), "package": where}


@operator_command("order-close", "Close an order: say how it ended, and shred what was kept.")
async def order_close(
    context: Context,
    *,
    order: Number,
    ended: Annotated[str, Meta(description=f"How: {', '.join(one.value for one in OrderEnd)}.")],
) -> dict[str, Any]:
    """Close an order."""
    await close(context, order, one_of(OrderEnd, ended, "end"))
    await enter(context)
    return await line_of(context, await known_order(context, order))


COMMANDS: Final = (
    orders,
    order_receive,
    order_decide,
    order_preserve,
    order_seal,
    order_request,
    order_answer,
    order_release,
    order_deliver,
    order_close,
)
