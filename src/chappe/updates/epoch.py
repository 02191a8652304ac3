"""New epoch after a restore: moves every counter past the numbers that clients may have seen."""

from typing import Final

from chappe.core import HOUSE, Kind, Owner

from .context import Context
from .rows import Counters

NUMBERS_SKIPPED: Final = 1 << 20  # more than a client can be ahead of any backup worth restoring
ACCOUNTS_SKIPPED: Final = 1 << 16  # accounts that may have been made since the backup


async def begin_epoch(context: Context) -> None:
    """Move every counter of every box forward.

    No number given out after the backup is given out again: a message does not take the id of a lost
    one, and a client whose `pts` lies ahead of the backup hears `differenceTooLong` instead of nothing.
    Doing it twice does no harm.
    """
    for kind in (Kind.USER, Kind.CHAT, Kind.CHANNEL):
        async for owners in context.boxes_of(kind):
            for owner in owners:
                await _skip(context, owner, NUMBERS_SKIPPED)
    await _skip(context, HOUSE, ACCOUNTS_SKIPPED)


async def _skip(context: Context, owner: Owner, numbers: int) -> None:
    async with context.change(owner) as change:
        for name in (await change.get(Counters) or Counters()).numbers:
            change.next(name, numbers)
