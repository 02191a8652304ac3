"""The record of an export that a device asked for."""

from chappe.ports import Record


class Takeout(Record, frozen=True):
    """An export of the account's data by one device: it waits, runs, or is over."""

    table = "takeout"
    key = ("key_id",)

    key_id: int  # of the device's session
    number: int  # at random: the `takeout_id` of the protocol
    session: (
        int  # when that session began: one that came later under the same key has no part in it
    )
    asked: int
    device: str
    confirmed: bool = False  # another device said that it is the account's person: it need not wait
    begun: int = 0
    wants: tuple[str, ...] = ()  # what it was begun for, as `TakeoutScope` has it; none: everything
    file_bytes_max: int = 0  # bytes of one file that it reads; 0: no bound
