"""Whether an account is suspended: its record, and what it means for those who ask."""

from chappe.ports import Record
from chappe.rpc import Frozen
from chappe.updates import View


class Suspension(Record, frozen=True):
    """What bounds a suspended account: it reads, and acts towards nobody but who runs the server."""

    table = "suspension"
    key = ()

    number: int  # at random: what its steps are noted under
    since: int
    until: int  # when it is over, whatever becomes of the rest
    ground: str  # why, from the list of `suspensions.rules.Ground`
    note: str = ""  # what the operator wrote to its person
    contact: int = 0  # whom it may write to; 0: nobody
    appeal: str = ""  # where an appeal is made against it; empty: the operator is asked


async def suspension_of(look: View, now: int) -> Suspension | None:
    """Return what bounds the account of a box now; None if nothing does."""
    found = await look.get(Suspension)
    return found if found is not None and found.until > now else None


async def frozen(look: View, now: int) -> Frozen | None:
    """Return the same as the sessions of the account carry it."""
    found = await suspension_of(look, now)
    return None if found is None else Frozen(found.contact)
