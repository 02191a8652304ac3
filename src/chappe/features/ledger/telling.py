"""Whom an act was about is brought its receipt; the key that shows whom is theirs, and goes with them."""

from collections.abc import Mapping
from typing import Final

from chappe.core import HOUSE, Kind, Owner
from chappe.ports import Record
from chappe.updates import Context, Job

from . import hooks
from .asked_log import PUBLIC_LOG, NotLoggedError
from .publishing import public_step
from .records import LedgerEntry

TRY_AGAIN_S: Final = (
    60  # seconds until a receipt is asked for again that the served log has not yet
)


class RecordKey(Record, frozen=True):
    """The key by which one entry of the public log says whom it is about. In their box until they have it."""

    table = "record_key"
    key = ("case",)

    case: int
    secret: bytes
    position: int  # of the entry, in the ledger
    act: str


class TellReceipt(Job, frozen=True):
    """Bring somebody the receipt of an act."""

    name = "ledger.tell_receipt"

    user: int
    case: int

    async def run(self, context: Context) -> None:
        """See `Job`. The server forgets the key once it is theirs."""
        owner, log = Owner(Kind.USER, self.user), context.own(PUBLIC_LOG)
        kept = await context.look(owner).get(RecordKey, self.case)
        if kept is None:
            return
        entry = await context.look(HOUSE).get(LedgerEntry, kept.position)
        if entry is not None and log.is_kept:
            try:
                receipt = await log.receipt(public_step(entry), kept.secret, self.user)
            except NotLoggedError:
                async with context.change(owner) as change:
                    change.schedule(change.now + TRY_AGAIN_S, self)
                return
            await context.ask(hooks.deliver_receipt)(context, self.user, kept.act, receipt)
        async with context.change(owner) as change:
            change.drop(RecordKey, self.case)


async def keep_record_keys(context: Context, keys: Mapping[int, RecordKey]) -> None:
    """Keep in each box the key of the entry that is about its owner."""
    for user, key in keys.items():
        async with context.change(Owner(Kind.USER, user)) as change:
            change.put(key)


async def tell_whom_it_was_about(context: Context, keys: Mapping[int, RecordKey]) -> None:
    """Have each told of an act that was done, but whose box went with it."""
    for user, key in keys.items():
        async with context.change(Owner(Kind.USER, user)) as change:
            if await change.get(RecordKey, key.case) is not None:
                change.schedule(change.now, TellReceipt(user=user, case=key.case))


async def forget_record_keys(context: Context, keys: Mapping[int, RecordKey]) -> None:
    """Forget the keys of an act that was not done: nobody is told, and nothing leads to them."""
    for user, key in keys.items():
        async with context.change(Owner(Kind.USER, user)) as change:
            if await change.get(RecordKey, key.case) is not None:
                change.drop(RecordKey, key.case)
