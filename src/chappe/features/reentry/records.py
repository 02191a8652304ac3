"""The record of a re-entry link that is not used yet."""

from chappe.ports import Record


class Reentry(Record, frozen=True):
    """A link by which one device may be let in again, in the box of whose account it is. At most one."""

    table = "reentry"
    key = ()

    number: int  # at random: what its steps are noted under, and what its hash is made of
    blind: str  # the blind index of its token
    made: int
    begin_by: int  # when it must have been opened
    opened: int = 0
    wait_s: int = 0  # seconds from then until it lets anybody in
    confirmed: bool = False  # a device of the account said that it is its person: nobody waits
