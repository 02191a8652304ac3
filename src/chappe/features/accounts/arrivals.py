"""Who came by which invite: noted when somebody is here, and remembered for a year."""

from typing import Final

from chappe.ports import Record, in_order
from chappe.updates import Change

ARRIVALS_KEPT_S: Final = 366 * 86_400  # seconds it is remembered who came by an invite
ARRIVALS_DROPPED_MAX: Final = 20  # old arrivals dropped with each new one


class CameBy(Record, frozen=True):
    """Somebody has come by an invite. In the house's box, by a number that tells nobody when."""

    table = "arrival"
    key = (in_order("position"),)

    position: int
    at: int
    user: int
    invite: str  # the blind index of the invite
    by: int  # who had made it; 0: the operator
    note: str


async def note_who_came(change: Change, user: int, invite: str, by: int, note: str) -> None:
    """Note that somebody came, and forget who came so long ago that nobody asks any more."""
    for one in await change.scan(CameBy, limit=ARRIVALS_DROPPED_MAX):
        if one.at + ARRIVALS_KEPT_S <= change.now:
            change.drop(CameBy, one.position)
    position = change.next("arrival")
    change.put(CameBy(position=position, at=change.now, user=user, invite=invite, by=by, note=note))
