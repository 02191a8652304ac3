"""The record of the roster: what the organisation has said of each of its people, as far as it was done."""

from chappe.ports import Record


class RosterEntry(Record, frozen=True):
    """One of the organisation's people, in the house's box, under the blind index of the id it gives them."""

    table = "roster"
    key = ("blind",)

    blind: str
    external: str  # the organisation's id
    user: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    groups: tuple[str, ...] = ()  # names of the places they were let into
    made: bool = False  # there is, or was, an account
    left: bool = False
    erase_at: int = (
        0  # when the account of who has left is erased; 0: it was, or they have not left
    )
