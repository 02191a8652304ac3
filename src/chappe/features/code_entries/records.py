"""The record of an entry by a code."""

from chappe.ports import Record


class CodeEntry(Record, frozen=True):
    """A device that gave the right code of an account, in the box of whose account it is."""

    table = "code_entry"
    key = ("key_id",)

    key_id: int
    number: int  # at random: what its hash is made of
    asked: int
    wait_s: int  # seconds from then until it is let in by itself
    device: str = ""  # as it calls itself
    confirmed: bool = False  # a device of the account said that it is its person: nobody waits
    refused: bool = False  # a device of the account said that it is not: until it is over
