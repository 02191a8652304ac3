"""Orders as commands and pages show them: how far each is, what the public log has, what may be done.

Of whose data it is there are numbers and nothing else; of the data names of classes, sizes and hashes.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from chappe.features.export import CLASSES, DataClass
from chappe.trust import custody
from chappe.trust.custody import OrderRecord
from chappe.trust.ledger.canonical import EntryKinds
from chappe.trust.ledger.kinds import KINDS
from chappe.updates import Context

from .checking import CHECKING, REQUIREMENTS, open_points, required
from .entering import outside_of, proved
from .outside import Outside
from .records import ORDERS_BOX, AuthorityOrder, OrderAnswer, OrderEntry, OrderRelease
from .rules import (
    ALL_TIME,
    NEXT,
    PRESERVING,
    RELEASING,
    OrderChannel,
    OrderState,
    data_classes,
    is_late,
    lane_of,
    law_class,
    time_left,
)

_kinds: Final = EntryKinds(KINDS)


async def known_order(context: Context, number: int) -> AuthorityOrder:
    """Return an order.

    Raises:
        ValueError: there is none of this number.
    """
    found = await context.look(ORDERS_BOX).get(AuthorityOrder, number)
    if found is None:
        raise ValueError(f"There is no order {number}: see `chappe orders`.")
    return found


async def line_of(context: Context, order: AuthorityOrder) -> dict[str, Any]:
    """Return what is shown of an order in the list."""
    record, now = custody.parse_order(order.record), int(context.clock.now())
    entry = await context.look(ORDERS_BOX).get(OrderEntry, order.number, order.received)
    logged = "waiting"
    if entry is not None:
        logged = "hidden" if entry.hidden and entry.commitment else logged
        logged = f"entry {entry.position}" if entry.position >= 0 else logged
    state = OrderState(order.state)
    return {
        "number": order.number,
        "state": order.state,
        "clock": time_left(state, order.due, now),
        "channel": record.channel,
        "country": record.country,
        "classes": ", ".join(record.classes),
        "accounts": len(record.accounts),
        "reference": order.reference,
        "log": logged,
        "hidden": bool(order.hidden_until),
        "kept_until": order.kept_until or "",
        "told": order.told > 0 and order.erased < len(record.accounts),
        "erased": order.erased,
        "lane": lane_of(record.channel, emergency=order.emergency).value,
        "due": order.due if time_left(state, order.due, now) else "",
        "late": is_late(state, order.due, now),
    }


async def shown_order(context: Context, order: AuthorityOrder) -> dict[str, Any]:
    """Return everything that is shown of one order."""
    outside, record = outside_of(context), custody.parse_order(order.record)
    steps, seen = await _steps(context, outside, order)
    release = await context.look(ORDERS_BOX).get(OrderRelease, order.number)
    people = await _people(context, outside, order)
    return {
        **await line_of(context, order),
        "basis": record.basis,
        "users": [str(one) for one in record.accounts],
        "data_since": record.since,
        "data_until": 0 if record.until == ALL_TIME else record.until,
        "received": record.received,
        "emergency": order.emergency,
        "hidden_until": order.hidden_until,
        "case": record.case.hex(),
        "record": record.digest.hex(),
        "log_name": outside.log.origin,
        "is_witnessed": outside.log.is_witnessed,
        "entries": steps,
        "checks": _checks(order, record),
        "acts": list(order.acts),
        "needed": people[0],
        "custodians": people[1],
        "package": _package(order, record, release),
        "given_to": custody.parse_decision(release.decision).authority.hex() if release else "",
        "delivered": order.delivered,
        "handed_out": order.handed_out,
        "told_at": order.told,
        "next": sorted(_next(order, record, seen, is_witnessed=outside.log.is_witnessed)),
    }


async def _steps(
    context: Context, outside: Outside, order: AuthorityOrder
) -> tuple[list[dict[str, str]], frozenset[int]]:
    """Return the steps of an order as they stand in the log, and the numbers of those that are proved."""
    found, seen = [], set()
    for entry in await context.look(ORDERS_BOX).scan(OrderEntry, order.number):
        where = f"entry {entry.position}" if entry.position >= 0 else "not in the log yet"
        if entry.hidden:
            where = "hidden, in a commitment" if entry.commitment else "waits for a commitment"
        try:
            await proved(context, order, entry.number)
            seen.add(entry.number)
            state = "witnessed"
        except ValueError:
            is_there = entry.position >= 0 or entry.commitment
            state = "waits for witnesses" if is_there else "waits"
            if is_there and not outside.log.is_witnessed:
                state = "seen by no witness"
        said = _kinds.read(entry.lines[0])
        found.append(
            {
                "step": said.kind.partition(".")[2],
                "week": str(said.fields["week"]),
                "where": where,
                "state": state,
            }
        )
    return found, frozenset(seen)


def _checks(order: AuthorityOrder, record: OrderRecord) -> list[dict[str, str]]:
    return [
        {
            "point": one.value,
            "asks": REQUIREMENTS[one].asks,
            "found": "met" if one in order.met else "lacking" if one in order.lacking else "open",
        }
        for one in required(record.channel)
    ]


async def _people(
    context: Context, outside: Outside, order: AuthorityOrder
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many custodians are needed, and who of them has said yes."""
    table, look = outside.custodians(), context.look(ORDERS_BOX)
    if table is None:
        return 0, []
    by = {table.card_at(one.place).approver for one in await look.scan(OrderAnswer, order.number)}
    decided = await look.get(OrderEntry, order.number, order.decided) if order.decided else None
    if decided is not None:
        approvals = _kinds.read(decided.lines[0]).fields["approvals"]
        by |= {str(one).partition(":")[0] for one in _listed(approvals)}
    named = [{"name": card.name, "approved": card.approver in by} for card in table.cards]
    return table.needed, named


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple | list) else ()


