"""The second log (`qts`): events addressed to the calling device or bot, its slices and acknowledgements.

core.telegram.org/api/updates: a client that names a `qts` has everything up to it. What is acknowledged
is removed, since nobody else reads it.
"""

from itertools import accumulate
from typing import Any, Final, NamedTuple

from chappe.features import conversations
from chappe.rpc import Call, Home, method
from chappe.tl import api, errors
from chappe.updates import QtsRow, Viewer

QTS_SLICE_MAX: Final = 500  # events of a second log in one answer


class Slice(NamedTuple):
    """A part of the caller's second log."""

    rows: list[QtsRow]
    reached: int  # the qts a client has that took them in
    whole: bool  # there is nothing behind them


async def _acknowledge(call: Call, qts: int) -> None:
    """Remove what the caller's second log holds up to a qts, if anything."""
    log = call.log
    if await call.look().scan(QtsRow, log.device, before=qts + 1, limit=1):
        async with call.change() as change:
            await change.acknowledge(log, qts)


async def next_slice(call: Call, qts: int, limit: int | None) -> Slice:
    """Return what is addressed to the caller behind a qts, which they acknowledge by naming it."""
    look, log = call.look(), call.log
    last = await look.counter(log.counter)
    if not last:
        return Slice([], 0, whole=True)
    if qts > 0:
        await _acknowledge(call, min(qts, last))
    limit = QTS_SLICE_MAX if limit is None else max(1, min(limit, QTS_SLICE_MAX))
    rows = await look.scan(QtsRow, log.device, after=qts, before=last + 1, limit=limit)
    whole = len(rows) < limit or rows[-1].qts == last
    sizes = accumulate(len(row.body) for row in rows)
    fitting = max(1, sum(size <= conversations.ANSWER_BYTES_MAX for size in sizes))
    if fitting < len(rows):
        rows, whole = rows[:fitting], False
    return Slice(rows, last if whole else rows[-1].qts, whole)


async def render(call: Call, viewer: Viewer, rows: list[QtsRow]) -> tuple[list[Any], list[Any]]:
    """Return the encrypted messages among some rows, and the other updates."""
    secret: list[Any] = []
    others: list[Any] = []
    for row in rows:
        update = await call.context.registry.open(row.name, row.body).render(viewer, row.qts)
        if isinstance(update, api.UpdateNewEncryptedMessage):
            secret.append(update.message)
        elif update is not None:
            others.append(update)
    return secret, others


@method(api.MessagesReceivedQueue, home=Home.CALLER, raises=(errors.MaxQtsInvalid,))
async def received_queue(call: Call, request: api.MessagesReceivedQueue) -> list[int]:
    """Note what the calling device has. No push notification waits that could be cancelled: none is named."""
    if not 0 <= request.max_qts <= await call.look().counter(call.log.counter):
        raise errors.MaxQtsInvalid
    await _acknowledge(call, request.max_qts)
    return []
