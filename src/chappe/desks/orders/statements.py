"""Statements of custodians: each week, that they approved nothing outside the log, signed by their tool."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.rpc import operator_command
from chappe.trust import custody
from chappe.trust.custody import CustodyError, CustodyRequest
from chappe.trust.ledger.canonical import Value
from chappe.trust.ledger.hidden import statement_digest
from chappe.updates import Context

from .entering import enter, entry_of, outside_of, queue_entry
from .exporting import require_custodians
from .records import ORDERS_BOX, OrderEntry, OrderRequest, OrderSeen
from .releasing import TAG_BYTES, sizes_seen
from .rules import week_at

STATE: Final = "state"  # the kind of request
REQUESTS_KEPT_MAX: Final = 64  # requests for statements that can be answered


@operator_command(
    "statement-request",
    "Print what custodians are asked each week: to state that they approved nothing outside the log.",
)
async def statement_request(
    context: Context,
    *,
    seen: Annotated[
        tuple[str, ...], Meta(description="Sizes of the log that custodians have seen.")
    ] = (),
) -> dict[str, Any]:
    """Return the request, about as many entries as are witnessed now."""
    outside = outside_of(context)
    table = require_custodians(outside)
    entries = outside.log.size
    proof = await outside.log.proof(entries - 1) if entries else None
    if proof is None:
        raise ValueError("The public log is empty, or not witnessed yet: see `chappe status`.")
    request = CustodyRequest(
        kind=STATE,
        origin=outside.log.origin,
        table=table.hash,
        nonce=context.entropy.token(custody.NONCE_BYTES),
        made=int(context.clock.now()),
        reason="the weekly statement",
        build=outside.build,
        key=b"",
        entry=await outside.log.entry(entries - 1),
        proof=proof,
        continues=await outside.log.continues(
            await sizes_seen(
                context.look(ORDERS_BOX), [int(one) for one in seen if one.isdecimal()]
            )
        ),
        details={"entries": entries, "week": week_at(int(context.clock.now()))},
    )
    async with context.change(ORDERS_BOX) as change:
        if len(await change.scan(OrderRequest, 0)) >= REQUESTS_KEPT_MAX:
            for old in await change.scan(OrderRequest, 0):
                change.drop(OrderRequest, 0, old.tag)
        tag = request.digest[:TAG_BYTES].hex()
        change.put(OrderRequest(order=0, tag=tag, content=request.content))
    return {"request": request.content.decode(), "fingerprint": request.fingerprint}


@operator_command(
    "statement-answer", "Take a custodian's statement, which goes into the public log."
)
async def statement_answer(
    context: Context,
    *,
    answer: Annotated[str, Meta(description="What the custodian's tool printed.")],
) -> dict[str, Any]:
    """Check a statement, and queue its entry."""
    outside = outside_of(context)
    try:
        table, found = require_custodians(outside), custody.parse_answer(answer)
        request = await _asked(context, found.tag)
        week, entries = str(request.details["week"]), int(request.details["entries"])
        custody.check_answer(request, table, found, statement_digest(request.origin, week, entries))
    except CustodyError as error:
        raise ValueError(str(error)) from None
    fields: dict[str, Value] = {
        "custodian": table.card_at(found.place).approver,
        "entries": entries,
        "signature": found.signature.hex(),
        "week": week,
    }
    async with context.change(ORDERS_BOX) as change:
        lines = (entry_of("custodian.statement", **fields),)
        approver = table.card_at(found.place).approver
        change.put(OrderSeen(approver=approver, size=found.seen))
        queue_entry(change, OrderEntry(order=0, number=0, lines=lines, since=outside.log.size))
    outside.saw(approver, found.seen)
    await enter(context)
    return {"custodian": table.card_at(found.place).name, "week": week, "entries": entries}


async def _asked(context: Context, tag: bytes) -> CustodyRequest:
    kept = await context.look(ORDERS_BOX).get(OrderRequest, 0, tag.hex())
    if kept is None:
        raise CustodyError("The answer is to no request for a statement.")
    return custody.parse_request(kept.content)


COMMANDS: Final = (statement_request, statement_answer)