def _package(
    order: AuthorityOrder, record: OrderRecord, release: OrderRelease | None
) -> list[dict[str, Any]]:
    """Return what a package holds: as it is sealed, and before that as the order names it."""
    if release is not None:
        parts = custody.parse_decision(release.decision).parts
        return [{**_named(one.name), "bytes": one.size, "hash": one.digest.hex()} for one in parts]
    if record.channel not in RELEASING or order.state == OrderState.CLOSED:
        return []
    return [
        {**_named(custody.part_name(law_class(of), of.value, account)), "bytes": 0, "hash": ""}
        for account in record.accounts
        for of in data_classes(record.classes)
    ]


def _named(part: str) -> dict[str, str]:
    law, of, account = part.split(".")
    return {"class": law, "part": of, "account": account, "about": CLASSES[DataClass(of)].about}


def _next(
    order: AuthorityOrder, record: OrderRecord, seen: Collection[int], *, is_witnessed: bool
) -> set[str]:
    """Return what may be done next: nothing before the order stands in the log, where others see it."""
    state = OrderState(order.state)
    if state is OrderState.CLOSED or (is_witnessed and order.received not in seen):
        return set()
    may = {one.value for one in NEXT[state]} & {"objected", "refused", "no-data"}
    may |= {"gag"} if order.hidden_until else set()
    may |= {"act"} if record.channel != OrderChannel.INTERNAL else set()
    if state in CHECKING and required(record.channel):
        may.add("check")
    if OrderState.CLOSED in NEXT[state] and not (order.delivered and not order.told):
        may.add("close")
    if not record.classes or not record.accounts:
        return may
    has_proof = order.received in seen
    if has_proof and record.channel in PRESERVING:
        may |= {"preserve"} if state in CHECKING else set()
    is_checked = not order.lacking and not open_points(record.channel, order.met, ())
    if record.channel in RELEASING and OrderState.SEALED in NEXT[state]:
        may |= {"seal"} if has_proof and is_checked else set()
    may |= {"ask"} if state is OrderState.SEALED else set()
    may |= {"release"} if state is OrderState.APPROVED and order.decided in seen else set()
    may |= {"package"} if state is OrderState.RELEASED and order.released in seen else set()
    return may
