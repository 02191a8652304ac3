"""Records of re-entry: a link that is not used yet, and what became of each."""

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


class ReentryStep(Record, frozen=True):
    """One step of one re-entry, for whoever wants to know what operators do. Says nobody's account."""

    table = "reentry_step"
    key = ("position",)

    position: int
    case: int  # the number of the re-entry
    step: str  # see `rules.Step`
    at: int
